import Foundation
import Numerics

/// The files by which a training that was cut off goes on: the state after an epoch, and the checkpoints recorded so
/// far.
///
/// Each file is written beside its place, flushed to the disk and renamed, so that what is there is whole. The state
/// also carries a checksum, because it decides bits.
struct ProgressFolder {
  private let folder: URL
  private let configuration: TrainingConfiguration
  private static let format = "repro-training-state-2"

  private struct Description: Codable {
    let configuration: TrainingConfiguration
    let history: [EpochRecord]
    let timings: [EpochTiming]
  }

  init(_ folder: URL, configuration: TrainingConfiguration) throws(TrainingError) {
    self.folder = folder
    self.configuration = configuration
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .progressNotWritten(path: folder.path, reason: error.localizedDescription)
    }
  }

  private var stateFile: URL { folder.appendingPathComponent("state.safetensors") }

  private func checkpointFile(_ epoch: Int) -> URL { folder.appendingPathComponent("epoch-\(epoch).safetensors") }

  func write(checkpoint: Data, epoch: Int) throws(TrainingError) {
    try DurableFile.write(checkpoint, to: checkpointFile(epoch))
  }

  /// The bytes of a checkpoint that `restore` saw.
  func checkpoint(epoch: Int) throws -> [UInt8] { [UInt8](try Data(contentsOf: checkpointFile(epoch))) }

  func write(state trainer: Trainer) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let description = try encoder.encode(
      Description(
        configuration: configuration, history: trainer.history, timings: trainer.timings))
    let tensors = blocks(trainer).map { block in
      Safetensors.Tensor(name: block.name, shape: [block.count], values: block.buffer.array(block.count))
    }
    let text = String(decoding: description, as: UTF8.self)
    let state = Safetensors(
      tensors: tensors,
      metadata: ["format": Self.format, "description": text, "checksum": Self.checksum(tensors, text)])
    try DurableFile.write(state.encoded(), to: stateFile)
  }

  /// What there was to go on from.
  enum Restored: Equatable {
    /// The epochs done.
    case epochs(Int)
    /// Nothing was kept yet.
    case nothing
    /// A file that cannot be used, and why.
    case unusable(path: String, reason: String)
  }

  /// Brings `trainer` to the state in the folder, if that is whole, of this configuration, and has all its checkpoints.
  /// Otherwise the trainer stays as it is.
  func restore(_ trainer: Trainer) -> Restored {
    guard FileManager.default.fileExists(atPath: stateFile.path) else { return .nothing }
    func unusable(_ file: URL, _ reason: String) -> Restored { .unusable(path: file.path, reason: reason) }
    guard let data = try? Data(contentsOf: stateFile) else { return unusable(stateFile, "cannot be read") }
    guard let state = try? Safetensors(data, source: stateFile.path), let text = state.metadata["description"] else {
      return unusable(stateFile, "is damaged")
    }
    guard state.metadata["format"] == Self.format else {
      return unusable(stateFile, "was written by another version of this program")
    }
    guard state.metadata["checksum"] == Self.checksum(state.tensors, text),
      let description = try? JSONDecoder().decode(Description.self, from: Data(text.utf8))
    else { return unusable(stateFile, "is damaged") }
    guard description.configuration == configuration, description.history.count <= configuration.epochs else {
      return unusable(stateFile, "belongs to a training with other settings")
    }
    let epochs = description.history.count
    for epoch in configuration.recordingEpochs where epoch <= epochs {
      let file = checkpointFile(epoch)
      guard let encoder = try? Encoder(checkpoint: file), encoder.epoch == epoch,
        encoder.configuration == configuration.encoder
      else { return unusable(file, "is missing or damaged") }
    }
    let blocks = blocks(trainer)
    let contents = blocks.compactMap { try? state.values($0.name).values }
    guard contents.map(\.count) == blocks.map(\.count) else { return unusable(stateFile, "is damaged") }
    for (block, values) in zip(blocks, contents) { block.buffer.assign(values) }
    trainer.history = description.history
    trainer.timings = description.timings
    return .epochs(epochs)
  }

  private func blocks(_ trainer: Trainer) -> [(name: String, buffer: FloatBuffer, count: Int)] {
    let store = trainer.model.store
    return [
      ("parameters", store.values, store.parameterCount), ("statistics", store.statistics, store.statisticCount),
    ]
      + trainer.optimiserState.enumerated().map { ("optimiser.\($0.offset)", $0.element, store.parameterCount) }
  }

  /// FNV-1a over 64 bits of the description and the tensors, eight bytes at a time.
  private static func checksum(_ tensors: [Safetensors.Tensor], _ description: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ bytes: UnsafeRawBufferPointer) {
      let whole = bytes.count / 8 * 8
      for offset in stride(from: 0, to: whole, by: 8) {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x100_0000_01b3
        hash ^= hash >> 32
      }
      for offset in whole..<bytes.count { hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01b3 }
    }
    for tensor in tensors { tensor.bytes.withUnsafeBytes { mix($0) } }
    Data(description.utf8).withUnsafeBytes { mix($0) }
    return String(hash, radix: 16)
  }
}
