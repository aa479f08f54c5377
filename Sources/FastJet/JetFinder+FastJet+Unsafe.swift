#if FastJet
  import CWinnowFastJet
  import WinnowEvents

  extension JetFinder {
    func findWithFastJet(
      _ particles: [FourMomentum], ghostSeeds: (Int32, Int32), densityRapidity: Double, event: Int
    ) throws -> (jets: Jets, density: BackgroundDensity) {
      let algorithm: winnow_fastjet_algorithm =
        switch definition.algorithm {
        case .antiKt: winnow_fastjet_anti_kt
        case .kt: winnow_fastjet_kt
        case .cambridgeAachen: winnow_fastjet_cambridge_aachen
        }
      var request = winnow_fastjet_request(
        algorithm: algorithm, radius: definition.radius, minimum_pt: definition.minimumPt,
        ghost_area: areas?.ghostArea ?? 0, ghost_rapidity: areas?.maximumRapidity ?? 0,
        ghost_seeds: ghostSeeds, density_rapidity: densityRapidity)
      var message = [CChar](repeating: 0, count: 256)
      let capacity = message.count
      // The temporary holds 4 numbers a particle, all written before the call.
      let found = unsafe withUnsafeTemporaryAllocation(
        of: Double.self, capacity: max(4 * particles.count, 1)
      ) { values in
        for (place, p) in particles.enumerated() {
          unsafe values[4 * place] = p.px
          unsafe values[4 * place + 1] = p.py
          unsafe values[4 * place + 2] = p.pz
          unsafe values[4 * place + 3] = p.e
        }
        return unsafe winnow_fastjet_find(
          &request, values.baseAddress, particles.count, &message, capacity)
      }
      guard let found = unsafe found else {
        let text = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        throw JetError("FastJet refuses event \(event): \(text)")
      }
      defer { unsafe winnow_fastjet_release(found) }
      return unsafe copy(found.pointee, particles: particles.count)
    }

    /// Takes the columns over before their memory goes; their lengths are those of the header.
    private func copy(_ found: winnow_fastjet_jets, particles: Int) -> (Jets, BackgroundDensity) {
      let count = unsafe found.count
      var momenta: [FourMomentum] = []
      momenta.reserveCapacity(count)
      if let values = unsafe found.momenta {
        for jet in 0..<count {
          momenta.append(
            unsafe FourMomentum(
              px: values[4 * jet], py: values[4 * jet + 1], pz: values[4 * jet + 2],
              e: values[4 * jet + 3]))
        }
      }
      let rapidities = unsafe [Double](
        UnsafeBufferPointer(start: found.rapidities, count: count))
      let areas =
        unsafe found.areas.map { unsafe [Double](UnsafeBufferPointer(start: $0, count: count)) }
      let owners = unsafe [Int32](
        UnsafeBufferPointer(start: found.jet_of_particle, count: particles))
      return unsafe (
        Jets(
          momenta: momenta, rapidities: rapidities, areas: areas ?? [], jetOfParticle: owners),
        BackgroundDensity(
          density: found.density, fluctuation: found.density_fluctuation,
          meanJetArea: found.density_mean_area)
      )
    }
  }
#endif
