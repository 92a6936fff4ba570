import Foundation
import Synchronization

/// A process of our own, in a process group of its own (so that Ctrl-C on the terminal reaches the coordinator alone). Its
/// standard input is a socket, on which either side can say something, and which ends when this process ends, however it ends.
final class ChildProcess: Sendable {
  struct Exit: CustomStringConvertible {
    let code: Int32
    /// 0 if it ended by itself.
    let signal: Int32
    let peakMemoryBytes: Int?

    var description: String {
      switch signal {
      case 0: "ended with status \(code)"
      case SIGKILL: "was killed (signal 9; often because memory ran out)"
      default: "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
      }
    }
  }

  let pid: pid_t
  /// Our end of its standard input.
  private let socket: Int32
  private let isRunning = Mutex(true)

  private init(pid: pid_t, socket: Int32) {
    self.pid = pid
    self.socket = socket
  }

  deinit {
    close(socket)
  }

  /// Writes to its standard input. Nothing happens where it has ended.
  func send(_ bytes: [UInt8]) {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      // Not the signal that a broken pipe gives.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Foundation.send(socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// The next byte that it wrote to its standard input; nil where there will be none. Blocks.
  func receive() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = read(socket, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      return count == 1 ? byte : nil
    }
  }

  /// Its standard input ends.
  func endInput() {
    // Not closed: somebody may be reading, and the number would be given away again.
    _ = shutdown(socket, Int32(SHUT_WR))
  }

  /// Nothing more is to be received than what was sent already: a process that it started may hold the other end.
  func endReports() {
    _ = shutdown(socket, Int32(SHUT_RD))
  }

  /// - Parameter output: becomes standard output and error.
  static func spawn(
    _ executable: String, _ arguments: [String], environment: [String: String], output: Int32
  ) throws -> ChildProcess {
    // Between making sockets and marking them, no other worker may be started: it would inherit our end, and keep alive what
    // should end with us.
    try spawning.withLock { _ in
      try spawnAlone(executable, arguments, environment: environment, output: output)
    }
  }

  private static let spawning = Mutex<Void>(())

  private static func spawnAlone(
    _ executable: String, _ arguments: [String], environment: [String: String], output: Int32
  ) throws -> ChildProcess {
    let sockets = try closedOnExecSockets()
    defer { close(sockets.theirs) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, sockets.theirs, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // Signals that the coordinator ignores or blocks must reach the worker.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var argumentPointers = ([executable] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var pid = pid_t()
    let code = posix_spawnp(&pid, executable, &actions, &attributes, &argumentPointers, &environmentPointers)
    guard code == 0 else {
      close(sockets.ours)
      throw FileError("start the worker", executable, code: code)
    }
    return ChildProcess(pid: pid, socket: sockets.ours)
  }

  private static func closedOnExecSockets() throws -> (ours: Int32, theirs: Int32) {
    #if canImport(Darwin)
      let stream = SOCK_STREAM
    #else
      let stream = Int32(SOCK_STREAM.rawValue)
    #endif
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, stream, 0, &ends) == 0 else {
      throw FileError("make a socket for", "a worker", code: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var isOn: Int32 = 1
      setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
    #endif
    return (ends[0], ends[1])
  }

  func signal(_ number: Int32) {
    // Under the lock that reaping takes: a number that was given away again must not be signalled.
    isRunning.withLock { running in
      if running { _ = kill(pid, number) }
    }
  }

  /// Blocks until the process has ended.
  func wait() -> Exit {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    return isRunning.withLock { running in
      var status: Int32 = 0
      var usage = rusage()
      while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
      running = false
      #if canImport(Darwin)
        let peak = Int(usage.ru_maxrss)
      #else
        let peak = Int(usage.ru_maxrss) * 1024
      #endif
      return Exit(code: (status >> 8) & 0xFF, signal: status & 0x7F, peakMemoryBytes: peak > 0 ? peak : nil)
    }
  }
}
