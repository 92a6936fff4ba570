import Foundation
import NeuralNetwork
import Pipeline

/// The recorded encoders of a cell, read one at a time in the order of their epochs.
struct Checkpoints {
  private let files: [URL]

  init(of context: StageContext) throws {
    files = try context.inputFiles(OutputName.checkpoints).sorted { $0.key < $1.key }.map(\.value)
    guard !files.isEmpty else { throw StageError("\(context.node) was given no checkpoints") }
  }

  /// Calls `body` with every encoder, and says between two of them how far the node is.
  ///
  /// - Throws: what reading a checkpoint or `body` throws, and `CancelledError`.
  func forEach(_ context: StageContext, _ body: (Encoder, _ isLast: Bool) throws -> Void) throws {
    for (index, file) in files.enumerated() {
      try context.checkCancellation()
      context.progress(
        fraction: Double(index) / Double(files.count), message: "checkpoint \(index + 1)/\(files.count)")
      try body(try Encoder(checkpoint: file), index == files.count - 1)
    }
  }
}
