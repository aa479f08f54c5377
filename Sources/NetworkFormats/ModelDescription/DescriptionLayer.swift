import WinnowFixedPoint
import WinnowNetworkIR

/// How one operator of a description becomes nodes: one line each, then its function below.
struct DescriptionLayer: Sendable {
  var inputs: Int
  /// Adds nodes that read the values and end in one of the layer's name.
  var add: @Sendable (inout DescriptionBuilder, DescriptionFields, String, [String]) throws -> Void

  init(
    inputs: Int = 1,
    _ add: @escaping @Sendable (inout DescriptionBuilder, DescriptionFields, String, [String]) throws -> Void
  ) {
    self.inputs = inputs
    self.add = add
  }

  static let all: [String: DescriptionLayer] = [
    "Conv2D": DescriptionLayer { try $0.convolution($1, $2, $3[0]) },
    "Dense": DescriptionLayer { try $0.dense($1, $2, $3[0]) },
    "Dot": DescriptionLayer(inputs: 2) { try $0.dot($1, $2, $3) },
    "GlobalAveragePooling1D": DescriptionLayer { try $0.averagePool($1, $2, $3[0]) },
    "Normalize": DescriptionLayer { try $0.normalize($1, $2, $3[0]) },
    "OffsetDivide": DescriptionLayer { try $0.offsetDivide($1, $2, $3[0]) },
    "OffsetShift": DescriptionLayer { try $0.offsetShift($1, $2, $3[0]) },
    "PointwiseConv1D": DescriptionLayer { try $0.pointwise($1, $2, $3[0]) },
    "Quantize": DescriptionLayer { try $0.append($2, Quantize($1.type("result_type")), $3) },
    "ReLU": DescriptionLayer { try $0.finish($1, $2, part: "rectified", Relu(), $3) },
    "Reshape": DescriptionLayer { try $0.append($2, Reshape($1.sizes("shape")), $3) },
    "SigmoidTable": DescriptionLayer { try $0.sigmoid($1, $2, $3[0]) },
    "SoftmaxTable": DescriptionLayer { try $0.softmax($1, $2, $3[0]) },
    "Subtract": DescriptionLayer(inputs: 2) { try $0.subtract($1, $2, $3) },
    "SumOfSquares": DescriptionLayer { try $0.sumOfSquares($1, $2, $3[0]) },
  ]
}

extension DescriptionFields {
  /// How sums are formed; without an accumulator type they are exact, whatever the product type.
  fileprivate func accumulation() throws -> Accumulation {
    let accumulator = try optionalType("accumulator_type")
    return Accumulation(
      product: accumulator == nil ? nil : try optionalType("product_type"), accumulator: accumulator)
  }

  /// The flat count of a shape whose numbers are sizes.
  fileprivate func product(_ factors: [Int]) throws -> Int {
    var count = 1
    for factor in factors {
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      guard !overflow, product <= Network.maximumElements else {
        throw wrong("the sizes \(factors) make more than \(Network.maximumElements) elements")
      }
      count = product
    }
    return count
  }
}

extension DescriptionBuilder {
  fileprivate mutating func dense(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let (inputs, outputs) = (try layer.size("n_in"), try layer.size("n_out"))
    try matrix(layer, name, x, inputs, outputs, layout: "[input][output]", shape: [inputs])
  }

  fileprivate mutating func pointwise(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let (width, channels) = (try layer.size("width"), try layer.size("n_chan"))
    _ = try layer.product([width, channels])
    try matrix(
      layer, name, x, channels, layer.size("n_filt"), layout: "[channel][filter]",
      shape: [width, channels])
  }

  private mutating func matrix(
    _ layer: DescriptionFields, _ name: String, _ x: String, _ inputs: Int, _ outputs: Int,
    layout: String, shape: [Int]
  ) throws {
    try require(layer, layout: [layout])
    _ = try layer.product([inputs, outputs])
    let weights = try layer.tensor("weights", shape: [inputs, outputs], type: "weight_type")
    let bias = try layer.tensor("biases", shape: [outputs], type: "bias_type")
    let values = [
      try value(x, shape: shape, for: name), try constant("\(name)/weights", weights),
      try constant("\(name)/biases", bias),
    ]
    try finish(layer, name, part: "sum", Dense(layer.accumulation()), values)
  }

  @discardableResult
  private func require(_ layer: DescriptionFields, layout known: [String]) throws -> String {
    let layout = try layer.string("weight_layout")
    guard known.contains(layout) else {
      throw layer.wrong(
        "the weight layout '\(layout.prefix(80))' is not known; known are \(known.joined(separator: ", "))")
    }
    return layout
  }

  fileprivate mutating func convolution(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let input = try layer.sizes("input_shape", count: 3)
    let output = try layer.sizes("output_shape", count: 3)
    let kernel = try layer.sizes("kernel", count: 2)
    let strides = try layer.sizes("stride", count: 2)
    // Top, bottom, left, right, as hls4ml keeps them.
    let padding = layer.has("padding") ? try layer.integers("padding", count: 4) : [0, 0, 0, 0]
    guard padding.allSatisfy({ (0..<1 << 20).contains($0) }) else {
      throw layer.wrong("the padding \(padding) is not possible")
    }
    let layouts = ["[filter][row][column][channel]", "[row][column][channel][filter]"]
    let filterFirst = try require(layer, layout: layouts) == layouts[0]
    let (channels, filters) = (input[2], output[2])
    let taps = try layer.product([kernel[0], kernel[1], channels])
    _ = try layer.product([taps, filters])
    _ = try layer.product(input)
    let stored = try layer.tensor("weights", shape: [taps * filters], type: "weight_type")
    // To [filter][channel][row][column].
    let positions = kernel[0] * kernel[1]
    let places = (0..<taps * filters).map { index in
      let (filter, channel, position) = (
        index / taps, index % taps / positions, index % positions
      )
      let tap = position * channels + channel
      return filterFirst ? filter * taps + tap : tap * filters + filter
    }
    let weights = stored.gathered(places, shape: [filters, channels] + kernel)
    let bias = try layer.tensor("biases", shape: [filters], type: "bias_type")
    let window = SlidingWindow(
      kernel: kernel, strides: strides, padding: [padding[0], padding[2], padding[1], padding[3]])
    let values = [
      try value(x, shape: input, for: name), try constant("\(name)/weights", weights),
      try constant("\(name)/biases", bias),
    ]
    try finish(
      layer, name, part: "sum",
      Convolution(window, layout: .channelsLast, accumulation: layer.accumulation()), values)
    guard shape(name) == output else {
      throw layer.wrong("'output_shape' is \(output); the window gives \(shape(name))")
    }
  }

  fileprivate mutating func dot(_ layer: DescriptionFields, _ name: String, _ x: [String]) throws {
    try finish(layer, name, part: "sum", Dot(layer.accumulation()), flat(x, name))
  }

  fileprivate mutating func subtract(_ layer: DescriptionFields, _ name: String, _ x: [String]) throws {
    try finish(layer, name, part: "difference", Arithmetic(.subtract), flat(x, name))
  }

  /// Two values of one shape: their own, or flat.
  private mutating func flat(_ x: [String], _ name: String) throws -> [String] {
    if shape(x[0]) == shape(x[1]) { return x }
    let count = shape(x[0]).reduce(1, *)
    return [
      try value(x[0], shape: [count], for: name, part: "first"),
      try value(x[1], shape: [count], for: name, part: "second"),
    ]
  }

  fileprivate mutating func averagePool(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let shape = [try layer.size("width"), try layer.size("n_filt")]
    let accumulator = try layer.type("accumulator_type")
    let pool = TypedAveragePool(
      accumulator: accumulator, average: try layer.optionalType("average_type") ?? accumulator)
    try finish(layer, name, part: "average", pool, [value(x, shape: shape, for: name)])
  }

  /// Exact `x · scale + bias` by channel, then one conversion.
  fileprivate mutating func normalize(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let (count, channels) = (try layer.size("n"), try layer.size("n_filt"))
    guard count % channels == 0 else { throw layer.wrong("'n' is no multiple of 'n_filt'") }
    let scales = try layer.tensor("scales", shape: [channels], type: "scale_type")
    let biases = try layer.tensor("biases", shape: [channels], type: "bias_type")
    let fits = shape(x).last == channels && shape(x).reduce(1, *) == count
    let values = try fits ? x : value(x, shape: [count / channels, channels], for: name)
    let product = try append(
      "\(name)/product", Arithmetic(.multiply), [values, constant("\(name)/scales", scales)])
    try finish(
      layer, name, part: "sum", Arithmetic(.add), [product, constant("\(name)/biases", biases)])
  }

  fileprivate mutating func offsetShift(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let count = try layer.product(layer.sizes("shape"))
    let offsetType = try layer.type("offset_type")
    let shifts: [Int]
    if let shiftType = try layer.optionalType("shift_type") {
      shifts = try layer.mantissas("shifts", count: count, of: shiftType)
    } else {
      shifts = try layer.integers("shifts", count: count)
    }
    let shift = OffsetShift(
      offsets: try layer.mantissas("offsets", count: count, of: offsetType), offsetFormat: offsetType,
      shifts: shifts, difference: try layer.type("difference_type"))
    try finish(layer, name, part: "shifted", shift, [value(x, shape: [count], for: name)])
  }

  /// `(x − offset) / 2^k` with whole offsets, exact, then one conversion.
  fileprivate mutating func offsetDivide(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let count = shape(x).reduce(1, *)
    let offsets = try layer.integers("offsets", count: count)
    let divisors = try layer.integers("divisors", count: count)
    guard divisors.allSatisfy({ $0 > 0 && $0.nonzeroBitCount == 1 }) else {
      throw layer.wrong("'divisors' holds a number that is no power of two")
    }
    let top = divisors.map(\.trailingZeroBitCount).max() ?? 0
    let factors = divisors.map { Int128(1) << (top - $0.trailingZeroBitCount) }
    let difference = try append(
      "\(name)/difference", Arithmetic(.subtract),
      [
        value(x, shape: [count], for: name),
        constant("\(name)/offsets", Tensor([count], .fixed(offsets.map { Int128($0) }, fraction: 0))),
      ])
    try finish(
      layer, name, part: "quotient", Arithmetic(.multiply),
      [difference, constant("\(name)/factors", Tensor([count], .fixed(factors, fraction: top)))])
  }

  fileprivate mutating func sigmoid(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let type = try layer.type("table_type")
    let table = try layer.mantissas("table", count: layer.size("table_size"), of: type)
    try finish(layer, name, part: "entry", SigmoidTable(table: table, type: type), [x])
  }

  fileprivate mutating func softmax(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let size = try layer.size("table_size")
    let (expType, inverseType) = (try layer.type("exp_type"), try layer.type("inverse_type"))
    guard try layer.size("n") == shape(x).reduce(1, *) else {
      throw layer.wrong("'n' is not the input's size, \(shape(x).reduce(1, *))")
    }
    let softmax = SoftmaxTable(
      expTable: try layer.mantissas("exp_table", count: size, of: expType), expType: expType,
      inverseTable: try layer.mantissas("inverse_table", count: size, of: inverseType),
      inverseType: inverseType, input: try layer.type("input_type"), sum: try layer.type("sum_type"))
    try finish(layer, name, part: "product", softmax, [x])
  }

  /// The accumulator casts after each addition; a lone square is not added to anything. The result
  /// is the accumulator's, a stated result type only repeats it.
  fileprivate mutating func sumOfSquares(_ layer: DescriptionFields, _ name: String, _ x: String) throws {
    let count = shape(x).reduce(1, *)
    let sum = SumOfSquares(
      square: try layer.optionalType("square_type"),
      accumulator: count > 1 ? try layer.optionalType("accumulator_type") : nil)
    if let result = try layer.optionalType("result_type"), result != (sum.accumulator ?? sum.square) {
      return try finish(layer, name, part: "sum", sum, [x])
    }
    try append(name, sum, [x])
  }
}
