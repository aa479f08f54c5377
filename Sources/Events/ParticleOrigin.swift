/// Where a particle comes from, as `winnow generate` marks it.
public struct ParticleOrigin: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A neutrino or another particle that no detector sees.
  public static let invisible = ParticleOrigin(rawValue: 1)
  /// From the hard process, not through a hadron.
  public static let prompt = ParticleOrigin(rawValue: 2)
  /// From the decay of a τ.
  public static let tau = ParticleOrigin(rawValue: 4)
  /// From the decay of a hadron with a b quark.
  public static let bottom = ParticleOrigin(rawValue: 8)
  /// From the decay of a hadron with a c quark.
  public static let charm = ParticleOrigin(rawValue: 16)
  /// From the decay in flight of a π or K.
  public static let decayInFlight = ParticleOrigin(rawValue: 32)
  /// Not generated but put in: an electron that a jet was taken for.
  public static let fake = ParticleOrigin(rawValue: 64)
}
