import Testing

@testable import WinnowNetworkFormats

/// One malformed file per diagnostic.
@Suite struct ONNXErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var opset: Int64 = 13
    var build: @Sendable (inout ModelUnderTest) -> Void
    var testDescription: String { text }

    init(_ text: String, opset: Int64 = 13, _ build: @escaping @Sendable (inout ModelUnderTest) -> Void) {
      self.text = text
      self.opset = opset
      self.build = build
    }
  }

  @Test(arguments: graphs + tensors + operators + quantisers)
  func diagnostic(_ item: Case) throws {
    var model = ModelUnderTest(opset: item.opset)
    item.build(&model)
    #expect(message { _ = try model.read() } == item.text)
  }
}
