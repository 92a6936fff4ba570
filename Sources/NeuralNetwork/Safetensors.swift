import Foundation

/// A file of named tensors in the safetensors format: eight bytes with the length of a JSON header (little endian), the
/// header, the tensors' bytes one after the other.
///
/// Format: https://huggingface.co/docs/safetensors. Tensors of all its types are checked and kept, `Float` ones read.
public struct Safetensors: Sendable, Equatable {
  public struct Tensor: Sendable, Equatable {
    public let name: String
    /// As the format spells it: `F32`, `I64`, …
    public let type: String
    public let shape: [Int]
    /// Little endian, row-major.
    public let bytes: Data

    /// A tensor of `Float`.
    ///
    /// - Precondition: `values` fill `shape`.
    public init(name: String, shape: [Int], values: [Float]) {
      precondition(values.count == shape.reduce(1, *))
      self.name = name
      type = "F32"
      self.shape = shape
      bytes = values.withUnsafeBytes { Data($0) }
    }

    init(name: String, type: String, shape: [Int], bytes: Data) {
      self.name = name
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// In the order of the file.
  public let tensors: [Tensor]
  /// The header's `__metadata__`.
  public let metadata: [String: String]

  public init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The shape and numbers of tensor `name`.
  ///
  /// - Throws: `SafetensorsError` where there is none, or where it is not of type F32.
  public func values(_ name: String, source: String = "checkpoint") throws(SafetensorsError) -> (
    shape: [Int], values: [Float]
  ) {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw SafetensorsError(source: source, reason: "it has no tensor \(name)")
    }
    guard tensor.type == "F32" else {
      throw SafetensorsError(source: source, reason: "tensor \(name) is of type \(tensor.type), not F32")
    }
    var values = [Float](repeating: 0, count: tensor.bytes.count / 4)
    _ = values.withUnsafeMutableBytes { tensor.bytes.copyBytes(to: $0) }
    return (tensor.shape, values)
  }
}

/// What is wrong with a safetensors file.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The file, as messages name it.
  public let source: String
  public let reason: String

  public init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }

  public var description: String { "\(source) is not a usable safetensors file: \(reason)" }
  public var errorDescription: String? { description }
}
