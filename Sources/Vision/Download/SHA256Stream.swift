import Crypto
import Foundation

/// SHA-256 of bytes that come piece by piece.
public struct SHA256Stream: Sendable {
  private var hash = SHA256()

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: bytes)
  }

  public mutating func update(_ bytes: some DataProtocol) {
    hash.update(data: bytes)
  }

  /// Of all bytes so far, in lower-case hexadecimal.
  public var hexadecimalDigest: String {
    hash.finalize().map(hexadecimal).joined()
  }

  /// The digest and the size of a file, read in pieces of a megabyte.
  /// - Throws: ``DownloadError`` when it cannot be read.
  public static func digest(ofFileAt url: URL) throws -> (sha256: String, bytes: Int) {
    var stream = SHA256Stream()
    let bytes = try FilePieces.forEach(of: url) { stream.update($0) }
    return (stream.hexadecimalDigest, bytes)
  }
}
