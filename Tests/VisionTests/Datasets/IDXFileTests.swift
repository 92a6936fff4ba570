import Foundation
import Testing

@testable import Vision

@Suite struct IDXFileTests {
  /// An IDX file of bytes; dimensions are written as 32-bit numbers, negative ones in two's complement.
  static func bytes(_ dimensions: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(dimensions.count)]
      + dimensions.flatMap { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } } + elements
  }

  @Test func `reads what was written, plain and compressed`() throws {
    let content = Self.bytes([2, 3, 4], Array(0..<24))
    try withFolder { folder in
      for (name, bytes) in [("a", content), ("a.gz", Compression.gzip(content)), ("a.xz", Compression.xz(content))] {
        let file = try IDXFile(at: folder.file(name, bytes), dimensionCount: 3)
        #expect(file.dimensions == [2, 3, 4])
        #expect(file.elements == Array(0..<24))
      }
    }
  }

  /// Headers that lie, and a piece of what is said about each.
  static let lies: [(name: String, bytes: [UInt8], says: String)] = [
    ("no header", [0, 0, 8], "3 bytes are too few"),
    ("half a header", [0, 0, 8, 3, 0, 0], "6 bytes are too few"),
    ("wrong magic", [1] + bytes([2, 1, 1], [0, 0]).dropFirst(), "starts with 01 00 08 03"),
    ("floats", [0, 0, 0x0D] + bytes([2, 1, 1], [0, 0]).dropFirst(3), "00 00 0d 03"),
    ("labels as images", bytes([2], [0, 0]), "00 00 08 01"),
    ("text", Array("<html>404 not found</html>".utf8), "starts with 3c 68 74 6d"),
    ("no images", bytes([0, 28, 28], []), "gives 0 as the size of dimension 1"),
    ("negative", bytes([2, -28, 28], [0, 0]), "gives -28 as the size of dimension 2"),
    ("huge", bytes([Int(Int32.max), 1, 1], [0]), "gives 2147483647 as the size of dimension 1"),
    ("overflowing", bytes([1 << 30, 1 << 30, 1 << 30], [0]), "as the size of dimension 2"),
    ("overflowing late", bytes([1 << 15, 1 << 15, 1 << 30], [0]), "as the size of dimension 3"),
    ("truncated", bytes([2, 2, 2], Array(0..<7)), "2 × 2 × 2 = 8 bytes, but 7 follow"),
    ("trailing bytes", bytes([2, 2, 2], Array(0..<9)), "2 × 2 × 2 = 8 bytes, but 9 follow"),
  ]

  @Test(arguments: lies.indices) func `a header that lies is refused`(index: Int) throws {
    let lie = Self.lies[index]
    try withFolder { folder in
      let url = try folder.file("lie-idx3-ubyte", lie.bytes)
      let error = #expect(throws: DatasetError.self, "\(lie.name)") { try IDXFile(at: url, dimensionCount: 3) }
      #expect(error?.reason == .malformed)
      #expect(error?.description.hasPrefix(url.path) == true)
      #expect(error?.description.contains(lie.says) == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("fetch it again") == true)
    }
  }

  @Test func `an empty, a missing and an endless file are refused`() throws {
    try withFolder { folder in
      #expect(throws: ArchiveError.self) { try IDXFile(at: folder.file("empty", []), dimensionCount: 1) }
      #expect(throws: ArchiveError.self) {
        try IDXFile(at: folder.appendingPathComponent("none"), dimensionCount: 1)
      }
      for path in [folder.path, "/dev/zero"] {
        let error = #expect(throws: ArchiveError.self) {
          try IDXFile(at: URL(fileURLWithPath: path), dimensionCount: 1)
        }
        #expect(error?.reason == .cannotOpen)
      }
    }
  }
}
