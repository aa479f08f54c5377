import WinnowEvents
import WinnowTensors

/// Events of one particle each.
func gun(_ pdg: Int32, count: Int, pt: Float, eta: ClosedRange<Double>, seed: UInt64 = 1)
  -> ParticleEvents
{
  var stream = RandomStream(seed: seed, label: "gun")
  var events = ParticleEvents()
  for _ in 0..<count {
    events.beginEvent()
    let width = eta.upperBound - eta.lowerBound
    events.append(
      pdg: pdg, pt: pt, eta: Float(eta.lowerBound + width * stream.uniform()),
      phi: Float(6.28 * stream.uniform() - 3.14), mass: pdg.magnitude == 13 ? 0.1057 : 0.0005,
      charge: pdg > 0 ? -1 : 1, origin: .prompt)
  }
  return events
}

/// Events with some of everything, no physics in them.
func mixture(count: Int) -> ParticleEvents {
  var stream = RandomStream(seed: 77, label: "mixture")
  let codes: [(Int32, Float, Int8)] = [
    (211, 0.1396, 1), (-211, 0.1396, -1), (22, 0, 0), (130, 0.4976, 0), (11, 0.0005, -1),
    (-13, 0.1057, 1), (12, 0, 0), (310, 0.4976, 0), (2212, 0.9383, 1), (3122, 1.1157, 0),
  ]
  var events = ParticleEvents()
  for event in 0..<count {
    events.beginEvent(weight: 0.5 + Double(event), process: 2)
    for _ in 0..<stream.integer(in: 20...60) {
      let (pdg, mass, charge) = codes[stream.integer(in: 0...(codes.count - 1))]
      let u = stream.uniform()
      events.append(
        pdg: pdg, pt: Float(0.3 / (0.004 + u)), eta: Float(10 * stream.uniform() - 5),
        phi: Float(6.28 * stream.uniform() - 3.14), mass: mass, charge: charge)
    }
  }
  return events
}

/// One event of others, alone.
func single(_ event: Int, of events: ParticleEvents) -> ParticleEvents {
  var result = ParticleEvents()
  result.beginEvent(weight: events.weights[event], process: events.processes[event])
  for particle in events[event] { result.append(particle, of: events) }
  return result
}
