/// The elements of one value, at a fixed place for the life of a plan.
///
/// The plan's ``Storage`` owns the memory; a buffer must not outlive it. Subscripts are checked.
/// Shards write disjoint parts of a buffer from different threads, with a barrier before anyone
/// reads another's part.
@safe
public struct Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Element>
  public let count: Int

  init(base: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.base = unsafe base
    self.count = count
  }

  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "place \(index) of a buffer of \(count)")
      return unsafe base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "place \(index) of a buffer of \(count)")
      unsafe base[index] = newValue
    }
  }

  /// A part of the buffer.
  public func part(_ range: Range<Int>) -> Buffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "part \(range) of \(count)")
    return unsafe Buffer(base: base + range.lowerBound, count: range.count)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fill(_ value: Element) { unsafe base.update(repeating: value, count: count) }

  /// Copies as many elements as this buffer holds.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func copy(from other: Buffer<Element>) {
    precondition(other.count == count, "copies \(other.count) elements to \(count)")
    unsafe base.update(from: other.base, count: count)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func copy(from values: [Element]) {
    precondition(values.count == count, "copies \(values.count) elements to \(count)")
    unsafe values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe base.update(from: start, count: count) }
    }
  }

  public var array: [Element] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}

private struct ObjectPlace: Hashable {
  var address: UInt
  var key: Int
}

/// Owns the memory of a plan; everything is freed with it.
@safe
public final class Storage: @unchecked Sendable {
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private var objects: [ObjectPlace: AnyObject] = [:]
  /// Bytes held.
  public private(set) var bytes = 0

  public init() {}

  /// Zeroed memory, aligned to a cache line; alignments differ so that equal buffers do not fall
  /// on the same cache sets.
  public func allocate<Element: BitwiseCopyable>(_ count: Int, of _: Element.Type) -> Buffer<Element> {
    let stagger = unsafe blocks.count % 8 * 64
    let size = max(count, 1) * MemoryLayout<Element>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: size + stagger, alignment: 64)
    unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: size + stagger)
    unsafe blocks.append(block)
    bytes += size
    let start = unsafe (block + stagger).bindMemory(to: Element.self, capacity: max(count, 1))
    return unsafe Buffer(base: start, count: count)
  }

  /// The object that belongs to a buffer, made by the first that asks: what several nodes work out
  /// from the same values. Called while the plan is built, by one thread.
  func object<Element, Object: AnyObject>(of buffer: Buffer<Element>, _ key: Int, _ make: () -> Object)
    -> Object
  {
    let place = unsafe ObjectPlace(address: UInt(bitPattern: buffer.base), key: key)
    if let object = objects[place] as? Object { return object }
    let made = make()
    objects[place] = made
    return made
  }

  deinit { unsafe blocks.forEach { block in unsafe block.deallocate() } }
}
