import Foundation

/// NumPy's array files (`.npy`, format 1.0): little-endian, C order, one or two axes of `Float`, `Double` or `Int`.
///
/// Features and eigenvalues are kept in it, so that `numpy.load` opens every artifact of this project. The format is
/// described in NumPy Enhancement Proposal 1 (`numpy.lib.format`).
public enum NPY {
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]  // \x93NUMPY

  /// A `rows × columns` array of `<f4`.
  public static func encode(_ matrix: Matrix) -> Data {
    encode(matrix.values.map { $0.bitPattern.littleEndian }, descriptor: "<f4", shape: [matrix.rows, matrix.columns])
  }

  /// A `rows × columns` array of `<f8`.
  public static func encode(_ matrix: DoubleMatrix) -> Data {
    encode(matrix.values.map { $0.bitPattern.littleEndian }, descriptor: "<f8", shape: [matrix.rows, matrix.columns])
  }

  /// A vector of `<f4`.
  public static func encode(_ values: [Float]) -> Data {
    encode(values.map { $0.bitPattern.littleEndian }, descriptor: "<f4", shape: [values.count])
  }

  /// A vector of `<f8`.
  public static func encode(_ values: [Double]) -> Data {
    encode(values.map { $0.bitPattern.littleEndian }, descriptor: "<f8", shape: [values.count])
  }

  /// A vector of `<i8`.
  public static func encode(_ values: [Int]) -> Data {
    encode(values.map { Int64($0).littleEndian }, descriptor: "<i8", shape: [values.count])
  }

  /// A `rows × columns` array of `<i8`, row by row in `values`.
  ///
  /// - Precondition: `values.count == rows * columns`.
  public static func encode(_ values: [Int], rows: Int, columns: Int) -> Data {
    precondition(values.count == rows * columns, "\(values.count) values do not fill \(rows) × \(columns)")
    return encode(values.map { Int64($0).littleEndian }, descriptor: "<i8", shape: [rows, columns])
  }

  /// Reads an array file.
  ///
  /// - Parameter name: what an error calls the file, for instance its path.
  /// - Throws: `NPYError` for whatever is not a whole file of this format; no input crashes.
  public static func decode(_ data: Data, name: String) throws(NPYError) -> NPYArray {
    let bytes = [UInt8](data)
    guard bytes.count >= 10, Array(bytes[0..<6]) == magic else { throw NPYError(name, .notAnArrayFile) }
    guard bytes[6] == 1, bytes[7] == 0 else {
      throw NPYError(name, .version(major: Int(bytes[6]), minor: Int(bytes[7])))
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard bytes.count >= start else { throw NPYError(name, .truncated(expected: start, found: bytes.count)) }
    let header = try NPYHeader(parsing: bytes[10..<start], name: name)
    guard let count = header.elementCount, let size = header.byteCount, size <= Int.max - start else {
      throw NPYError(name, .header("its shape \(header.shape) is too large"))
    }
    guard bytes.count == start + size else {
      throw NPYError(name, .truncated(expected: start + size, found: bytes.count))
    }
    let elements: NPYArray.Elements = bytes.withUnsafeBytes { raw in
      switch header.descriptor {
      case "<f4":
        .float(
          (0..<count).map {
            Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: start + 4 * $0, as: UInt32.self)))
          })
      case "<f8":
        .double(
          (0..<count).map {
            Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self)))
          })
      default:
        .int(
          (0..<count).map {
            Int(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: Int64.self)))
          })
      }
    }
    return NPYArray(name: name, shape: header.shape, elements: elements)
  }

  /// Reads the array file at `url`; see `decode`.
  public static func read(_ url: URL) throws(NPYError) -> NPYArray {
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw NPYError(url.path, .unreadable(error.localizedDescription))
    }
    return try decode(data, name: url.path)
  }

  private static func encode<Word: FixedWidthInteger>(_ words: [Word], descriptor: String, shape: [Int]) -> Data {
    let axes = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(axes), }"
    // The data starts at a multiple of 64 bytes, so that they can be mapped.
    let padding = (64 - (magic.count + 4 + header.utf8.count + 1) % 64) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var data = Data(magic)
    data.append(contentsOf: [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)])
    data.append(contentsOf: header.utf8)
    words.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }
}

/// What an array file holds.
public struct NPYArray: Sendable, Equatable {
  /// The values, row by row.
  public enum Elements: Sendable, Equatable {
    case float([Float])
    case double([Double])
    case int([Int])
  }

  /// What errors call the file.
  public let name: String
  /// One or two axes.
  public let shape: [Int]
  public let elements: Elements

  /// The array as a matrix of `Float`.
  ///
  /// - Throws: `NPYError` unless it has two axes of `<f4`.
  public func matrix() throws(NPYError) -> Matrix {
    guard case .float(let values) = elements, shape.count == 2 else {
      throw NPYError(name, .unexpected(wanted: "a matrix of <f4", found: summary))
    }
    return Matrix(rows: shape[0], columns: shape[1], values: values)
  }

  /// The array as a matrix of `Double`.
  ///
  /// - Throws: `NPYError` unless it has two axes of `<f8`.
  public func doubleMatrix() throws(NPYError) -> DoubleMatrix {
    guard case .double(let values) = elements, shape.count == 2 else {
      throw NPYError(name, .unexpected(wanted: "a matrix of <f8", found: summary))
    }
    return DoubleMatrix(rows: shape[0], columns: shape[1], values: values)
  }

  /// The array as a vector of `Double`.
  ///
  /// - Throws: `NPYError` unless it has one axis of `<f8`.
  public func doubles() throws(NPYError) -> [Double] {
    guard case .double(let values) = elements, shape.count == 1 else {
      throw NPYError(name, .unexpected(wanted: "a vector of <f8", found: summary))
    }
    return values
  }

  /// The array as a vector of `Int`.
  ///
  /// - Throws: `NPYError` unless it has one axis of `<i8`.
  public func integers() throws(NPYError) -> [Int] {
    guard case .int(let values) = elements, shape.count == 1 else {
      throw NPYError(name, .unexpected(wanted: "a vector of <i8", found: summary))
    }
    return values
  }

  private var summary: String {
    let kind =
      switch elements {
      case .float: "<f4"
      case .double: "<f8"
      case .int: "<i8"
      }
    return "\(kind) of shape \(shape)"
  }
}
