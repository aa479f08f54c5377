import WinnowNetworkIR

/// What each output position of a window reads: stored positions, each with its place in the kernel.
struct WindowTaps {
  struct Tap {
    var source: Int
    var place: Int
  }

  var extents: [Int]
  /// Positions of the stored input.
  var inputs: Int
  /// Per output position, by place in the kernel.
  var lists: [[Tap]]
  /// Per output position: kernel places inside the image, zeros of padding nodes included.
  var covered: [Int]
  /// Places of the kernel.
  var places: Int

  var outputs: Int { lists.count }

  /// The taps of a sliding window over an image.
  init(_ window: SlidingWindow, over map: PositionMap) {
    let rank = map.extents.count
    let extents = (0..<rank).map { axis in
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let padded = map.extents[axis] + window.padding[axis] + window.padding[axis + rank]
      return (padded - span) / window.strides[axis] + 1
    }
    self.extents = extents
    places = window.kernel.reduce(1, *)
    inputs = map.stored
    var windows: [[Tap?]] = [[Tap(source: 0, place: 0)]]
    for axis in 0..<rank {
      windows = windows.flatMap { earlier in
        (0..<extents[axis]).map { output in
          earlier.flatMap { base in
            (0..<window.kernel[axis]).map { step -> Tap? in
              let at =
                output * window.strides[axis] + step * window.dilations[axis] - window.padding[axis]
              guard let base, at >= 0, at < map.extents[axis] else { return nil }
              return Tap(
                source: base.source * map.extents[axis] + at,
                place: base.place * window.kernel[axis] + step)
            }
          }
        }
      }
    }
    covered = windows.map { $0.count { $0 != nil } }
    lists = windows.map { taps in
      taps.compactMap { tap in
        guard let tap, map.sources[tap.source] >= 0 else { return nil }
        return Tap(source: map.sources[tap.source], place: tap.place)
      }
    }
  }

  /// Every position of a map as a window of one place, to write the map out.
  init(copying map: PositionMap) {
    extents = map.extents
    inputs = map.stored
    places = 1
    lists = map.sources.map { $0 < 0 ? [] : [Tap(source: $0, place: 0)] }
    covered = lists.map(\.count)
  }

  private init(extents: [Int], inputs: Int, lists: [[Tap]], places: Int) {
    self.extents = extents
    self.inputs = inputs
    self.lists = lists
    self.places = places
    covered = lists.map(\.count)
  }

  /// The other direction: for each input position the outputs that read it.
  func adjoint(extents: [Int]) -> WindowTaps {
    var lists: [[Tap]] = Array(repeating: [], count: inputs)
    for (output, taps) in self.lists.enumerated() {
      for tap in taps { lists[tap.source].append(Tap(source: output, place: tap.place)) }
    }
    return WindowTaps(extents: extents, inputs: outputs, lists: lists, places: places)
  }

  /// With the sources seen through a map: where a transposed convolution's input is padded.
  func through(_ map: PositionMap) -> WindowTaps {
    WindowTaps(
      extents: extents, inputs: map.stored,
      lists: lists.map { taps in
        taps.compactMap { tap in
          map.sources[tap.source] < 0
            ? nil : Tap(source: map.sources[tap.source], place: tap.place)
        }
      }, places: places)
  }
}
