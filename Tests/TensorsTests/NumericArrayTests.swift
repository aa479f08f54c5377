import Testing
import WinnowTensors

@Suite struct NumericArrayTests {
  @Test(arguments: [
    ([0, 127, -128], NumericArray.ElementType.int8), ([128], .int16), ([-129], .int16),
    ([32768], .int32), ([-32769], .int32), ([1 << 31], .int64), ([Int64.min], .int64), ([], .int8),
  ])
  func integersTakeTheNarrowestType(_ values: [Int64], _ type: NumericArray.ElementType) {
    let array = NumericArray(integers: values)
    #expect(array.elementType == type)
    #expect(array.integers() == values)
    #expect(array.shape == [values.count])
  }

  @Test(arguments: NumericArray.ElementType.allCases)
  func requestedTypeHoldsZeroAndOne(_ type: NumericArray.ElementType) throws {
    let array = try NumericArray(integers: [0, 1, 1, 0], shape: [2, 2], as: type)
    #expect(array.elementType == type)
    #expect(array.shape == [2, 2])
    #expect(array.doubles() == [0, 1, 1, 0])
    #expect(array.integers() == (type.isFloatingPoint ? nil : [0, 1, 1, 0]))
  }

  @Test(arguments: [
    (Int64(128), NumericArray.ElementType.int8), (-1, .uint8), (-1, .uint64), (2, .bool),
    ((1 << 24) + 1, .float32), ((1 << 53) + 1, .float64), (1 << 32, .uint32),
  ])
  func valueThatDoesNotFitIsNamed(_ value: Int64, _ type: NumericArray.ElementType) {
    let text = message { _ = try NumericArray(integers: [0, value], as: type) }
    #expect(text == "element 1 is \(value), which \(type) cannot hold; choose a wider type")
  }

  @Test func largeUnsignedIntegersAreNoInt64() {
    let array = NumericArray(shape: [1], storage: .uint64([1 << 63]))
    #expect(array.integers() == nil)
    #expect(array.doubles() == [0x1p63])
  }

  @Test(arguments: oneOfEach)
  func everyStorageCountsAndConverts(_ storage: NumericArray.Storage) {
    let array = NumericArray(shape: [3], storage: storage)
    #expect(array.count == 3)
    #expect(array.doubles().count == 3)
    #expect(array.reshaped(to: [3, 1]).shape == [3, 1])
    #expect(array.elementType == storage.elementType)
  }

  @Test func scalarsAndEmptyShapes() {
    #expect(NumericArray(doubles: [2], shape: []).count == 1)
    #expect(NumericArray(floats: [], shape: [0, 7]).count == 0)
  }

  @Test func aWrongShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = NumericArray(doubles: [1, 2, 3], shape: [2, 2])
    }
  }
}
