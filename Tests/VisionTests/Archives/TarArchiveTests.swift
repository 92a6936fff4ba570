import Foundation
import Testing

@testable import Vision

@Suite struct TarArchiveTests {
  static func entries(_ url: URL, limits: ArchiveLimits = ArchiveLimits()) throws -> [TarArchive.Entry] {
    var entries: [TarArchive.Entry] = []
    try TarArchive(url: url, limits: limits).forEachEntry { entries.append($0) }
    return entries
  }

  /// Bytes that do not compress, the same each time.
  static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  static func sample() -> TarBuilder {
    var tar = TarBuilder()
    tar.add("folder/", type: "5")
    tar.add("folder/small.txt", Array("hello".utf8))
    tar.add("./folder//large.bin", noise(700_000))
    tar.add("folder/empty", [])
    return tar
  }

  @Test(arguments: ["tar", "tar.gz", "tar.xz"]) func `reads files in order`(name: String) throws {
    let tar = Self.sample().finished
    let bytes = name == "tar" ? tar : name == "tar.gz" ? Compression.gzip(tar) : Compression.xz(tar)
    try withFolder { folder in
      let entries = try Self.entries(folder.file("a.\(name)", bytes))
      #expect(entries.map(\.path) == ["folder/small.txt", "folder/large.bin", "folder/empty"])
      #expect(entries[0].bytes == Array("hello".utf8))
      #expect(entries[1].bytes == Self.noise(700_000))
      #expect(entries[2].bytes.isEmpty)
    }
  }

  /// An entry that must not be read, why, and what the message names.
  struct Hostile: Sendable, CustomTestStringConvertible {
    let path: String
    var type: Character = "0"
    var link = ""
    let reason: ArchiveError.Reason
    var testDescription: String { "\(path) (\(type)) \(link)" }
  }

  @Test(arguments: [
    Hostile(path: "../evil", reason: .unsafePath),
    Hostile(path: "folder/../../evil", reason: .unsafePath),
    Hostile(path: "folder/..", type: "5", reason: .unsafePath),
    Hostile(path: "/etc/evil", reason: .unsafePath),
    Hostile(path: "//evil", reason: .unsafePath),
    Hostile(path: "evil", type: "2", link: "/etc/passwd", reason: .link),
    Hostile(path: "evil", type: "2", link: "folder/small.txt", reason: .link),
    Hostile(path: "evil", type: "1", link: "folder/small.txt", reason: .link),
    Hostile(path: "evil", type: "1", link: "/etc/passwd", reason: .link),
    Hostile(path: "evil", type: "3", reason: .specialFile),
    Hostile(path: "evil", type: "4", reason: .specialFile),
    Hostile(path: "evil", type: "6", reason: .specialFile),
    Hostile(path: "folder/small.txt", reason: .duplicate),
    Hostile(path: "./folder//small.txt", reason: .duplicate),
  ]) func `hostile entries are refused by name`(_ hostile: Hostile) throws {
    try withFolder { folder in
      var tar = Self.sample()
      tar.add(hostile.path, Array("x".utf8), type: hostile.type, link: hostile.link)
      let url = try folder.file("hostile.tar.gz", Compression.gzip(tar.finished))
      let error = #expect(throws: ArchiveError.self) { try Self.entries(url) }
      #expect(error?.reason == hostile.reason, "\(error?.description ?? "")")
      #expect(error?.description.hasPrefix(url.path) == true)
      let shown = hostile.reason == .duplicate ? "folder/small.txt" : hostile.path
      #expect(error?.description.contains(shown) == true, "\(error?.description ?? "")")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["hostile.tar.gz"])
    }
  }

  @Test(arguments: ["tar", "tar.gz", "tar.xz"]) func `a truncated archive is refused wherever it ends`(
    name: String
  ) throws {
    let tar = Self.sample().finished
    let bytes = name == "tar" ? tar : name == "tar.gz" ? Compression.gzip(tar) : Compression.xz(tar)
    // Beginning, middle, and the boundary before the end mark, where a plain tar looks complete.
    let cuts = [0, 1, 100, 511, 512, 1024, bytes.count / 2, bytes.count - 1024, bytes.count - 9, bytes.count - 1]
    try withFolder { folder in
      for cut in cuts where !(name == "tar" && cut > bytes.count - 512) {
        let url = try folder.file("cut.\(name)", Array(bytes.prefix(cut)))
        let error = #expect(throws: ArchiveError.self, "cut at \(cut)") { try Self.entries(url) }
        #expect(error?.reason == .damaged, "cut at \(cut): \(error?.description ?? "")")
      }
    }
  }

  @Test(arguments: [Compression.gzip, .xz]) func `a flipped bit is noticed wherever it is`(
    compression: Compression
  ) throws {
    var tar = TarBuilder()
    tar.add("noise", Self.noise(20_000))
    let bytes = compression(tar.finished)
    try withFolder { folder in
      // The gzip header's flags, time and origin (bytes 3 to 9) say nothing about the content.
      for position in stride(from: 10, to: bytes.count, by: 97) {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(position % 8)
        let url = try folder.file("flipped", damaged)
        #expect(throws: ArchiveError.self, "bit flipped in byte \(position) of \(bytes.count)") {
          try Self.entries(url)
        }
      }
    }
  }

  @Test func `limits hold for one entry, for all, for their number, and before memory is taken`() throws {
    var tar = TarBuilder()
    for index in 0..<4 { tar.add("zeros\(index)", [UInt8](repeating: 0, count: 3_000_000)) }
    let bytes = Compression.gzip(tar.finished)
    #expect(bytes.count < 50_000)
    try withFolder { folder in
      let url = try folder.file("bomb.tar.gz", bytes)
      #expect(try Self.entries(url).count == 4)
      for limits in [
        ArchiveLimits(entryBytes: 2_999_999), ArchiveLimits(totalBytes: 9_000_000), ArchiveLimits(entries: 3),
      ] {
        let error = #expect(throws: ArchiveError.self) { try Self.entries(url, limits: limits) }
        #expect(error?.reason == .tooLarge)
      }
      let whole = #expect(throws: ArchiveError.self) { try CompressedFile.read(at: url, maximumBytes: 1_000_000) }
      #expect(whole?.reason == .tooLarge)

      var liar = TarBuilder()
      liar.add("liar", [1, 2, 3], announced: 0o777_7777_7777)
      let error = #expect(throws: ArchiveError.self) { try Self.entries(folder.file("liar.tar", liar.finished)) }
      #expect(error?.reason == .tooLarge)
      #expect(error?.description.contains("'liar'") == true)
    }
  }

  @Test func `what is no archive is refused`() throws {
    try withFolder { folder in
      let tar = Self.sample().finished
      for (name, bytes) in [
        ("empty", []), ("text", Array("<html>not found</html>".utf8)), ("noise", Self.noise(4096)),
        ("twice.tar.gz", Compression.gzip(Compression.gzip(tar))), ("empty.gz", Compression.gzip([])),
        ("trailing.tar.gz", Compression.gzip(tar) + [1, 2, 3]),
      ] {
        let url = try folder.file(name, bytes)
        let error = #expect(throws: ArchiveError.self, "\(name)") { try Self.entries(url) }
        #expect(error?.reason == .damaged, "\(name): \(error?.description ?? "")")
      }
      #expect(throws: ArchiveError.self) { try Self.entries(folder) }
      #expect(throws: ArchiveError.self) { try Self.entries(folder.appendingPathComponent("missing")) }
    }
  }

  @Test func `names cannot garble a message`() throws {
    try withFolder { folder in
      var tar = TarBuilder()
      tar.add("../\u{1B}[31mred\n")
      let error = #expect(throws: ArchiveError.self) { try Self.entries(folder.file("a.tar", tar.finished)) }
      #expect(error?.description.contains("\u{1B}") == false)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test func `the checksum is gzip's`() {
    var checksum = CRC32()
    // The check value of the CRC catalogue, and a length that is no multiple of eight, in two pieces.
    Array("123456".utf8).withUnsafeBytes { checksum.update($0) }
    Array("789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xCBF4_3926)
    var long = CRC32()
    Array("The quick brown fox jumps over the lazy dog".utf8).withUnsafeBytes { long.update($0) }
    #expect(long.value == 0x414F_A339)
  }
}
