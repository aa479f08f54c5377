import Synchronization

/// Adder graphs that this process has searched for: the same matrix is asked for again when a network is
/// compiled for another device, or to be verified.
///
/// A search is a function of the matrix and the options, so that what is kept changes no bit.
enum FoundAdderGraphs {
  private struct Key: Hashable {
    var problem: ConstantMatrixProblem
    var options: AdderGraphOptions
  }

  /// Graphs that are kept; a trigger network has some tens.
  private static let most = 4096

  private static let graphs = Mutex<[Key: AdderGraph]>([:])

  /// The graph that was found before, or that `search` finds.
  static func graph(
    _ problem: ConstantMatrixProblem, _ options: AdderGraphOptions, search: () -> AdderGraph
  ) -> AdderGraph {
    let key = Key(problem: problem, options: options)
    if let graph = graphs.withLock({ $0[key] }) { return graph }
    let graph = search()
    graphs.withLock { graphs in
      // Rare enough that what is dropped need not be chosen.
      if graphs.count >= most { graphs.removeAll() }
      graphs[key] = graph
    }
    return graph
  }
}
