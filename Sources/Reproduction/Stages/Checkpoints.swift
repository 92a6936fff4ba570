import Foundation
import NeuralNetwork
import Numerics
import Pipeline

/// The recorded encoders of a cell, read one at a time in the order of their epochs.
struct Checkpoints {
  private let files: [URL]

  /// One of them.
  struct Place {
    let file: URL
    let isLast: Bool

    /// W_p of a SimSiam training, `d × d`; nil where the training had no predictor.
    ///
    /// - Throws: what reading the file throws.
    func predictor() throws -> DoubleMatrix? {
      let tensors = try Safetensors(Data(contentsOf: file), source: file.lastPathComponent)
      guard tensors.tensors.contains(where: { $0.name == "predictor.weight" }) else { return nil }
      let (shape, values) = try tensors.values("predictor.weight", source: file.lastPathComponent)
      guard shape.count == 2, shape[0] == shape[1] else {
        throw StageError(
          "\(file.lastPathComponent) has a predictor of shape \(shape), where a square matrix is expected")
      }
      return DoubleMatrix(rows: shape[0], columns: shape[1], values: values.map(Double.init))
    }
  }

  init(of context: StageContext) throws {
    files = try context.inputFiles(OutputName.checkpoints).sorted { $0.key < $1.key }.map(\.value)
    guard !files.isEmpty else { throw StageError("\(context.node) was given no checkpoints") }
  }

  /// Calls `body` with every encoder, and says between two of them how far the node is.
  ///
  /// - Throws: what reading a checkpoint or `body` throws, and `CancelledError`.
  func forEach(_ context: StageContext, _ body: (Encoder, Place) throws -> Void) throws {
    for (index, file) in files.enumerated() {
      try context.checkCancellation()
      context.progress(
        fraction: Double(index) / Double(files.count), message: "checkpoint \(index + 1)/\(files.count)")
      try body(try Encoder(checkpoint: file), Place(file: file, isLast: index == files.count - 1))
    }
  }
}
