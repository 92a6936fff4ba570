import Foundation

/// The header of an array file: a Python dictionary of three known keys, parsed without a Python parser.
struct NPYHeader {
  let descriptor: String
  let shape: [Int]

  /// The product of the axes; nil where it overflows.
  var elementCount: Int? {
    var count = 1
    for axis in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// Bytes of the elements; nil where they overflow.
  var byteCount: Int? {
    guard let count = elementCount else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: descriptor == "<f4" ? 4 : 8)
    return overflow ? nil : bytes
  }

  init(parsing bytes: ArraySlice<UInt8>, name: String) throws(NPYError) {
    guard bytes.allSatisfy({ $0 < 128 }) else { throw NPYError(name, .header("it is not ASCII")) }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.hasPrefix("{"), text.hasSuffix("}") else { throw NPYError(name, .header("it is not a dictionary")) }

    func value(of key: String) throws(NPYError) -> Substring {
      let parts = text.components(separatedBy: "'\(key)':")
      guard parts.count == 2 else { throw NPYError(name, .header("it does not have the key '\(key)' once")) }
      return parts[1].drop { $0 == " " }[...]
    }

    let quoted = try value(of: "descr")
    guard quoted.first == "'", let end = quoted.dropFirst().firstIndex(of: "'") else {
      throw NPYError(name, .header("'descr' is not the name of a simple type"))
    }
    let descriptor = String(quoted[quoted.index(after: quoted.startIndex)..<end])
    guard ["<f4", "<f8", "<i8"].contains(descriptor) else {
      throw NPYError(name, .header("its type '\(descriptor.prefix(16))' is none of <f4, <f8, <i8"))
    }
    guard try value(of: "fortran_order").hasPrefix("False") else {
      throw NPYError(name, .header("it is in Fortran order"))
    }
    let tuple = try value(of: "shape")
    guard tuple.first == "(", let close = tuple.firstIndex(of: ")") else {
      throw NPYError(name, .header("'shape' is not a tuple"))
    }
    var fields = tuple[tuple.index(after: tuple.startIndex)..<close].split(
      separator: ",", omittingEmptySubsequences: false
    ).map { $0.trimmingCharacters(in: .whitespaces) }
    if fields.last == "" { fields.removeLast() }
    let axes = fields.compactMap { Int($0) }
    guard axes.count == fields.count, (1...2).contains(axes.count), axes.allSatisfy({ $0 >= 0 }) else {
      throw NPYError(name, .header("its shape is not one or two sizes"))
    }
    self.descriptor = descriptor
    shape = axes
  }
}

/// Why an array file cannot be read.
public struct NPYError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public enum Reason: Sendable, Equatable {
    case unreadable(String)
    case notAnArrayFile
    case version(major: Int, minor: Int)
    case header(String)
    case truncated(expected: Int, found: Int)
    case unexpected(wanted: String, found: String)
  }

  /// The file as the caller named it.
  public let name: String
  public let reason: Reason

  init(_ name: String, _ reason: Reason) {
    self.name = name
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .unreadable(let cause): "\(name) cannot be read: \(cause)"
    case .notAnArrayFile: "\(name) is not a NumPy array file (it does not start with \\x93NUMPY)"
    case .version(let major, let minor):
      "\(name) is a NumPy array file of format \(major).\(minor), and only 1.0 is read; save it anew with numpy.save"
    case .header(let problem): "The header of the NumPy array file \(name) cannot be used: \(problem)"
    case .truncated(let expected, let found):
      "\(name) has \(found) bytes where its header asks for \(expected); it is cut short or damaged, so make it again"
    case .unexpected(let wanted, let found): "\(name) holds \(found), and \(wanted) is wanted here"
    }
  }

  public var errorDescription: String? { description }
}
