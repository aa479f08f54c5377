import CWinnowConvolutionKernels

/// A stage's taps as the kernels read them, shared by the shards of a plan.
final class TapTables: Sendable {
  /// Outputs' taps; for products also inputs' and places' taps.
  let window: TapTable
  let adjoint: TapTable?
  let places: PlaceTaps?
  /// Factors of a combination, in the order of the window's taps.
  let factors: [Double]

  init(_ stage: ConvolutionStage, _ storage: Storage) {
    window = TapTable(stage.taps, storage)
    switch stage.function {
    case .product:
      adjoint = TapTable(stage.taps.adjoint(extents: stage.extents.input), storage)
      places = PlaceTaps(stage.taps, storage)
      factors = []
    case .combination(let factors):
      (adjoint, places) = (nil, nil)
      self.factors = factors
    case .maximum:
      (adjoint, places, factors) = (nil, nil, [])
    }
  }
}

/// Taps by output position, flat.
struct TapTable: Sendable {
  let outputs, inputs: Int
  let starts, sources, kernel: Buffer<Int32>

  init(_ taps: WindowTaps, _ storage: Storage) {
    (outputs, inputs) = (taps.outputs, taps.inputs)
    var (starts, sources, kernel): ([Int32], [Int32], [Int32]) = ([0], [], [])
    for list in taps.lists {
      for tap in list {
        sources.append(Int32(tap.source))
        kernel.append(Int32(tap.place))
      }
      starts.append(Int32(sources.count))
    }
    self.starts = storage.stored(starts)
    self.sources = storage.stored(sources)
    self.kernel = storage.stored(kernel)
  }

  @safe var kernelTable: winnow_event_window {
    unsafe winnow_event_window(
      outputs: Int32(outputs), inputs: Int32(inputs), starts: starts.base, sources: sources.base,
      kernel: kernel.base)
  }
}

/// Taps by place in the kernel, flat.
struct PlaceTaps: Sendable {
  let places, outputs, inputs: Int
  let starts, targets, sources: Buffer<Int32>

  init(_ taps: WindowTaps, _ storage: Storage) {
    (places, outputs, inputs) = (taps.places, taps.outputs, taps.inputs)
    var byPlace: [[(target: Int, source: Int)]] = Array(repeating: [], count: places)
    for (output, list) in taps.lists.enumerated() {
      for tap in list { byPlace[tap.place].append((output, tap.source)) }
    }
    var starts: [Int32] = [0]
    for list in byPlace { starts.append(starts.last! + Int32(list.count)) }
    let pairs = byPlace.flatMap(\.self)
    self.starts = storage.stored(starts)
    targets = storage.stored(pairs.map { Int32($0.target) })
    sources = storage.stored(pairs.map { Int32($0.source) })
  }

  @safe var kernelTable: winnow_event_places {
    unsafe winnow_event_places(
      places: Int32(places), outputs: Int32(outputs), inputs: Int32(inputs), starts: starts.base,
      targets: targets.base, sources: sources.base)
  }
}

extension Storage {
  /// A copy of an array.
  func stored(_ values: [Int32]) -> Buffer<Int32> {
    let buffer = allocate(values.count, of: Int32.self)
    buffer.copy(from: values)
    return buffer
  }
}
