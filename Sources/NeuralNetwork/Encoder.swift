import Foundation
import Numerics

/// A trained network read from a checkpoint, which turns images into features with its running statistics.
public struct Encoder: Sendable {
  public let configuration: EncoderConfiguration
  /// The epoch at whose end it was recorded; 0 is the untrained network.
  public let epoch: Int
  private let tensors: Safetensors

  /// Images that go through at a time; fixed, so that bits do not depend on the threads. Only products of matrices choose
  /// their way by the number of images. They are told this one even where fewer are left at the end (`Pass.choosingFor`), so
  /// that an image has the same bits there.
  private static let imagesPerChunk = 128

  /// Reads the safetensors file at `checkpoint`.
  ///
  /// - Throws: `SafetensorsError` where it cannot be read or does not hold an encoder.
  public init(checkpoint: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: checkpoint)
    } catch {
      throw SafetensorsError(source: checkpoint.path, reason: "it cannot be read (\(error.localizedDescription))")
    }
    try self.init(checkpoint: data, source: checkpoint.path)
  }

  /// Reads a checkpoint's bytes.
  ///
  /// - Parameter source: how errors name it.
  /// - Throws: `SafetensorsError` where the bytes do not hold an encoder.
  public init(checkpoint data: Data, source: String) throws(SafetensorsError) {
    let file = try Safetensors(data, source: source)
    (configuration, epoch) = try Checkpoint.configuration(file.metadata, source: source)
    tensors = file
    // Before any memory is asked for on the word of the metadata.
    try Model(configuration, allocates: false).store.check(file, source: source)
  }

  /// Features of `count` images.
  ///
  /// - Parameters:
  ///   - images: count × side × side × inputChannels, NHWC, scaled as in training.
  ///   - count: number of images.
  /// - Returns: h, count × backboneDimension, and z, count × outputDimension. The same bits for any `threads`, and for an
  ///   image whatever others come with it.
  public func features(images: [Float], count: Int, threads: Int) -> (backbone: Matrix, output: Matrix) {
    images.withUnsafeBufferPointer { features(images: $0, count: count, threads: threads) }
  }

  /// As the form that takes an array.
  public func features(
    images: UnsafeBufferPointer<Float>, count: Int, threads: Int
  ) -> (backbone: Matrix, output: Matrix) {
    let size = configuration.imageCount
    precondition(images.count == count * size, "\(images.count) numbers are not \(count) images of \(size)")
    let (wide, narrow) = (configuration.backboneDimension, configuration.outputDimension)
    var backbone = Matrix(rows: count, columns: wide)
    var output = Matrix(rows: count, columns: narrow)
    guard let source = images.baseAddress else { return (backbone, output) }
    let model = Model(configuration)
    model.store.load(tensors)
    let input = FloatBuffer(capacity: Self.imagesPerChunk * size)
    for first in stride(from: 0, to: count, by: Self.imagesPerChunk) {
      let rows = min(Self.imagesPerChunk, count - first)
      input.pointer.update(from: source + first * size, count: rows * size)
      let (features, outputs) = model.forward(
        input,
        Pass(
          images: rows, views: 1, training: false, choosingFor: Self.imagesPerChunk, threads: threads,
          workspace: model.workspace))
      backbone.values.withUnsafeMutableBufferPointer {
        $0.baseAddress.map { ($0 + first * wide).update(from: features.pointer, count: rows * wide) }
      }
      output.values.withUnsafeMutableBufferPointer {
        $0.baseAddress.map { ($0 + first * narrow).update(from: outputs.pointer, count: rows * narrow) }
      }
    }
    return (backbone, output)
  }
}
