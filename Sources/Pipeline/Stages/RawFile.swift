/// A file that a stage took in from outside while it ran.
public struct RawFile: Hashable, Sendable, Codable {
  public let name: String
  public let digest: Digest
  /// Bytes.
  public let size: Int
  /// Where it came from: an address or a path; nil where it was there already.
  public let origin: String?

  public init(name: String, digest: Digest, size: Int, origin: String? = nil) {
    self.name = name
    self.digest = digest
    self.size = size
    self.origin = origin
  }
}
