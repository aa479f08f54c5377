public import Testing

extension Tag {
  /// Tests that run Verilator.
  @Tag public static var simulator: Self
}
