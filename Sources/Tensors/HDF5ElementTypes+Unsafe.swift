internal import CHDF5

extension HDF5Handle {
  /// The type of elements in the files written here: little-endian, the same on every machine.
  init?(fileTypeOf type: NumericArray.ElementType) {
    let id =
      switch type {
      case .int8: H5Tcopy(chdf5_file_int8())
      case .int16: H5Tcopy(chdf5_file_int16())
      case .int32: H5Tcopy(chdf5_file_int32())
      case .int64: H5Tcopy(chdf5_file_int64())
      case .uint8: H5Tcopy(chdf5_file_uint8())
      case .uint16: H5Tcopy(chdf5_file_uint16())
      case .uint32: H5Tcopy(chdf5_file_uint32())
      case .uint64: H5Tcopy(chdf5_file_uint64())
      case .float32: H5Tcopy(chdf5_file_float())
      case .float64: H5Tcopy(chdf5_file_double())
      case .bool: booleanType()
      }
    self.init(id)
  }

  /// The type of elements in this machine's memory.
  init?(memoryTypeOf type: NumericArray.ElementType) {
    let id =
      switch type {
      case .int8: H5Tcopy(chdf5_native_int8())
      case .int16: H5Tcopy(chdf5_native_int16())
      case .int32: H5Tcopy(chdf5_native_int32())
      case .int64: H5Tcopy(chdf5_native_int64())
      case .uint8: H5Tcopy(chdf5_native_uint8())
      case .uint16: H5Tcopy(chdf5_native_uint16())
      case .uint32: H5Tcopy(chdf5_native_uint32())
      case .uint64: H5Tcopy(chdf5_native_uint64())
      case .float32: H5Tcopy(chdf5_native_float())
      case .float64: H5Tcopy(chdf5_native_double())
      case .bool: booleanType()
      }
    self.init(id)
  }
}

/// h5py's Booleans: an enumeration of one byte.
private func booleanType() -> hid_t {
  guard let type = HDF5Handle(H5Tenum_create(chdf5_file_int8())) else { return -1 }
  for (name, value) in [("FALSE", Int8(0)), ("TRUE", 1)] {
    // The library copies the byte.
    guard unsafe withUnsafePointer(to: value, { unsafe H5Tenum_insert(type.id, name, $0) }) >= 0
    else { return -1 }
  }
  return type.released()
}
