/// The name of a node, such as `train/cifar10/barlow-twins/d128/s0`: segments of letters, digits and `. _ + = @ , -`.
public struct NodeID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let text: String

  public init(_ text: String) throws(GraphError) {
    guard Self.isValid(text) else { throw .invalidNodeID(text) }
    self.text = text
  }

  /// For names written in the source; a malformed one is a mistake of the programmer.
  public init(stringLiteral text: String) {
    precondition(Self.isValid(text), "malformed node name \(text)")
    self.text = text
  }

  /// For names that come out of the ledger.
  init(trusted text: String) {
    self.text = text
  }

  public var description: String { text }

  public static func < (left: NodeID, right: NodeID) -> Bool { left.text < right.text }

  private static func isValid(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 240 else { return false }
    var text = text
    return text.withUTF8 { bytes in
      var segmentLength = 0
      var dots = 0
      for byte in bytes {
        switch byte {
        case 0x2F:
          // No empty segment, no `.` and no `..`: node names are used as paths of logs.
          if segmentLength == 0 || (dots == segmentLength && dots <= 2) { return false }
          segmentLength = 0
          dots = 0
        case 0x2E:
          segmentLength += 1
          dots += 1
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2B, 0x3D, 0x40, 0x2C, 0x2D:
          segmentLength += 1
        default:
          return false
        }
      }
      return segmentLength > 0 && !(dots == segmentLength && dots <= 2)
    }
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    try self.init(text)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
