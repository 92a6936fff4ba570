import Foundation

/// Who holds the lock of a cache.
public struct LockHolder: Hashable, Sendable, Codable, CustomStringConvertible {
  public let host: String
  public let pid: Int32
  public let command: String
  /// Seconds since 1970.
  public let since: Double

  public var description: String {
    let started = Date(timeIntervalSince1970: since).formatted(.iso8601)
    return "process \(pid) on \(host) (\(RunWords.text(of: command))), since \(started)"
  }
}

/// The cache is used by another coordinator, for longer than was to be waited.
public struct LockError: SentenceError {
  /// The lock file.
  public let path: String
  /// As the lock file names it; nil where it cannot be read.
  public let holder: LockHolder?

  public var description: String {
    let who = holder.map { "it is used by \($0)" } ?? "another process uses it"
    return "The cache is busy: \(who); wait for it to end, or end it. (Lock file: \(path))"
  }
}

/// One coordinator at a time. The kernel releases the lock when its holder dies, however it dies, so there is nothing to
/// unlock by hand.
public final class CacheLock: Sendable {
  private let descriptor: Int32

  /// - Parameters:
  ///   - timeout: seconds to wait for another holder; infinity waits for ever.
  ///   - onWait: called once, with who holds it, before waiting.
  ///   - shouldStop: asked while waiting.
  /// - Throws: `LockError` when it stays held, `FileError` when the lock file cannot be made.
  public init(
    _ folder: CacheFolder, timeout: Double, command: String = RunWords.stored(CommandLine.arguments),
    onWait: (LockHolder?) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws {
    let path = folder.lock
    try LocalFileSystem().createFolder(folder.path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
    // Not by the wall clock, which may be set.
    let start = ContinuousClock.now
    var isFirst = true
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      let holder = Self.holder(of: folder)
      guard code == EWOULDBLOCK else {
        close(descriptor)
        throw FileError("lock", path, code: code)
      }
      if (ContinuousClock.now - start).seconds >= timeout || shouldStop() {
        close(descriptor)
        throw LockError(path: path, holder: holder)
      }
      if isFirst { onWait(holder) }
      isFirst = false
      usleep(50_000)
    }
    self.descriptor = descriptor
    let holder = LockHolder(host: Host.name, pid: getpid(), command: command, since: Date().timeIntervalSince1970)
    if let data = try? JobFormat.encode(holder) {
      ftruncate(descriptor, 0)
      data.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
  }

  /// Who took the lock last; whether it is still held, only trying tells.
  public static func holder(of folder: CacheFolder) -> LockHolder? {
    guard let data = try? LocalFileSystem().read(folder.lock) else { return nil }
    return try? JobFormat.decode(LockHolder.self, from: data)
  }

  deinit {
    close(descriptor)
  }
}
