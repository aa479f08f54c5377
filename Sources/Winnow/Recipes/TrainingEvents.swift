import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// The events of a run: opened, looked through, split, scalers fitted on the training split alone.
struct TrainingEvents {
  let recipe: DataRecipe
  private(set) var data: TrainingData
  let split: DataSplit
  /// By input.
  private(set) var scalers: [(input: String, scaler: Scaler)] = []
  let hasWeights: Bool

  static let teacherName = "teacher_output"

  private static func split(_ data: TrainingData, _ recipe: DataRecipe) throws -> DataSplit {
    if let folds = recipe.folds {
      guard let fold = recipe.fold else {
        throw RecipeError("'data.folds' are trained one after another; name one with 'data.fold'")
      }
      return try data.split(
        fold: fold, of: folds, test: recipe.test, seed: recipe.splitSeed,
        stratifiedBy: recipe.stratifiedBy)
    }
    var split = try data.split(
      validation: recipe.validation, test: recipe.test, seed: recipe.splitSeed)
    guard recipe.splitsInOrder else { return split }
    // As many events of each kind, as they are stored.
    let training = split.training.count
    let test = training + split.validation.count
    split.training = RowSet(0..<training)
    split.validation = RowSet(training..<test)
    split.test = RowSet(test..<data.count)
    return split
  }

  init(_ recipe: DataRecipe) throws {
    self.recipe = recipe
    var columns = (recipe.inputs + recipe.targets).map { (name: $0.name, selection: $0.selection) }
    if let weights = recipe.weights { columns.append((DataRecipe.weightName, weights)) }
    hasWeights = recipe.weights != nil
    data = try TrainingData(contentsOf: recipe.file, columns: columns)
    split = try Self.split(data, recipe)
    for input in recipe.inputs {
      guard let method = input.scaler else { continue }
      scalers.append(
        (input.name, try Scaler.fit(method, to: data.column(input.name), rows: split.training)))
    }
    for target in recipe.targets {
      guard let method = target.scaler else { continue }
      let scaler = try Scaler.fit(method, to: data.column(target.name), rows: split.training)
      data = try TrainingData(
        columns: data.columns.map { column in
          column.name == target.name ? try column.scaled(by: scaler) : column
        })
    }
  }

  var inputShapes: [(name: String, shape: [Int])] {
    recipe.inputs.map { input in
      (input.name, data.columns.first { $0.name == input.name }?.shape ?? [])
    }
  }

  mutating func append(_ column: TrainingColumn) throws {
    data = try TrainingData(columns: data.columns + [column])
  }

  func targetIsScalar(_ name: String) -> Bool {
    data.columns.first { $0.name == name }?.count == 1
  }

  /// Looks at every number once.
  func validate(classes: [String: Int]) throws {
    try data.validate(classes: classes, weights: hasWeights ? DataRecipe.weightName : nil)
  }

  /// The first number of a column for which a condition holds, with its row; `nil` without one, and
  /// for what is no column.
  func first(
    of name: String, in rows: RowSet? = nil, where holds: (Float) -> Bool
  ) throws -> (row: Int, value: Float)? {
    let rows = rows ?? RowSet(0..<data.count)
    guard !rows.isEmpty, data.columns.contains(where: { $0.name == name }) else { return nil }
    let stream = try BatchStream(
      data, rows: rows, .evaluation(columns: [name], batchSize: min(1024, rows.count)))
    var seen = 0
    while seen < rows.count, let batch = try stream.next() {
      let width = batch.columns[0].count / stream.options.batchSize
      let values = batch.columns[0].part(0..<batch.count * width).array
      if let place = values.firstIndex(where: holds) {
        return (rows[seen + place / width], values[place])
      }
      seen += batch.count
    }
    return nil
  }

  /// Whether an event of a split counts.
  func haveWeight(_ rows: RowSet) throws -> Bool {
    guard hasWeights else { return !rows.isEmpty }
    return try first(of: DataRecipe.weightName, in: rows) { $0 != 0 } != nil
  }

  /// - Throws: ``RecipeError`` where the events that choose between epochs have no weight.
  func checkValidationWeights() throws {
    guard !split.validation.isEmpty, try !haveWeight(split.validation) else { return }
    throw RecipeError(
      "all \(split.validation.count) validation events have the weight 0 in 'data.weights'; give another 'data.split', or weights above 0"
    )
  }

  /// Batches for the inputs of an objective.
  private func batches(
    _ rows: RowSet, for network: Network, seed: UInt64, _ options: ([String]) -> BatchOptions
  ) throws -> StreamedBatches {
    let noise = recipe.noise.filter { column in
      network.inputs.contains { $0.name == column.name }
    }
    let columns = network.inputs.map(\.name)
      .filter { name in !noise.contains { $0.name == name } }
    for name in columns where !data.columns.contains(where: { $0.name == name }) {
      throw RecipeError(
        "the network or its loss reads '\(name)', and 'data' has no such input or target; it has \(data.columns.map(\.name).joined(separator: ", "))"
      )
    }
    return StreamedBatches(
      try BatchStream(data, rows: rows, options(columns)), noise: noise, seed: seed)
  }

  func training(for objective: Objective, batch: Int, seed: UInt64) throws -> StreamedBatches {
    guard split.training.count >= batch else {
      throw TrainingError(
        "the training split has \(split.training.count) events, fewer than one batch of \(batch); give a smaller batch or more data"
      )
    }
    return try batches(split.training, for: objective.network, seed: seed) {
      BatchOptions(
        columns: $0, batchSize: batch, weights: hasWeights ? DataRecipe.weightName : nil,
        order: recipe.shuffles ? .automatic : .stored, seed: seed)
    }
  }

  /// `nil` where no events are held back.
  func evaluation(
    _ rows: RowSet, for objective: Objective, batch: Int, seed: UInt64
  ) throws -> StreamedBatches? {
    if rows.isEmpty { return nil }
    return try batches(rows, for: objective.network, seed: seed) {
      .evaluation(
        columns: $0, batchSize: min(batch, rows.count),
        weights: hasWeights ? DataRecipe.weightName : nil)
    }
  }

  /// The first training events of some inputs, for calibration.
  func sample(of names: [String], rows wanted: Int, seed: UInt64) throws -> [String: [Float]] {
    let count = min(wanted, split.training.count)
    let inputs = names.filter { name in !recipe.noise.contains { $0.name == name } }
    let stream = try BatchStream(
      data, rows: split.training.evenlySpaced(count),
      .evaluation(columns: inputs, batchSize: min(1024, count)))
    var values: [String: [Float]] = [:]
    for column in recipe.noise where names.contains(column.name) {
      var stream = RandomStream(seed: seed, label: "calibration noise").child(column.name)
      values[column.name] = (0..<count * column.width).map { _ in Float(stream.gaussian()) }
    }
    var seen = 0
    while seen < count, let batch = try stream.next() {
      let taken = min(batch.count, count - seen)
      for (name, column) in zip(inputs, batch.columns) {
        let width = column.count / stream.options.batchSize
        values[name, default: []] += column.part(0..<taken * width).array
      }
      seen += taken
    }
    return values
  }

  /// A network's answers to some events: of its only output.
  func answers(
    of network: Network, rows: RowSet, seed: UInt64
  ) throws -> (values: [Float], shape: [Int]) {
    guard case .symbol(let symbol, _) = network.inputs.first?.type.shape.first else {
      throw TrainingError(
        "the teacher '\(network.name)' has a batch of fixed size; export it with a dynamic one")
    }
    for input in network.inputs.map(\.name)
    where !data.columns.contains(where: { $0.name == input })
      && !recipe.noise.contains(where: { $0.name == input })
    {
      throw TrainingError(
        "the teacher '\(network.name)' reads '\(input)', which is no input of 'data'; name it so")
    }
    let batch = min(1024, rows.count)
    let batches = try batches(rows, for: network, seed: seed) {
      .evaluation(columns: $0, batchSize: batch)
    }
    let plan = try TrainingPlan<Float>(network, sizes: [symbol: batch], training: false)
    let buffers = try zip(batches.columns, batches.widths).map { name, width in
      guard let input = plan.input(name), input.values.count == width * batch else {
        throw TrainingError(
          "the teacher's input '\(name)' does not have the shape of the data's column")
      }
      return input.values
    }
    let memory = Storage()
    let weights = memory.allocate(batch, of: Float.self)
    var values: [Float] = []
    let output = plan.value(network.outputs[0])!
    let shape = Array(output.shape.dropFirst())
    try batches.seek(epoch: 0, batch: 0)
    for start in stride(from: 0, to: rows.count, by: batch) {
      try batches.next(into: buffers, weights: weights)
      plan.forward()
      values += output.values.part(0..<min(batch, rows.count - start) * shape.reduce(1, *)).array
    }
    return (values, shape)
  }
}
