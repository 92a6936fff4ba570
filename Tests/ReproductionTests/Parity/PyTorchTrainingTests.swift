import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

/// Whole networks of width 16 and 64, trained as PyTorch trains them: same initial weights, same views.
///
/// PyTorch's figures are recorded: `REPRO_EXPORT_PARITY=FOLDER swift test --filter PyTorchTrainingTests` writes weights,
/// views, checkpoints and features there, Benchmarks/parity/steps.py and features.py make the fixtures of them.
@Suite struct PyTorchTrainingTests {
  struct StepsRecord: Decodable {
    let cases: [Recorded]
  }

  struct Recorded: Decodable {
    let name: String
    let losses: [Double]
    let gradientNorms: [Double]
  }

  struct FeaturesRecord: Decodable {
    let width: Int
    let features: [[Float]]
  }

  /// Steps whose losses are compared. Later ones leave PyTorch's double precision, too, by more than 1e-4.
  static let comparedSteps = 10
  static let featureImages = 4

  static let exportFolder = ProcessInfo.processInfo.environment["REPRO_EXPORT_PARITY"].map {
    URL(fileURLWithPath: $0, isDirectory: true)
  }

  @Test(arguments: ParityCase.all) func losses(of item: ParityCase) throws {
    let source = try PreparedViews(item)
    let trainer = Trainer(item.configuration, source: source, threads: 2)
    let folder = try Self.exportFolder.map { try export(item, trainer, source, to: $0) }
    for step in 1...(folder == nil ? Self.comparedSteps : item.steps) { try trainer.runEpoch(step) { _, _ in } }
    if let folder {
      try trainer.checkpoint(epoch: item.steps).write(to: folder.appendingPathComponent("checkpoint.safetensors"))
      Issue.record("exported to \(folder.path); nothing was compared")
      return
    }
    let record = try JSONDecoder().decode(StepsRecord.self, from: fixture("parity-steps.json"))
    let expected = try #require(record.cases.first { $0.name == item.name }, "\(item.name) is not recorded")
    var worst = 0.0
    for row in trainer.history {
      let loss = expected.losses[row.epoch - 1]
      worst = max(worst, abs(row.loss - loss) / abs(loss))
      #expect(abs(row.loss - loss) <= 1e-4 * abs(loss), "\(item.name), step \(row.epoch)")
    }
    let norm = expected.gradientNorms[0]
    let difference = abs(trainer.history[0].gradientNorm - norm) / norm
    print("\(item.name): losses within \(worst) of PyTorch's, the first gradient's norm within \(difference)")
    // SimSiam's gradients are small differences of large products: numbers in two parts show.
    #expect(difference <= (MatrixTiles.areUsed ? 3e-4 : 1e-4), "\(item.name)")
    #expect(worst.isFinite && trainer.history.count == Self.comparedSteps)
  }

  /// What torchvision's resnet18 makes of a checkpoint that we trained, against what our encoder makes of it.
  @Test func features() throws {
    let item = try #require(ParityCase.all.last)
    let source = try PreparedViews(item)
    let trainer = Trainer(item.configuration, source: source, threads: 2)
    for step in 1...Self.comparedSteps { try trainer.runEpoch(step) { _, _ in } }
    let checkpoint = trainer.checkpoint(epoch: Self.comparedSteps)
    let images = [Float](source.values.prefix(Self.featureImages * source.viewSize))
    let features = try Encoder(checkpoint: checkpoint, source: item.name)
      .features(images: images, count: Self.featureImages, threads: 2).backbone
    if let folder = Self.exportFolder {
      let folder = folder.appendingPathComponent("features", isDirectory: true)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try checkpoint.write(to: folder.appendingPathComponent("checkpoint.safetensors"))
      try NPY.encode(images).write(to: folder.appendingPathComponent("images.npy"))
      try NPY.encode(features).write(to: folder.appendingPathComponent("features.npy"))
      Issue.record("exported to \(folder.path); nothing was compared")
      return
    }
    let record = try JSONDecoder().decode(FeaturesRecord.self, from: fixture("parity-features.json"))
    let expected = record.features.flatMap { $0 }
    #expect(record.width == item.width && expected.count == features.values.count)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let error = zip(features.values, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(error <= 1e-3 * largest, "off by \(error) of \(largest)")
  }

  private func export(
    _ item: ParityCase, _ trainer: Trainer, _ source: PreparedViews, to parent: URL
  ) throws -> URL {
    let folder = parent.appendingPathComponent(item.name, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try JSONEncoder().encode(item).write(to: folder.appendingPathComponent("case.json"))
    try ParityCase.initialWeights(trainer).write(to: folder.appendingPathComponent("initial.safetensors"))
    try NPY.encode(source.values).write(to: folder.appendingPathComponent("views.npy"))
    return folder
  }

  private func fixture(_ name: String) throws -> Data {
    try Data(contentsOf: try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)))
  }
}
