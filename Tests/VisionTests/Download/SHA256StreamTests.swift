import Crypto
import Foundation
import Testing

@testable import Vision

@Suite struct SHA256StreamTests {
  /// By the library in one go.
  static func hex(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  @Test func `pieces give the digest of the whole`() throws {
    // FIPS 180-2, appendix B.1.
    var stream = SHA256Stream()
    stream.update(Data("a".utf8))
    stream.update(Data("bc".utf8))
    #expect(stream.hexadecimalDigest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

    let bytes = TarArchiveTests.noise(2_500_000)
    try withFolder { folder in
      let found = try SHA256Stream.digest(ofFileAt: folder.file("a", bytes))
      #expect(found.sha256 == Self.hex(bytes))
      #expect(found.bytes == bytes.count)
      #expect(throws: DownloadError.self) { try SHA256Stream.digest(ofFileAt: folder) }
    }
  }
}
