import Foundation
import Testing

@testable import Vision

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite struct DownloaderTests {
  static let content = TarArchiveTests.noise(200_000)
  static let digest = SHA256StreamTests.hex(content)
  static let expected = Downloader.Expectation(bytes: content.count, sha256: digest)
  static let quick = Downloader(attempts: 3, backoff: 0.001, timeout: 30)

  /// A target in a fresh folder, and a server with these behaviours.
  func with(
    _ behaviours: [LocalServer.Behaviour], _ body: (_ target: URL, _ server: LocalServer) throws -> Void
  ) throws {
    let server = try LocalServer(behaviours)
    defer { server.stop() }
    try withFolder { try body($0.appendingPathComponent("cache/file.bin"), server) }
  }

  func files(beside target: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: target.deletingLastPathComponent().path)) ?? []).sorted()
  }

  @Test func `a file comes over the web, whole and alone, with progress`() throws {
    try with([.init(content: Self.content)]) { target, server in
      var progress: [(Int, Int?)] = []
      let receipt = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target) {
        progress.append(($0, $1))
      }
      #expect(receipt == .init(source: .web(try server.url()), bytes: Self.content.count, sha256: Self.digest))
      #expect(try Data(contentsOf: target) == Data(Self.content))
      #expect(files(beside: target) == ["file.bin"])
      #expect(progress.last?.0 == Self.content.count)
      #expect(progress.allSatisfy { $0.1 == Self.content.count })
      #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.0 <= $1.0 })

      let again = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(again == .init(source: nil, bytes: Self.content.count, sha256: Self.digest))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a connection that is cut is taken up where it ended`() throws {
    try with([.init(content: Self.content, cutAfter: 50_000), .init(content: Self.content)]) { target, server in
      _ = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(try Data(contentsOf: target) == Data(Self.content))
      #expect(server.requests.count == 2)
      #expect(server.requests[0].headers["range"] == nil)
      #expect(server.requests[1].headers["range"] == "bytes=50000-")
      #expect(server.requests[1].headers["if-range"] == "\"one\"")
      #expect(files(beside: target) == ["file.bin"])
    }
  }

  @Test func `a later run goes on with what an earlier one left`() throws {
    try with([
      .init(content: Self.content, cutAfter: 70_000), .init(status: 404), .init(content: Self.content),
    ]) { target, server in
      #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      }
      #expect(files(beside: target) == ["file.bin.part", "file.bin.part.json"])
      _ = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(server.requests.last?.headers["range"] == "bytes=70000-")
      #expect(try Data(contentsOf: target) == Data(Self.content))
      #expect(files(beside: target) == ["file.bin"])
    }
  }

  @Test func `a server that cuts every time is followed as long as it gets further`() throws {
    try with([.init(content: Self.content, cutAfter: 30_000)]) { target, server in
      _ = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(try Data(contentsOf: target) == Data(Self.content))
      #expect(server.requests.count == 7)
    }
  }

  @Test func `a server without Range starts again`() throws {
    try with([
      .init(content: Self.content, knowsRange: false, cutAfter: 50_000),
      .init(content: Self.content, knowsRange: false),
    ]) { target, server in
      _ = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(server.requests[1].headers["range"] == "bytes=50000-")
      #expect(try Data(contentsOf: target) == Data(Self.content))
    }
  }

  @Test func `a file that changed in between is fetched anew`() throws {
    let old = TarArchiveTests.noise(200_001).dropFirst()
    try with([
      .init(content: Array(old), entityTag: "\"old\"", cutAfter: 50_000),
      .init(content: Self.content, entityTag: "\"new\""),
    ]) { target, server in
      _ = try Self.quick.fetch(sources: [.web(server.url())], to: target)
      #expect(server.requests[1].headers["if-range"] == "\"old\"")
      #expect(try Data(contentsOf: target) == Data(Self.content))
    }
  }

  @Test func `without tag and digest nothing is pieced together`() throws {
    try with([
      .init(content: Self.content, entityTag: nil, cutAfter: 50_000), .init(content: Self.content, entityTag: nil),
    ]) { target, server in
      _ = try Self.quick.fetch(sources: [.web(server.url())], to: target)
      #expect(server.requests[1].headers["range"] == nil)
      #expect(try Data(contentsOf: target) == Data(Self.content))
    }
  }

  @Test func `old bytes that were wrong do not spoil a good source`() throws {
    try with([.init(content: Self.content, entityTag: nil)]) { target, server in
      _ = try target.deletingLastPathComponent().file("file.bin.part", [UInt8](repeating: 0, count: 1_000))
      let origin = PartialFile.Origin(address: try server.url().absoluteString, validator: nil)
      _ = try target.deletingLastPathComponent().file("file.bin.part.json", Array(JSONEncoder().encode(origin)))
      _ = try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      #expect(server.requests.map { $0.headers["range"] } == ["bytes=1000-", nil])
      #expect(try Data(contentsOf: target) == Data(Self.content))
    }
  }

  @Test func `the wrong digest names both and leaves nothing`() throws {
    var wrong = Self.content
    wrong[1234] ^= 1
    try with([.init(content: wrong)]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      }
      #expect(error?.reason == .wrongContent)
      #expect(error?.description.contains(Self.digest) == true)
      #expect(error?.description.contains(SHA256StreamTests.hex(wrong)) == true)
      #expect(error?.description.contains("127.0.0.1") == true)
      #expect(files(beside: target).isEmpty)
      #expect(server.requests.count == 1)
    }
  }

  @Test func `the wrong length is noticed before and after the body`() throws {
    let expected = Downloader.Expectation(bytes: 100, sha256: nil)
    try with([.init(content: Self.content)]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: expected, to: target)
      }
      #expect(error?.description.contains("200000 bytes instead of 100") == true)
      #expect(files(beside: target).isEmpty)
    }
    try with([.init(content: Array(Self.content.prefix(60)), announced: 100)]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: expected, to: target)
      }
      #expect(error?.reason == .allSourcesFailed)
      #expect(!FileManager.default.fileExists(atPath: target.path))
    }
  }

  @Test func `sources are tried in order, and each failure is told`() throws {
    try with([.init(status: 404), .init(status: 503), .init(status: 503), .init(status: 503)]) { target, server in
      let folder = target.deletingLastPathComponent().deletingLastPathComponent()
      let wrong = try folder.file("wrong.bin", [1, 2, 3])
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let sources: [Downloader.Source] = [
        .web(try server.url("a")), .web(try server.url("b")), .file(wrong), .folder(empty),
      ]
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: sources, expected: Self.expected, to: target)
      }
      #expect(error?.reason == .allSourcesFailed)
      // A 404 is final, a 503 is asked again.
      #expect(server.requests.map(\.path) == ["/a", "/b", "/b", "/b"])
      for part in ["file.bin", "/a: ", "404", "/b: ", "503", "(3 tries)", wrong.path, "3 bytes instead of", empty.path]
      {
        #expect(error?.description.contains(part) == true, "\(part) in \(error?.description ?? "")")
      }
      #expect(try Data(contentsOf: wrong) == Data([1, 2, 3]))
      #expect(files(beside: target).isEmpty)

      let good = try empty.file("file.bin", Self.content)
      let receipt = try Self.quick.fetch(sources: sources, expected: Self.expected, to: target)
      #expect(receipt.source == .folder(empty))
      #expect(try Data(contentsOf: target) == Data(contentsOf: good))
      #expect(files(beside: target) == ["file.bin"])
    }
  }

  @Test func `offline asks nobody but takes what is on this machine`() throws {
    try with([.init(content: Self.content)]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target, offline: true)
      }
      #expect(error?.reason == .offline)
      #expect(error?.description.contains("offline") == true)
      #expect(error?.description.contains(target.path) == true)
      let local = try target.deletingLastPathComponent().file("local.bin", Self.content)
      let receipt = try Self.quick.fetch(
        sources: [.web(server.url()), .file(local)], expected: Self.expected, to: target, offline: true)
      #expect(receipt.source == .file(local))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `silence ends, and nobody there is said`() throws {
    let impatient = Downloader(attempts: 1, backoff: 0, timeout: 1)
    try with([.init(content: Self.content, silence: 3)]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try impatient.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      }
      #expect(error?.description.contains("did not answer within 1 seconds") == true, "\(error?.description ?? "")")
    }
    // A port that was just given up answers nobody.
    let server = try LocalServer([.init()])
    let url = try server.url()
    server.stop()
    Thread.sleep(forTimeInterval: 0.1)
    try withFolder { folder in
      let error = #expect(throws: DownloadError.self) {
        try impatient.fetch(sources: [.web(url)], expected: Self.expected, to: folder.appendingPathComponent("x"))
      }
      #expect(error?.description.contains("no connection to 127.0.0.1") == true, "\(error?.description ?? "")")
    }
  }

  @Test func `a length that cannot be is refused, and what came before is kept`() throws {
    // The largest length that Foundation's own client survives: it turns it into a Double and back.
    let announced = Int.max - 1023
    try with([
      .init(content: Self.content, cutAfter: 50_000),
      .init(content: Self.content, announced: announced, tellsTotal: false),
    ]) { target, server in
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], to: target)
      }
      #expect(error?.description.contains("a length that no file can have") == true, "\(error?.description ?? "")")
      #expect(server.requests.count == 2)
      #expect(files(beside: target) == ["file.bin.part", "file.bin.part.json"])
    }
    let url = try #require(URL(string: "http://localhost/"))
    for (text, length) in [("-1", nil), ("99999999999999999999", nil), ("x", nil), ("12", 12)] as [(String, Int?)] {
      let response = try #require(
        HTTPURLResponse(url: url, statusCode: 200, httpVersion: nil, headerFields: ["Content-Length": text]))
      #expect(HTTPHead(response).contentLength == length)
      #expect(HTTPHead(response).hasImpossibleLength == (length == nil))
    }
    for (text, start) in [("bytes 5-9/10", 5), ("bytes 5-9/*", 5), ("bytes 5-9/-3", nil), ("bytes 5-9/5", nil)]
      as [(String, Int?)]
    {
      let response = try #require(
        HTTPURLResponse(url: url, statusCode: 206, httpVersion: nil, headerFields: ["Content-Range": text]))
      #expect(HTTPHead(response).range?.start == start)
    }
  }

  private struct Stop: Error {}

  @Test func `what progress throws ends the waiting, and what came is kept`() throws {
    // Silent servers, pauses between tries, and bodies that come.
    let hasty = Downloader(attempts: 4, backoff: 20, timeout: 30)
    for behaviour in [
      LocalServer.Behaviour(content: Self.content, silence: 3), .init(status: 503), .init(content: Self.content),
    ] {
      // Where a body comes, what throws waits for its first bytes, however slow the machine is.
      let isKept = behaviour.status == 200 && behaviour.silence == 0
      try with([behaviour]) { target, server in
        let start = ContinuousClock.now
        #expect(throws: Stop.self) {
          try hasty.fetch(sources: [.web(server.url())], expected: Self.expected, to: target) { bytes, _ in
            if isKept ? bytes > 0 : ContinuousClock.now - start > .seconds(0.3) { throw Stop() }
          }
        }
        // A pause between tries takes twenty seconds, a silent server thirty.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(!FileManager.default.fileExists(atPath: target.path))
        #expect(files(beside: target) == (isKept ? ["file.bin.part", "file.bin.part.json"] : []))
      }
    }
  }

  @Test func `a folder that cannot be written is said at once`() throws {
    try with([.init(content: Self.content)]) { target, server in
      let file = try target.deletingLastPathComponent().deletingLastPathComponent().file("file", [1])
      for place in [file.appendingPathComponent("inside/file.bin"), URL(fileURLWithPath: "/proc/none/file.bin")] {
        let error = #expect(throws: DownloadError.self) {
          try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: place)
        }
        #expect(error?.reason == .fileSystem)
        #expect(error?.description.contains(place.deletingLastPathComponent().path) == true)
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func `a full disk is said as such`() throws {
    try with([.init(content: Self.content)]) { target, server in
      let folder = target.deletingLastPathComponent()
      let local = try folder.file("local.bin", Self.content)
      for source in [Downloader.Source.web(try server.url()), .file(local)] {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("file.bin.part"))
        try FileManager.default.createSymbolicLink(
          at: folder.appendingPathComponent("file.bin.part"), withDestinationURL: URL(fileURLWithPath: "/dev/full"))
        let error = #expect(throws: DownloadError.self) {
          try Self.quick.fetch(sources: [source], expected: Self.expected, to: target)
        }
        #expect(error?.reason == .noSpace, "\(error?.description ?? "")")
        #expect(error?.description.contains("No space is left") == true)
        #expect(!FileManager.default.fileExists(atPath: target.path))
      }
    }
  }

  @Test func `two at once do not mix`() throws {
    try with([.init(content: Self.content)]) { target, server in
      let other = try PartialFile(for: target)
      let error = #expect(throws: DownloadError.self) {
        try Self.quick.fetch(sources: [.web(server.url())], expected: Self.expected, to: target)
      }
      #expect(error?.description.contains("another process") == true)
      withExtendedLifetime(other) {}
    }
  }

  @Test func `sources are told apart by their text`() throws {
    try withFolder { folder in
      let file = try folder.file("a.bin", [1])
      #expect(Downloader.Source("https://example.org/a.bin").shownName == "https://example.org/a.bin")
      #expect(Downloader.Source(folder.path) == .folder(URL(fileURLWithPath: folder.path)))
      #expect(Downloader.Source(file.path) == .file(file))
      #expect(Downloader.Source("file://\(file.path)") == .file(file))
      #expect(Downloader.Source("https://me:secret@example.org/a").shownName == "https://example.org/a")
    }
  }
}
