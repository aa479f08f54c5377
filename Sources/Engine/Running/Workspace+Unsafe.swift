import CWinnowEngineKernels
import WinnowFixedPoint

/// The columns of a block of events in one buffer, and the calls into the kernels.
///
/// Offsets come from the plan, whose layout made the buffer's size; a block never has more events
/// than the plan's blocks.
@safe
final class Workspace {
  private let plan: Plan
  private let columns: UnsafeMutableRawPointer
  private let flags: UnsafeMutablePointer<UInt8>
  private let conversions: [[RealConversion]]

  init(_ plan: Plan) {
    self.plan = plan
    unsafe columns = .allocate(byteCount: max(plan.workspaceBytes, 1), alignment: 64)
    unsafe columns.initializeMemory(as: UInt8.self, repeating: 0, count: plan.workspaceBytes)
    let flagCount = plan.inputs.map { $0.flagCount(blockSize: plan.blockSize) }.max() ?? 0
    unsafe flags = .allocate(capacity: max(flagCount, 1))
    conversions = plan.inputs.map { $0.types.map(RealConversion.init) }
    for (place, value) in plan.filled {
      for event in 0..<plan.blockSize { store(value, place, event) }
    }
  }

  deinit {
    unsafe columns.deallocate()
    unsafe flags.deallocate()
  }

  /// Events that the kernels work on: padded to whole vectors.
  private func padded(_ events: Int) -> Int {
    let padding = winnow_engine_padding
    return (events + padding - 1) / padding * padding
  }

  private func store(_ value: Int128, _ place: ColumnPlace, _ event: Int) {
    let at = unsafe columns + Int(place.offset) + event * place.lane.bytes
    switch place.lane {
    case .bits16: unsafe at.storeBytes(of: Int16(truncatingIfNeeded: value), as: Int16.self)
    case .bits32: unsafe at.storeBytes(of: Int32(truncatingIfNeeded: value), as: Int32.self)
    case .bits64: unsafe at.storeBytes(of: Int64(truncatingIfNeeded: value), as: Int64.self)
    case .bits128: unsafe at.storeBytes(of: value, as: Int128.self)
    }
  }

  private func load(_ place: ColumnPlace, _ event: Int) -> Int128 {
    let at = unsafe columns + Int(place.offset) + event * place.lane.bytes
    return switch place.lane {
    case .bits16: unsafe Int128(at.load(as: Int16.self))
    case .bits32: unsafe Int128(at.load(as: Int32.self))
    case .bits64: unsafe Int128(at.load(as: Int64.self))
    case .bits128: unsafe at.load(as: Int128.self)
    }
  }

  /// Runs the plan's steps on the block.
  func runSteps(events: Int) {
    unsafe plan.data.withUnsafeBytes { data in
      unsafe plan.steps.withUnsafeBufferPointer { steps in
        guard let first = steps.baseAddress else { return }
        unsafe winnow_engine_run(
          plan.instructionSet.row, first, steps.count, columns, data.baseAddress,
          padded(events))
      }
    }
  }

  // MARK: Rows

  /// Brings rows `first..<first + count` of a port into its columns.
  @specialized(where Mantissa == Int64)
  @specialized(where Mantissa == Int32)
  @specialized(where Mantissa == Int16)
  @specialized(where Mantissa == Int128)
  func read<Mantissa>(_ rows: [Mantissa], _ port: Int, _ first: Int, _ count: Int)
  where Mantissa: FixedWidthInteger & SignedInteger & BitwiseCopyable {
    let input = plan.inputs[port]
    guard Mantissa.bitWidth <= 64 else {
      for element in input.columns.indices {
        convert(rows, input, element, 0..<padded(count), first, count)
      }
      return
    }
    let anyFlag = unsafe rows.withUnsafeBytes { bytes in
      unsafe plan.data.withUnsafeBytes { data in
        guard let rows = bytes.baseAddress, let data = data.baseAddress else { return Int32(0) }
        let stride = input.columns.count
        return unsafe winnow_engine_read_rows(
          plan.instructionSet.row, Int32(MemoryLayout<Mantissa>.size),
          rows + first * stride * MemoryLayout<Mantissa>.size, stride, count, columns,
          data + 16 * Int(input.data), input.tiles.count, input.singles.count, flags)
      }
    }
    if anyFlag != 0 { convertFlagged(rows, input, first, count) }
  }

  /// Converts again what the kernel could not: mantissas outside of their types.
  @specialized(where Mantissa == Int64)
  @specialized(where Mantissa == Int32)
  @specialized(where Mantissa == Int16)
  private func convertFlagged<Mantissa: FixedWidthInteger>(
    _ rows: [Mantissa], _ input: InputRows, _ first: Int, _ count: Int
  ) {
    let size = winnow_engine_tile_size
    var flag = 0
    for event in stride(from: 0, to: padded(count), by: size) {
      for tile in input.tiles {
        if unsafe flags[flag] != 0 {
          for element in tile..<tile + size {
            convert(rows, input, element, event..<event + size, first, count)
          }
        }
        flag += 1
      }
    }
    for element in input.singles {
      if unsafe flags[flag] != 0 { convert(rows, input, element, 0..<padded(count), first, count) }
      flag += 1
    }
  }

  @specialized(where Mantissa == Int64)
  @specialized(where Mantissa == Int32)
  @specialized(where Mantissa == Int16)
  @specialized(where Mantissa == Int128)
  private func convert<Mantissa: FixedWidthInteger>(
    _ rows: [Mantissa], _ input: InputRows, _ element: Int, _ events: Range<Int>, _ first: Int,
    _ count: Int
  ) {
    guard let place = input.columns[element] else { return }
    let type = input.types[element]
    let stride = input.columns.count
    for event in events {
      let mantissa = rows[(first + min(event, count - 1)) * stride + element]
      store(
        type.convert(Int128(truncatingIfNeeded: mantissa), fraction: input.fraction), place, event)
    }
  }

  /// Converts rows of real numbers.
  @specialized(where Real == Double)
  @specialized(where Real == Float)
  func convert<Real: BinaryFloatingPoint>(
    _ rows: [Real], _ port: Int, _ first: Int, _ count: Int
  ) throws(EngineError) {
    let input = plan.inputs[port]
    let stride = input.columns.count
    for element in 0..<stride {
      guard let place = input.columns[element] else { continue }
      let conversion = conversions[port][element]
      for event in 0..<padded(count) {
        let row = first + min(event, count - 1)
        guard let mantissa = conversion(Double(rows[row * stride + element])) else {
          throw EngineError(
            "input '\(input.name)' is not a number at event \(row), element \(element); replace missing values before the engine"
          )
        }
        store(mantissa, place, event)
      }
    }
  }

  /// Writes a port's columns as rows `first..<first + count`.
  @specialized(where Mantissa == Int64)
  @specialized(where Mantissa == Int32)
  @specialized(where Mantissa == Int16)
  @specialized(where Mantissa == Int128)
  func write<Mantissa>(_ rows: inout [Mantissa], _ port: Int, _ first: Int, _ count: Int)
  where Mantissa: FixedWidthInteger & SignedInteger & BitwiseCopyable {
    let output = plan.outputs[port]
    let stride = output.columns.count
    guard Mantissa.bitWidth <= 64 else {
      for element in 0..<stride {
        for event in 0..<count {
          rows[(first + event) * stride + element] = Mantissa(
            truncatingIfNeeded: load(output.columns[element], event) << output.shifts[element])
        }
      }
      return
    }
    unsafe rows.withUnsafeMutableBytes { bytes in
      unsafe plan.data.withUnsafeBytes { data in
        guard let rows = bytes.baseAddress, let data = data.baseAddress else { return }
        unsafe winnow_engine_write_rows(
          plan.instructionSet.row, Int32(MemoryLayout<Mantissa>.size),
          rows + first * stride * MemoryLayout<Mantissa>.size, stride, count, columns,
          data + 16 * Int(output.data))
      }
    }
  }
}
