internal import CHDF5
internal import Synchronization

/// The one door to the HDF5 library, whose serial build is not safe to enter twice.
enum HDF5Library {
  private static let lock = Mutex<Bool>(false)

  /// Runs the body while no other thread is in the library. Calls do not nest.
  ///
  /// The first call tells the library not to print its errors; they become Swift errors instead.
  static func locked<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lock.withLock { isStarted throws(Failure) in
      if !isStarted {
        isStarted = true
        _ = H5open()
        _ = H5Eset_auto2(chdf5_error_stack(), nil, nil)
      }
      return try body()
    }
  }

  /// The library's words for the innermost reason of the last failure.
  static var reason: String {
    var text = ""
    unsafe withUnsafeMutablePointer(to: &text) { text in
      // The callback runs inside H5Ewalk2, while `text` is alive, and copies the string.
      _ = unsafe H5Ewalk2(
        chdf5_error_stack(), H5E_WALK_UPWARD,
        { position, entry, context in
          guard position == 0, let description = unsafe entry?.pointee.desc else { return 0 }
          unsafe context?.assumingMemoryBound(to: String.self).pointee = unsafe String(
            cString: description)
          return 0
        }, text)
    }
    return text.isEmpty ? "the library gives no reason" : text
  }
}

/// An identifier of the library that is given back when the value goes out of scope.
///
/// Made and destroyed inside ``HDF5Library/locked(_:)`` only.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  /// `nil` where the call that made the identifier has failed.
  init?(_ id: hid_t) {
    guard id >= 0 else { return nil }
    self.id = id
  }

  deinit { _ = H5Idec_ref(id) }

  /// Hands the identifier over to an object that closes it itself.
  consuming func released() -> hid_t {
    let id = id
    discard self
    return id
  }
}
