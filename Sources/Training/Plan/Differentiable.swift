public import WinnowNetworkIR

/// An operator that can be trained through: one conformance per operator, in `Pullbacks/`.
///
/// A node becomes one ``Pullback`` per tile of rows where it acts on each row alone, else one for the
/// whole.
public protocol Differentiable: Operator {
  /// How the work divides over the batch, given the inputs' types with symbols unbound.
  func scope(_ inputs: [TensorType]) -> Scope

  /// Which inputs a gradient can flow back to; all by default.
  func isDifferentiable(input: Int) -> Bool

  /// Inputs that are trained when they are float constants: weights, biases.
  var parameterInputs: [Int] { get }

  /// Inputs that the operator updates itself while training: moving averages.
  var stateInputs: [Int] { get }

  /// Inputs of which each row of the outputs may read any row: each tile sees them whole.
  var wholeInputs: Set<Int> { get }

  /// The operator at a fixed place: shapes known, memory laid out.
  ///
  /// - Throws: ``NetworkError`` when these shapes or attributes cannot be trained.
  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback
}

extension Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .rows }
  public func isDifferentiable(input: Int) -> Bool { true }
  public var parameterInputs: [Int] { [] }
  public var stateInputs: [Int] { [] }
  public var wholeInputs: Set<Int> { [] }
}

/// How an operator divides over shards of the leading axis.
public enum Scope: Sendable {
  /// Each row of the outputs depends only on that row of the batched inputs. The builder turns it
  /// into ``whole`` where leading axes differ.
  case rows
  /// One call for everything, by one thread.
  case whole
  /// One call per shard, each with all of every value; calls write disjoint parts. Barriers stand
  /// before and after every phase.
  case collective
}

/// One operator at fixed shapes: computes its outputs, and pulls gradients back to its inputs.
///
/// Called without allocation, from one thread at a time per shard. `backward` reads the outputs'
/// gradients and writes those of the inputs that ask for it: ``Operand/accumulates`` says whether
/// the gradient is added to what is there or replaces it.
public protocol Pullback: AnyObject {
  /// Between two phases all shards meet.
  var forwardPhases: Int { get }
  var backwardPhases: Int { get }
  func forward(phase: Int)
  func backward(phase: Int)
}

extension Pullback {
  public var forwardPhases: Int { 1 }
  public var backwardPhases: Int { 1 }
}

/// A value as one operator sees it: the rows of its shard, or all.
public struct Operand<Scalar: TrainingScalar>: Sendable {
  public let name: String
  public let shape: [Int]
  /// Row-major; empty for integers.
  public let values: Buffer<Scalar>
  /// Elements of an integer value, else empty.
  public let indices: Buffer<Int32>
  /// Where the gradient stands; `nil` if nobody needs it.
  public let gradient: Buffer<Scalar>?
  /// Inputs only: add to the gradient instead of replacing it.
  public let accumulates: Bool
  /// Whether the leading axis is the batch (or nodes, edges).
  public let isBatched: Bool

  public var count: Int { shape.reduce(1, *) }
  /// Extent of the leading axis; 1 for a scalar.
  public var rows: Int { shape.first ?? 1 }
  /// Elements of one row.
  public var rowCount: Int { shape.dropFirst().reduce(1, *) }
  /// Extent of the last axis; 1 for a scalar.
  public var columns: Int { shape.last ?? 1 }
}

/// Where an operator runs: its operands, its shard and its memory.
public struct Site<Scalar: TrainingScalar>: Sendable {
  public let node: String
  public let inputs: [Operand<Scalar>]
  public let outputs: [Operand<Scalar>]
  /// False in evaluation: moving averages are used, dropout passes everything.
  public let isTraining: Bool
  public let options: PlanOptions
  /// The part of the work: a tile of rows in ``Scope/rows``, a shard in ``Scope/collective``.
  public let shard: Int
  /// Parts in all.
  public let shards: Int
  /// The plan's shard that this part belongs to, whose tiles one thread runs in order, and how many
  /// there are.
  let owner, owners: Int
  /// Whether this is the first tile of its owner.
  let isFirstOfOwner: Bool
  /// First row of this shard in the whole batch.
  public let firstRow: Int
  /// Rows of the whole batch: of all shards together.
  public let batchRows: Int
  /// What the shards of a node share.
  public let shared: SharedState
  /// Counts steps, for random numbers.
  public let clock: PlanClock
  let storage: Storage
  let scratch: ScratchPad<Scalar>

  /// Memory for the length of one call, shared with all operators of the same shard: at least as
  /// many scalars as asked for. To be read from the pad when it is used.
  public func scratch(_ count: Int) -> ScratchPad<Scalar> {
    scratch.reserve(count, in: storage)
    return scratch
  }

  /// Memory of the operator's own, zeroed.
  public func allocate(_ count: Int) -> Buffer<Scalar> { storage.allocate(count, of: Scalar.self) }

  public func allocate<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) -> Buffer<Element> {
    storage.allocate(count, of: type)
  }

  /// What nodes that read the same values share.
  func object<Element, Object: AnyObject>(
    of buffer: Buffer<Element>, _ key: Int, _ make: () -> Object
  ) -> Object {
    storage.object(of: buffer, key, make)
  }

  /// The part of `count` items that belongs to this shard.
  public func part(of count: Int) -> Range<Int> { shardRange(shard, of: shards, count: count) }
}

/// The items of a shard: parts differ by at most one, and depend on nothing but the numbers.
func shardRange(_ shard: Int, of shards: Int, count: Int) -> Range<Int> {
  shard * count / shards..<(shard + 1) * count / shards
}

/// An object that the shards of a node share, made by the first that asks.
public final class SharedState: @unchecked Sendable {
  private var object: AnyObject?

  /// Called while the plan is built, by one thread.
  public func object<Object: AnyObject>(_ make: () -> Object) -> Object {
    if let object = object as? Object { return object }
    let made = make()
    object = made
    return made
  }
}

/// Memory that the operators of a shard use one after another.
public final class ScratchPad<Scalar: TrainingScalar>: @unchecked Sendable {
  public private(set) var buffer: Buffer<Scalar>

  init(_ storage: Storage) { buffer = storage.allocate(0, of: Scalar.self) }

  /// Called while the plan is built.
  fileprivate func reserve(_ count: Int, in storage: Storage) {
    guard count > buffer.count else { return }
    buffer = storage.allocate(count, of: Scalar.self)
  }
}

/// The number of the training step, which names the step's random streams.
///
/// Written between steps only.
public final class PlanClock: @unchecked Sendable {
  public internal(set) var step: UInt64 = 0
  /// Whether values are computed again in the backward pass: what an operator updates beside its
  /// outputs, it has updated already.
  public internal(set) var isRecomputing = false
  public let seed: UInt64
  init(seed: UInt64) { self.seed = seed }
}
