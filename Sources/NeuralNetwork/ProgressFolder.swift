import Foundation
import Numerics

/// The files by which a training that was cut off goes on: the state after an epoch, and the checkpoints recorded so
/// far.
///
/// Each file is written beside its place, flushed to the disk and renamed, so that what is there is whole. The state
/// also carries a checksum, because it decides bits.
///
/// States of different arithmetic lie in folders of their own. So a training that is taken to and fro between two kinds of
/// machines comes to its end on both, and no checkpoint of the one is taken for the other's.
struct ProgressFolder {
  private let root: URL
  /// Where this arithmetic's files are.
  private let folder: URL
  private let configuration: TrainingConfiguration
  private let arithmetic: Arithmetic
  private static let format = "repro-training-state-4"

  private struct Description: Codable {
    let configuration: TrainingConfiguration
    let arithmetic: Arithmetic
    let history: [EpochRecord]
    let timings: [EpochTiming]
  }

  init(_ root: URL, configuration: TrainingConfiguration, arithmetic: Arithmetic) throws(TrainingError) {
    self.root = root
    folder = Self.folder(of: arithmetic, in: root)
    self.configuration = configuration
    self.arithmetic = arithmetic
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .progressNotWritten(path: folder.path, reason: error.localizedDescription)
    }
    DurableFile.flush(folder: root)
  }

  /// For instance `tiles-fused-SapphireRapids`. Names of OpenBLAS's kernels are words.
  static func folder(of arithmetic: Arithmetic, in root: URL) -> URL {
    let name = "\(arithmetic.products.rawValue)-\(arithmetic.fuses ? "fused" : "unfused")-\(arithmetic.kernel)"
    return root.appendingPathComponent(name, isDirectory: true)
  }

  private static func stateFile(in folder: URL) -> URL { folder.appendingPathComponent("state.safetensors") }

  private static func checkpointFile(_ epoch: Int, in folder: URL) -> URL {
    folder.appendingPathComponent("epoch-\(epoch).safetensors")
  }

  func write(checkpoint: Data, epoch: Int) throws(TrainingError) {
    try DurableFile.write(checkpoint, to: Self.checkpointFile(epoch, in: folder))
  }

  /// The bytes of a checkpoint that `restore` saw.
  func checkpoint(epoch: Int) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.checkpointFile(epoch, in: folder)))
  }

  func write(state trainer: Trainer) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let description = try encoder.encode(
      Description(
        configuration: configuration, arithmetic: arithmetic, history: trainer.history, timings: trainer.timings))
    let tensors = blocks(trainer).map { block in
      Safetensors.Tensor(name: block.name, shape: [block.count], values: block.buffer.array(block.count))
    }
    let text = String(decoding: description, as: UTF8.self)
    let state = Safetensors(
      tensors: tensors,
      metadata: ["format": Self.format, "description": text, "checksum": Self.checksum(tensors, text)])
    try DurableFile.write(state.encoded(), to: Self.stateFile(in: folder))
  }

  /// What there was to go on from.
  enum Restored: Equatable {
    /// The epochs done.
    case epochs(Int)
    /// Nothing was kept yet.
    case nothing
    /// A file that cannot be used, and why.
    case unusable(path: String, reason: String)
    /// There is nothing but what another arithmetic computed, which stays.
    case computedOtherwise(ArithmeticChange)
  }

  private struct Unusable: Error {
    let path: String
    let reason: String

    init(_ file: URL, _ reason: String) {
      path = file.path
      self.reason = reason
    }

    var restored: Restored { .unusable(path: path, reason: reason) }
  }

  /// Brings `trainer` to the state in the folder, if that is whole, of this configuration and arithmetic, and has all its
  /// checkpoints. Otherwise the trainer stays as it is.
  func restore(_ trainer: Trainer) -> Restored {
    let file = Self.stateFile(in: folder)
    guard FileManager.default.fileExists(atPath: file.path) else { return computedElsewhere() }
    do throws(Unusable) {
      return .epochs(try bring(trainer, to: file))
    } catch {
      return error.restored
    }
  }

  /// - Returns: the epochs done.
  private func bring(_ trainer: Trainer, to file: URL) throws(Unusable) -> Int {
    let (state, description) = try read(file)
    let blocks = blocks(trainer)
    let contents = blocks.compactMap { try? state.values($0.name).values }
    guard contents.map(\.count) == blocks.map(\.count) else { throw Unusable(file, "is damaged") }
    for (block, values) in zip(blocks, contents) { block.buffer.assign(values) }
    trainer.history = description.history
    trainer.timings = description.timings
    return description.history.count
  }

  /// A state of this training and of the arithmetic whose folder it lies in, which has all its checkpoints.
  private func read(_ file: URL) throws(Unusable) -> (state: Safetensors, description: Description) {
    guard let data = try? Data(contentsOf: file) else { throw Unusable(file, "cannot be read") }
    guard let state = try? Safetensors(data, source: file.path), let text = state.metadata["description"] else {
      throw Unusable(file, "is damaged")
    }
    guard state.metadata["format"] == Self.format else {
      throw Unusable(file, "was written by another version of this program")
    }
    guard state.metadata["checksum"] == Self.checksum(state.tensors, text),
      let description = try? JSONDecoder().decode(Description.self, from: Data(text.utf8))
    else { throw Unusable(file, "is damaged") }
    guard description.configuration == configuration, description.history.count <= configuration.epochs else {
      throw Unusable(file, "belongs to a training with other settings")
    }
    guard Self.stateFile(in: Self.folder(of: description.arithmetic, in: root)).path == file.path else {
      throw Unusable(file, "lies in the folder of another kind of machine")
    }
    let folder = file.deletingLastPathComponent()
    for epoch in configuration.recordingEpochs where epoch <= description.history.count {
      let checkpoint = Self.checkpointFile(epoch, in: folder)
      guard let encoder = try? Encoder(checkpoint: checkpoint), encoder.epoch == epoch,
        encoder.configuration == configuration.encoder
      else { throw Unusable(checkpoint, "is missing or damaged") }
    }
    return (state, description)
  }

  /// What there is beside this arithmetic's folder: states of others in theirs, or one of a version that had no such
  /// folders. Of those that can be gone on from, that with the most epochs; what is wrong with one counts only where there
  /// are none.
  private func computedElsewhere() -> Restored {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    let folders = names.map { root.appendingPathComponent($0, isDirectory: true) } + [root]
    var longest: (file: URL, state: Description)?
    var firstUnusable: Unusable?
    for file in folders.map({ Self.stateFile(in: $0) }) where FileManager.default.fileExists(atPath: file.path) {
      switch description(in: file) {
      case .success(let state):
        if state.history.count > longest?.state.history.count ?? -1 { longest = (file, state) }
      case .failure(let unusable): firstUnusable = firstUnusable ?? unusable
      }
    }
    guard let longest else { return firstUnusable?.restored ?? .nothing }
    return .computedOtherwise(
      ArithmeticChange(
        path: longest.file.path, there: longest.state.arithmetic, here: arithmetic,
        tilesAreTurnedOff: MatrixTiles.areTurnedOff))
  }

  private func description(in file: URL) -> Result<Description, Unusable> {
    do throws(Unusable) {
      return .success(try read(file).description)
    } catch {
      return .failure(error)
    }
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
