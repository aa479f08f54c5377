internal import CHDF5

extension HDF5Dataset {
  /// The strings of a dataset of text, in C order: names of columns or classes.
  ///
  /// Both strings of fixed length, whose padding is removed, and of variable length are read.
  ///
  /// - Throws: ``TensorFileError`` for elements that are no text, text that is not UTF-8, and lists
  ///   of more than a million bytes.
  public func strings() throws(TensorFileError) -> [String] {
    guard elements == .strings else {
      throw TensorFileError("\(source) holds no text; read its numbers")
    }
    let count = shape.reduce(1, *)
    guard count <= HDF5Dataset.maximumTextBytes else {
      throw TensorFileError("\(source) holds \(count) strings; lists of names are shorter")
    }
    if count == 0 { return [] }
    let texts = try HDF5Library.locked { () throws(TensorFileError) -> [String?] in
      guard let type = HDF5Handle(H5Dget_type(id)) else { throw unreadableText() }
      return H5Tis_variable_str(type.id) > 0
        ? try variableStrings(count, type.id) : try fixedStrings(count, type.id)
    }
    var result: [String] = []
    for (index, text) in texts.enumerated() {
      guard let text else {
        throw TensorFileError("string \(index) of \(source) is not UTF-8; save it as UTF-8")
      }
      result.append(text)
    }
    return result
  }

  private static let maximumTextBytes = 1 << 20

  private func fixedStrings(_ count: Int, _ fileType: hid_t) throws(TensorFileError) -> [String?] {
    let size = H5Tget_size(fileType)
    guard size > 0, size <= HDF5Dataset.maximumTextBytes / count,
      let type = HDF5Handle(H5Tcopy(fileType))
    else { throw unreadableText() }
    var bytes = [UInt8](repeating: 0, count: size * count)
    // The buffer holds `count` strings of `size` bytes.
    guard
      unsafe H5Dread(
        id, type.id, chdf5_whole_space(), chdf5_whole_space(), chdf5_defaults(), &bytes) >= 0
    else { throw unreadableText() }
    let isSpacePadded = H5Tget_strpad(fileType) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
      if isSpacePadded { while text.last == UInt8(ascii: " ") { text.removeLast() } }
      return String(validating: text, as: UTF8.self)
    }
  }

  private func variableStrings(_ count: Int, _ fileType: hid_t) throws(TensorFileError)
    -> [String?]
  {
    guard let type = HDF5Handle(H5Tcopy(fileType)), let space = HDF5Handle(H5Dget_space(id)) else {
      throw unreadableText()
    }
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard
      unsafe H5Dread(
        id, type.id, chdf5_whole_space(), chdf5_whole_space(), chdf5_defaults(), &pointers) >= 0
    else { throw unreadableText() }
    // The library has allocated each string, with a zero at its end, and frees them all.
    let result = unsafe pointers.map { pointer -> String? in
      guard let pointer = unsafe pointer else { return "" }
      return unsafe String(validatingCString: pointer)
    }
    _ = unsafe chdf5_free_strings(type.id, space.id, &pointers)
    return result
  }

  private func unreadableText() -> TensorFileError {
    TensorFileError(
      "\(source) cannot be read: \(HDF5Library.reason); copy or make the file again")
  }
}
