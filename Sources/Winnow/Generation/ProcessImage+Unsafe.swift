import Foundation

/// This process's program.
enum ProcessImage {
  /// Runs another program in this process's place: signals, terminal and exit code are then its own.
  ///
  /// - Returns: why it could not be started; on success this does not return.
  static func replace(with path: String, arguments: [String]) -> String {
    // Threads of Swift's pool block signals, and a new program would inherit that.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
    // Copies that `execv` may keep; nil ends the list.
    var words = unsafe ([path] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    _ = unsafe execv(path, words)
    let code = errno
    unsafe words.forEach { unsafe free($0) }
    return unsafe String(cString: strerror(code))
  }
}
