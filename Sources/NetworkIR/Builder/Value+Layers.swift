public import WinnowFixedPoint

extension NetworkBuilder.Value {
  /// A fully connected layer over the last axis: `[…, inputs]` to `[…, units]`.
  ///
  /// - Parameters:
  ///   - bias: `nil` for none.
  ///   - weightQuantizer: quantises `NAME_weights` `[inputs, units]` by a node `NAME_weights_quantized`.
  public func dense(
    _ units: Int, weights: Initializer = .glorotUniform, bias: Initializer? = .zeros,
    weightQuantizer: Quantize? = nil, biasQuantizer: Quantize? = nil, name: String? = nil
  ) -> Self {
    layer("dense", name: name, meaning: "dense(\(units))") { name, type in
      guard units >= 1 else { throw NetworkError("has \(units) units; at least one is needed") }
      guard let inputs = type.shape.last?.size, inputs >= 1 else {
        throw NetworkError("needs a last axis of known size, which its weights meet")
      }
      let fans = (inputs, units)
      var parameters = [
        parameter("\(name)_weights", [inputs, units], weights, fans: fans, weightQuantizer)
      ]
      if let bias {
        parameters.append(parameter("\(name)_bias", [units], bias, fans: fans, biasQuantizer))
      }
      return (Dense(), parameters)
    }
  }

  /// A convolution of an image `[batch, channels, rows, …]` with as many spatial axes as the kernel has.
  ///
  /// Weights are `[filters, channels / groups, rows, …]`.
  public func convolution(
    _ filters: Int, kernel: [Int], strides: [Int]? = nil, padding: ImagePadding = .valid,
    dilations: [Int]? = nil, groups: Int = 1, weights: Initializer = .glorotUniform,
    bias: Initializer? = .zeros, weightQuantizer: Quantize? = nil, biasQuantizer: Quantize? = nil,
    name: String? = nil
  ) -> Self {
    layer("convolution", name: name, meaning: "convolution(\(filters), kernel: \(kernel))") {
      name, type in
      let channels = try type.channels(filters: filters, groups: groups, kernel: kernel)
      let window = try padding.window(kernel, strides, dilations, over: type)
      let taps = kernel.reduce(1, *)
      let fans = (channels / groups * taps, filters * taps)
      var parameters = [
        parameter(
          "\(name)_weights", [filters, channels / groups] + kernel, weights, fans: fans, weightQuantizer)
      ]
      if let bias {
        parameters.append(parameter("\(name)_bias", [filters], bias, fans: fans, biasQuantizer))
      }
      return (Convolution(window, groups: groups), parameters)
    }
  }

  /// A transposed convolution; weights are `[channels, filters / groups, rows, …]`.
  ///
  /// With the padding `.same` every spatial axis grows by its stride. Initializers see the fans that
  /// Keras and PyTorch give them here: `filters / groups · taps` inputs, `channels · taps` outputs.
  public func convolutionTranspose(
    _ filters: Int, kernel: [Int], strides: [Int]? = nil, padding: ImagePadding = .valid,
    outputPadding: [Int] = [], dilations: [Int]? = nil, groups: Int = 1,
    weights: Initializer = .glorotUniform, bias: Initializer? = .zeros,
    weightQuantizer: Quantize? = nil, biasQuantizer: Quantize? = nil, name: String? = nil
  ) -> Self {
    layer(
      "convolutionTranspose", name: name, meaning: "convolutionTranspose(\(filters), kernel: \(kernel))"
    ) { name, type in
      let channels = try type.channels(filters: filters, groups: groups, kernel: kernel)
      let (window, extra) = try padding.transposedWindow(kernel, strides, dilations, outputPadding)
      let taps = kernel.reduce(1, *)
      let fans = (filters / groups * taps, channels * taps)
      var parameters = [
        parameter(
          "\(name)_weights", [channels, filters / groups] + kernel, weights, fans: fans, weightQuantizer)
      ]
      if let bias {
        parameters.append(parameter("\(name)_bias", [filters], bias, fans: fans, biasQuantizer))
      }
      return (ConvolutionTranspose(window, groups: groups, outputPadding: extra), parameters)
    }
  }

  /// The largest element under each window; strides are the kernel unless given.
  public func maximumPooled(
    _ kernel: [Int], strides: [Int]? = nil, padding: ImagePadding = .valid, name: String? = nil
  ) -> Self {
    layer("maximumPool", name: name, meaning: "maximumPooled(\(kernel))") { _, type in
      (Pool(.maximum, try padding.window(kernel, strides ?? kernel, nil, over: type)), [])
    }
  }

  /// The mean under each window; padding takes no part unless it is counted.
  public func averagePooled(
    _ kernel: [Int], strides: [Int]? = nil, padding: ImagePadding = .valid,
    countsPadding: Bool = false, name: String? = nil
  ) -> Self {
    layer("averagePool", name: name, meaning: "averagePooled(\(kernel))") { _, type in
      let window = try padding.window(kernel, strides ?? kernel, nil, over: type)
      return (Pool(.average, window, countsPadding: countsPadding), [])
    }
  }

  /// The mean over all positions of an image: `[batch, channels, …]` to `[batch, channels]`.
  public func globalAveragePooled(name: String? = nil) -> Self {
    layer("globalAveragePool", name: name, meaning: "globalAveragePooled()") { _, type in
      guard type.shape.count >= 3 else { throw NetworkError("takes [batch, channels, rows, …]") }
      return (Reduce(.mean, axes: Array(2..<type.shape.count), keepsAxes: false), [])
    }
  }

  /// Repeats the pixels of an image `[batch, channels, rows, …]` by whole factors, one per spatial axis.
  public func upsampled(_ factors: [Int], name: String? = nil) -> Self {
    applying(Upsample([1, 1] + factors), name: name, meaning: "upsampled(\(factors))")
  }

  /// Leaves out a fraction of elements in training; nothing in inference.
  public func dropout(_ rate: Double, name: String? = nil) -> Self {
    applying(Dropout(rate: rate), name: name, meaning: "dropout(\(rate))")
  }

  /// Converts to one fixed-point type.
  public func quantized(_ type: FixedPointType, name: String? = nil) -> Self {
    quantized(Quantize(type), name: name)
  }

  /// Converts to fixed point, one type for all, a channel or an element.
  public func quantized(_ quantizer: Quantize, name: String? = nil) -> Self {
    applying(quantizer, name: name)
  }
}

extension TensorType {
  /// The channels of an image that a convolution fits.
  fileprivate func channels(filters: Int, groups: Int, kernel: [Int]) throws -> Int {
    guard kernel.allSatisfy({ $0 >= 1 && $0 < 1 << 20 }) else {
      throw NetworkError("has the kernel \(kernel); sizes from 1 are possible")
    }
    guard shape.count == kernel.count + 2, let channels = shape[1].size else {
      throw NetworkError(
        "takes [batch, channels] and \(kernel.count) spatial axes; the channels must be a number")
    }
    guard filters >= 1, groups >= 1, channels % groups == 0, filters % groups == 0 else {
      throw NetworkError("cannot split \(channels) channels and \(filters) filters into \(groups) groups")
    }
    return channels
  }
}
