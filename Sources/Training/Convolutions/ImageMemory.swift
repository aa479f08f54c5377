import CWinnowConvolutionKernels

/// Distances in the memory of one stage's images: channels innermost, padding stored around them.
struct ImageMemory {
  var pixel, row, rows, columns: Int
  /// Where the image itself begins.
  var origin: Int
  /// Of the image without its halo.
  var extents: (rows: Int, columns: Int)
  var channels: Int

  init(
    channels: Int, pixel: Int, _ extents: (rows: Int, columns: Int),
    before: (rows: Int, columns: Int), after: (rows: Int, columns: Int)
  ) {
    self.channels = channels
    self.pixel = pixel
    self.extents = extents
    rows = before.rows + extents.rows + after.rows
    columns = before.columns + extents.columns + after.columns
    row = columns * pixel
    origin = before.rows * row + before.columns * pixel
  }

  var count: Int { rows * row }
}

extension ImageStage {
  /// Filters and stored channels are whole vectors of the widest instruction set.
  static func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

  /// The layout of the input with its zero padding. Only a chain's own input may have pixels that
  /// are not whole vectors.
  func inputLayout(isFirst: Bool) -> ImageMemory {
    ImageMemory(
      channels: channels.input, pixel: isFirst ? channels.input : Self.padded(channels.input), input,
      before: before, after: after)
  }

  /// The layout of the last stage's output.
  var outputLayout: ImageMemory {
    ImageMemory(
      channels: channels.output, pixel: Self.padded(channels.output), output, before: (0, 0), after: (0, 0)
    )
  }

  func convolution(_ x: ImageMemory, _ y: ImageMemory) -> winnow_image_convolution {
    winnow_image_convolution(
      input_pixel: Int32(x.pixel), input_row: Int32(x.row), output_pixel: Int32(y.pixel),
      output_row: Int32(y.row), rows: Int32(output.rows), columns: Int32(output.columns),
      pool_rows: Int32(pool.rows), pool_columns: Int32(pool.columns),
      stride_rows: Int32(strides.rows), stride_columns: Int32(strides.columns),
      kernel_rows: Int32(kernel.rows), input_rows: Int32(input.rows), halo_rows: Int32(before.rows),
      run: Int32(kernel.columns * x.pixel), filters: Int32(channels.output),
      rectified: product.slope == nil ? 0 : 1, slope: Float(product.slope ?? 1))
  }

  /// Whether the gradient of the input is a convolution of whole vectors itself: a stage without
  /// pool or stride, where lists of gradients would be long.
  func pullsByConvolution(_ x: ImageMemory) -> Bool {
    pool == (1, 1) && strides == (1, 1) && x.pixel % 16 == 0 && kernel.rows > before.rows
      && kernel.columns > before.columns && kernel.rows > after.rows
      && kernel.columns > after.columns
  }

  /// The layout of the output's gradient for that convolution.
  var pulledLayout: ImageMemory {
    ImageMemory(
      channels: channels.output, pixel: Self.padded(channels.output), convolved,
      before: (kernel.rows - 1 - before.rows, kernel.columns - 1 - before.columns),
      after: (kernel.rows - 1 - after.rows, kernel.columns - 1 - after.columns))
  }

  func pullingConvolution(_ dy: ImageMemory, _ dx: ImageMemory) -> winnow_image_convolution {
    winnow_image_convolution(
      input_pixel: Int32(dy.pixel), input_row: Int32(dy.row), output_pixel: Int32(dx.pixel),
      output_row: Int32(dx.row), rows: Int32(input.rows), columns: Int32(input.columns),
      pool_rows: 1, pool_columns: 1, stride_rows: 1, stride_columns: 1,
      kernel_rows: Int32(kernel.rows), input_rows: Int32(convolved.rows),
      halo_rows: Int32(kernel.rows - 1 - before.rows), run: Int32(kernel.columns * dy.pixel),
      filters: Int32(channels.input), rectified: 0, slope: 1)
  }
}
