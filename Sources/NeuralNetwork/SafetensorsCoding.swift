import Foundation

extension Safetensors {
  /// The longest header that the reference implementation accepts.
  private static let longestHeader = 100_000_000

  /// The file's bytes: the same for the same tensors and metadata.
  public func encoded() -> Data {
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.keys.sorted().map { "\(Self.quoted($0)):\(Self.quoted(metadata[$0] ?? ""))" }
      entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\(Self.quoted(tensor.type)),\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + tensor.bytes.count)]}")
      offset += tensor.bytes.count
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    // Spaces align the data to eight bytes, as the format asks.
    header.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8))
    var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    file.append(header)
    for tensor in tensors { file.append(tensor.bytes) }
    return file
  }

  /// Reads a file's bytes.
  ///
  /// - Parameter source: how errors name the file.
  /// - Throws: `SafetensorsError` for anything that is not exactly the format: lengths, types, shapes and offsets are
  ///   all checked against each other before a byte is read through them.
  public init(_ file: Data, source: String) throws(SafetensorsError) {
    func fail(_ reason: String) -> SafetensorsError { SafetensorsError(source: source, reason: reason) }
    guard file.count >= 8 else { throw fail("it has \(file.count) bytes, fewer than the 8 of its header's length") }
    let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.longestHeader) else { throw fail("its header's length is given as \(length) bytes") }
    guard length <= UInt64(file.count - 8) else {
      throw fail("its header's length is given as \(length) bytes, but \(file.count - 8) follow")
    }
    let headerBytes = file.dropFirst(8).prefix(Int(length))
    let data = file.dropFirst(8 + Int(length))
    guard headerBytes.first == UInt8(ascii: "{") else { throw fail("its header does not begin with {") }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(headerBytes))
    } catch {
      throw fail("its header is not the JSON that the format asks for (\(Self.sentence(error)))")
    }
    var tensors: [Tensor] = []
    var end = 0
    for (name, entry) in header.entries.sorted(by: { ($0.1.begin, $0.1.end, $0.0) < ($1.1.begin, $1.1.end, $1.0) }) {
      if let problem = entry.problem { throw fail("tensor \(name) \(problem)") }
      guard entry.begin == end else {
        throw fail("tensor \(name) begins at byte \(entry.begin) of the data, where \(end) was expected")
      }
      guard entry.end <= data.count else {
        throw fail("tensor \(name) ends at byte \(entry.end) of the data, which has only \(data.count)")
      }
      end = entry.end
      let start = data.startIndex
      tensors.append(
        Tensor(
          name: name, type: entry.dtype, shape: entry.shape, bytes: Data(data[start + entry.begin..<start + entry.end]))
      )
    }
    guard end == data.count else { throw fail("\(data.count - end) bytes follow its last tensor") }
    self.init(tensors: tensors, metadata: header.metadata)
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func sentence(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "unreadable" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? "not valid JSON" : "a value of the wrong kind at \(path)"
    case .keyNotFound(let key, let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "no \(key.stringValue) at \(path)"
    @unknown default: return "unreadable"
    }
  }
}

/// The JSON header: an entry for each tensor, and `__metadata__`.
private struct Header: Decodable {
  var metadata: [String: String] = [:]
  var entries: [(String, Entry)] = []

  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }

    var begin: Int { dataOffsets.first ?? -1 }
    var end: Int { dataOffsets.count == 2 ? dataOffsets[1] : -1 }

    /// Bytes of an element for each type of the format.
    static let sizes = [
      "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4,
      "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8,
    ]

    /// What is wrong with the entry in itself.
    var problem: String? {
      guard var bytes = Self.sizes[dtype] else { return "is of the unknown type \(dtype)" }
      guard dataOffsets.count == 2, begin >= 0, end >= begin else {
        return "has the data offsets \(dataOffsets), which are no range"
      }
      for size in shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { return "has the impossible shape \(shape)" }
        bytes = product
      }
      return bytes == end - begin
        ? nil : "has \(end - begin) bytes, but its shape \(shape) of \(dtype) takes \(bytes)"
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
      }
    }
  }
}
