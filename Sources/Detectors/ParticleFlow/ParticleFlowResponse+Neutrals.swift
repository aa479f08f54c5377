import WinnowTensors

extension ParticleFlowResponse {
  /// Neutral candidates of a calorimeter, and by how much the tracks of each tower are scaled.
  ///
  /// A tower's draws come from its own stream, so that what lies elsewhere changes nothing.
  ///
  /// - Reference: J. de Favereau et al., JHEP 02 (2014) 057, section 3.1; Delphes,
  ///   `SimpleCalorimeter`, for the average of tracks and tower where no neutral is found.
  func addNeutrals(
    _ calorimeter: FlowCalorimeter, pdg: Int32, _ stream: RandomStream, _ towers: inout FlowTowers,
    _ neutrals: inout [FlowNeutral]
  ) {
    towers.sort()
    for index in towers.touched.indices {
      let number = Int(towers.touched[index])
      let tower = towers[number]
      var own = stream.child(UInt64(number))
      let middle = calorimeter.grid.direction(number, 0.5, 0.5).eta
      let (eta, phi) = calorimeter.grid.direction(number, own.uniform(), own.uniform())
      var measured = logNormal(
        mean: tower.total, deviation: calorimeter.deviation(energy: tower.total, eta: middle),
        normal: own.gaussian())
      let error = calorimeter.deviation(energy: measured, eta: middle)
      if measured < calorimeter.threshold || measured < calorimeter.significance * error {
        measured = 0
      }
      let excess = measured - tower.tracks
      let combined = (error * error + tower.trackVariance).squareRoot()
      if excess > calorimeter.threshold, excess > calorimeter.significance * combined {
        var energy = excess
        if calorimeter.extraSpread > 0 {
          energy *= max(1 + calorimeter.extraSpread * own.gaussian(), 0)
        }
        // A tower whose particles all have tracks can fluctuate up, too.
        let hardFraction =
          tower.rest > 0 ? tower.restHard / tower.rest : tower.hard / tower.total
        neutrals.append(
          FlowNeutral(energy: energy, eta: eta, phi: phi, pdg: pdg, hardFraction: hardFraction))
      } else if tower.tracks > 0, tower.trackVariance > 0, error > 0 {
        let (a, b) = (1 / tower.trackVariance, 1 / (error * error))
        towers.scaleTracks(
          of: number, by: (a * tower.tracks + b * measured) / (a + b) / tower.tracks)
      }
    }
  }
}
