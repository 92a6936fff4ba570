import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The stage `download` as a user meets it.
@Suite struct DownloadTests {
  /// The small experiment, with CIFAR-10 from somewhere instead of the generated images.
  private func workspace(sources: String, sha256: String? = nil) throws -> Workspace {
    let original = """
      "shapes": {"kind": "shapes", "title": "Shapes", "classes": 4, "trainImages": 96, "testImages": 48, "seed": 3}
      """
    let digest = sha256.map { ", \"sha256\": \"\($0)\"" } ?? ""
    let dataset = """
      "shapes": {"kind": "cifar-10", "title": "CIFAR-10", "sources": [\(sources)]\(digest)}
      """
    return try Workspace(Workspace.small.replacingOccurrences(of: original, with: dataset))
  }

  /// Asked once, or again and again: it ends, and how soon is no matter of this test.
  @Test(.timeLimit(.minutes(2)), arguments: [false, true])
  func anInterruptionEndsADownloadThatGetsNothing(isUrgent: Bool) throws {
    let server = try SilentServer()
    defer { server.close() }
    let workspace = try workspace(sources: "\"http://127.0.0.1:\(server.port)/cifar-10-binary.tar.gz\"")
    defer { workspace.remove() }
    let running = try workspace.start(["all"])
    #expect(server.waitForRequest(seconds: 60), "\(running.errors)")
    kill(running.process.processIdentifier, SIGINT)
    // Each signal that comes after another was noticed is one more.
    while isUrgent, running.process.isRunning {
      kill(running.process.processIdentifier, SIGINT)
      usleep(1000)
    }
    let outcome = try running.wait()
    #expect(outcome.status == 130, "\(outcome.errors)")
  }

  @Test func aFolderIsNotTakenForWhatADigestNames() throws {
    let digest = String(repeating: "ab", count: 32)
    let checked = try workspace(sources: "\"unpacked\", \"missing.tar.gz\"", sha256: digest)
    defer { checked.remove() }
    try Self.writeTinyCIFAR(to: checked.folder.appending(path: "unpacked"))
    let refused = try checked.repro("all", "--only", "download/shapes", "--offline")
    #expect(refused.status == 1)
    // Both sources were tried, and both failures are told.
    #expect(refused.errors.contains("unpacked: an unpacked folder cannot be checked against the dataset's 'sha256'"))
    #expect(refused.errors.contains("missing.tar.gz"))
    #expect(try checked.objects().isEmpty)

    // Without a digest it is used, and an earlier source that has nothing is passed over.
    let unchecked = try workspace(sources: "\"missing.tar.gz\", \"unpacked\"")
    defer { unchecked.remove() }
    try Self.writeTinyCIFAR(to: unchecked.folder.appending(path: "unpacked"))
    let used = try unchecked.repro("all", "--only", "download/shapes", "--offline")
    #expect(used.status == 0, "\(used.errors)")
    #expect(try !unchecked.objects().isEmpty)
  }

  @Test func aBrokenArchiveIsNotKept() throws {
    let workspace = try workspace(sources: "\"cifar.tar\"")
    defer { workspace.remove() }
    let archive = workspace.folder.appending(path: "cifar.tar")
    try Data("this is no archive".utf8).write(to: archive)
    #expect(try workspace.repro("all", "--only", "download/shapes", "--offline").status == 1)
    #expect(try workspace.objects().isEmpty)

    try Self.writeTinyCIFAR(to: workspace.folder.appending(path: "cifar-10-batches-bin"))
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-cf", "cifar.tar", "cifar-10-batches-bin"]
    tar.currentDirectoryURL = workspace.folder
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    let outcome = try workspace.repro("all", "--only", "download/shapes", "--offline")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try !workspace.objects().isEmpty)
  }

  /// Ten images for training and ten for testing, one of each class, in CIFAR-10's binary layout.
  private static func writeTinyCIFAR(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let records = (0..<10).flatMap { label in
      [UInt8(label)] + (0..<3072).map { UInt8(truncatingIfNeeded: 17 * label + $0) }
    }
    for name in ["data_batch_1.bin", "test_batch.bin"] {
      try Data(records).write(to: folder.appending(path: name))
    }
    let names = (0..<10).map { "kind\($0)\n" }.joined()
    try Data(names.utf8).write(to: folder.appending(path: "batches.meta.txt"))
  }
}

/// Takes connections, and never says anything.
private final class SilentServer {
  let port: UInt16
  private let listener: Int32
  private var connection: Int32 = -1

  init() throws {
    #if canImport(Glibc)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    let listener = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 4) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard listener >= 0, result else { throw POSIXError(.EADDRNOTAVAIL) }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
  }

  /// Whether somebody asked for something within so many seconds.
  func waitForRequest(seconds: Int32) -> Bool {
    guard isReadable(listener, seconds: seconds) else { return false }
    connection = accept(listener, nil, nil)
    return connection >= 0 && isReadable(connection, seconds: seconds)
  }

  private func isReadable(_ descriptor: Int32, seconds: Int32) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waited, 1, seconds * 1000) == 1
  }

  func close() {
    for descriptor in [connection, listener] where descriptor >= 0 { _ = Foundation.close(descriptor) }
  }
}
