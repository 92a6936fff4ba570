import Foundation

/// An IDX file of unsigned bytes, the format of MNIST and its kin, as it is or compressed with gzip or xz.
///
/// Two zero bytes, the element type (8: unsigned byte), the number of dimensions, each dimension as a big-endian
/// 32-bit number, and the elements in row-major order.
public struct IDXFile: Sendable, Equatable {
  public let dimensions: [Int]
  /// As many as the product of the dimensions.
  public let elements: [UInt8]

  /// - Throws: ``ArchiveError`` when the file cannot be read or decompressed; ``DatasetError`` when its header and
  ///   its content do not agree, or it has not the expected number of dimensions.
  public init(at url: URL, dimensionCount: Int, maximumBytes: Int = 1 << 30) throws {
    let bytes = try CompressedFile.read(at: url, maximumBytes: maximumBytes)
    func malformed(_ what: String) -> DatasetError {
      DatasetError(.malformed, "\(url.path): \(what); delete it and fetch it again.")
    }
    guard bytes.count >= 4 else { throw malformed("\(bytes.count) bytes are too few for an IDX header") }
    guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, bytes[3] == UInt8(clamping: dimensionCount) else {
      let magic = bytes[0..<4].map { hexadecimal($0) }.joined(separator: " ")
      throw malformed(
        "it starts with \(magic), where an IDX file of bytes in \(dimensionCount) dimensions starts with "
          + "00 00 08 \(hexadecimal(UInt8(clamping: dimensionCount)))")
    }
    let header = 4 + 4 * dimensionCount
    guard bytes.count >= header else {
      throw malformed("\(bytes.count) bytes are too few for an IDX header of \(header) bytes")
    }
    var dimensions: [Int] = []
    var product = 1
    for index in 0..<dimensionCount {
      // The format's numbers are signed; what is read here as 2³¹ or more was negative.
      let size = bytes[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size > 0, size <= Int(Int32.max), !overflow, next <= maximumBytes else {
        let sign = size > Int(Int32.max) ? size - (1 << 32) : size
        throw malformed("its header gives \(sign) as the size of dimension \(index + 1), which cannot be")
      }
      dimensions.append(size)
      product = next
    }
    guard bytes.count - header == product else {
      let shape = dimensions.map(String.init).joined(separator: " × ")
      throw malformed(
        "its header promises \(shape) = \(product) bytes, but \(bytes.count - header) follow it")
    }
    self.dimensions = dimensions
    elements = Array(bytes[header...])
  }
}

func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
