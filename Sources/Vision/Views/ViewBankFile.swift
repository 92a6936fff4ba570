import Foundation

/// A view bank's file: the eight bytes "reprovb1", the header's length as a little-endian UInt32, the header as JSON,
/// and the values row by row, as bytes or as little-endian Float.
private struct Header: Codable {
  struct Labels: Codable {
    var name: String
    var classNames: [String]
    var labels: [UInt16]
  }

  var side: Int
  var channels: Int
  var viewCount: Int
  var storage: ViewBank.Storage
  var indices: [Int]
  var labelSets: [Labels]
  var policy: AugmentationPolicy
}

private let magic = Array("reprovb1".utf8)

extension ViewBank {
  /// The bank as the bytes of a file; equal banks give equal bytes.
  ///
  /// - Throws: `ViewBankError` if the header cannot be encoded (a number that is not finite).
  public func encoded() throws(ViewBankError) -> Data {
    let header = Header(
      side: side, channels: channels, viewCount: viewCount, storage: storage, indices: indices,
      labelSets: labelSets.map { .init(name: $0.name, classNames: $0.classNames, labels: $0.labels) }, policy: policy)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json: Data
    do { json = try encoder.encode(header) } catch {
      throw ViewBankError(path: nil, problem: "its header cannot be written: \(error)")
    }
    var data = Data(magic)
    withUnsafeBytes(of: UInt32(json.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(json)
    switch values {
    case .bytes(let bytes): data.append(contentsOf: bytes)
    case .floats(let floats):
      floats.map(\.bitPattern.littleEndian).withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  /// - Throws: `ViewBankError` if the file cannot be written.
  public func write(to url: URL) throws(ViewBankError) {
    let data = try encoded()
    do { try data.write(to: url, options: .atomic) } catch {
      throw ViewBankError(path: url.path, problem: "it cannot be written: \(error.localizedDescription)")
    }
  }

  /// - Throws: `ViewBankError` if the file cannot be read or is not a view bank.
  public init(contentsOf url: URL) throws(ViewBankError) {
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw ViewBankError(path: url.path, problem: "it cannot be read: \(error.localizedDescription)")
    }
    try self.init(data, path: url.path)
  }

  /// Reads a bank from the bytes of a file; `path` is only for messages.
  ///
  /// - Throws: `ViewBankError` saying what is wrong with the bytes.
  public init(_ data: Data, path: String? = nil) throws(ViewBankError) {
    let bytes = [UInt8](data)
    guard bytes.starts(with: magic) else {
      throw ViewBankError(path: path, problem: "it does not begin with \"reprovb1\"")
    }
    guard bytes.count >= 12 else { throw ViewBankError(path: path, problem: "it ends within its first 12 bytes") }
    let length = bytes[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 12 else {
      throw ViewBankError(
        path: path, problem: "its header should take \(length) bytes, but \(bytes.count - 12) are left")
    }
    let header: Header
    do { header = try JSONDecoder().decode(Header.self, from: Data(bytes[12..<12 + length])) } catch {
      throw ViewBankError(path: path, problem: "its header is not the JSON of a view bank: \(error)")
    }
    try header.validate(path: path)
    let values = try header.values(bytes[(12 + length)...], path: path)
    self.init(
      side: header.side, channels: header.channels, viewCount: header.viewCount, indices: header.indices,
      labelSets: header.labelSets.map { LabelSet(name: $0.name, classNames: $0.classNames, labels: $0.labels) },
      policy: header.policy, values: values)
  }
}

extension Header {
  func validate(path: String?) throws(ViewBankError) {
    guard channels == 1 || channels == 3 else {
      throw ViewBankError(path: path, problem: "its header gives \(channels) channels; there are 1 or 3")
    }
    guard (1...1024).contains(side), (0...1_000_000).contains(viewCount) else {
      throw ViewBankError(path: path, problem: "its header gives side \(side) and \(viewCount) views")
    }
    guard indices.allSatisfy({ $0 >= 0 }) else {
      throw ViewBankError(path: path, problem: "its header holds a negative image index")
    }
    for set in labelSets {
      guard set.labels.count == indices.count, set.labels.allSatisfy({ Int($0) < set.classNames.count }) else {
        throw ViewBankError(
          path: path,
          problem: "its labels \"\(set.name)\" are not one of \(set.classNames.count) classes for each image")
      }
    }
    do { try policy.validate(channels: channels) } catch {
      throw ViewBankError(path: path, problem: "its policy is not valid: \(error)")
    }
  }

  func values(_ bytes: ArraySlice<UInt8>, path: String?) throws(ViewBankError) -> ViewBank.Values {
    let width = storage == .bytes ? 1 : 4
    let (rows, tooMany) = (1 + viewCount).multipliedReportingOverflow(by: indices.count)
    let (expected, tooLarge) = rows.multipliedReportingOverflow(by: side * side * channels * width)
    guard !tooMany, !tooLarge, bytes.count == expected else {
      throw ViewBankError(
        path: path,
        problem: "\(bytes.count) bytes follow its header, which announces \(tooLarge ? "more" : "\(expected)")")
    }
    guard storage == .floats else { return .bytes(Array(bytes)) }
    let floats = bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
    guard let bad = floats.firstIndex(where: { !$0.isFinite }) else { return .floats(floats) }
    throw ViewBankError(path: path, problem: "value \(bad) is not a finite number")
  }
}
