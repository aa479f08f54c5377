extension NPZ {
  /// Writes the file, whole or not at all.
  ///
  /// - Parameter compressed: deflated like `numpy.savez_compressed`, or stored like `numpy.savez`.
  public func write(to path: String, compressed: Bool = true) throws(TensorFileError) {
    try AtomicFile.write(try encoded(compressed: compressed), to: path)
  }

  /// The bytes of the file: equal arrays in equal order give equal bytes (deflated: by one version
  /// of zlib).
  public func encoded(compressed: Bool = true) throws(TensorFileError) -> [UInt8] {
    var writer = ZipArchive.Writer()
    for name in names {
      try writer.add("\(name).npy", NPY.encode(try array(name)), compressed: compressed)
    }
    return writer.finish()
  }
}
