import Foundation
import Testing

@testable import NeuralNetwork
@testable import Numerics

/// Checkpoints as encoders read them.
@Suite struct EncoderTests {
  private func checkpoint() throws -> [UInt8] {
    try #require(try TrainingTests.run(TrainingTests.configuration()).records.last).safetensors
  }

  @Test func featuresDoNotDependOnThreads() throws {
    let encoder = try Encoder(checkpoint: Data(checkpoint()), source: "test")
    #expect(encoder.epoch == 4)
    #expect(encoder.configuration == TrainingTests.configuration().encoder)
    let count = 300
    let images = (0..<count * 108).map { PyTorchParityTests.Batches.noise($0, stream: 5) }
    let single = encoder.features(images: images, count: count, threads: 1)
    #expect(single.backbone.rows == count && single.backbone.columns == 24)
    #expect(single.output.rows == count && single.output.columns == 5)
    #expect(single.output.values.allSatisfy { $0.isFinite })
    for threads in 2...3 {
      let other = encoder.features(images: images, count: count, threads: threads)
      #expect(other == single)
    }
    #expect(encoder.features(images: [], count: 0, threads: 1).output.rows == 0)
  }

  /// An image's features are those of it alone, bit by bit: nothing is chosen by how many images come together.
  @Test(arguments: [EncoderConfiguration.Head.linear, .mlp(hidden: 96, layers: 3)])
  func featuresDoNotDependOnOtherImages(_ head: EncoderConfiguration.Head) throws {
    let configuration = EncoderConfiguration(
      width: 4, inputChannels: 3, side: 6, outputDimension: 64, head: head, outputNormalisation: true)
    // A chunk's images are just enough for a product by tiles.
    #expect(TileProduct.pays(m: 128, n: 64, k: 32) && !TileProduct.pays(m: 127, n: 64, k: 32))
    let model = Model(configuration)
    model.initialise(seed: 9)
    let file = Safetensors(
      tensors: model.store.exported(), metadata: Checkpoint.metadata(configuration, epoch: 0))
    let encoder = try Encoder(checkpoint: file.encoded(), source: "test")
    let size = configuration.imageCount
    let images = (0..<300 * size).map { PyTorchParityTests.Batches.noise($0, stream: 6) }

    func bits(_ range: Range<Int>) -> (backbone: [UInt32], output: [UInt32]) {
      let numbers = Array(images[range.lowerBound * size..<range.upperBound * size])
      let features = encoder.features(images: numbers, count: range.count, threads: 2)
      return (features.backbone.values.map(\.bitPattern), features.output.values.map(\.bitPattern))
    }
    func expectAlike(first: Int, of all: Int, _ name: String) {
      let (whole, part) = (bits(0..<all), bits(0..<first))
      #expect(part.backbone == Array(whole.backbone.prefix(first * 32)), "\(name): backbone of \(first) of \(all)")
      #expect(part.output == Array(whole.output.prefix(first * 64)), "\(name): output of \(first) of \(all)")
    }
    for (first, all) in [(1, 128), (127, 128), (128, 129), (15, 300)] { expectAlike(first: first, of: all, "chosen") }
    for seed in 0..<8 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 0x4E4E_0071)
      let all = 1 + stream.integer(below: 300)
      expectAlike(first: 1 + stream.integer(below: all), of: all, "seed \(seed)")
    }
    // Nor on where among them it is.
    #expect(bits(299..<300).output == Array(bits(0..<300).output.suffix(64)))
  }

  @Test func readsFiles() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let missing = #expect(throws: SafetensorsError.self) { try Encoder(checkpoint: file) }
    #expect(missing?.description.contains(file.path) == true)
    try Data(checkpoint()).write(to: file)
    #expect(try Encoder(checkpoint: file).epoch == 4)
  }

  @Test func otherFilesAreRefused() throws {
    let whole = try Safetensors(Data(checkpoint()), source: "test")
    func reason(_ tensors: [Safetensors.Tensor], _ change: (inout [String: String]) -> Void = { _ in }) -> String? {
      var metadata = whole.metadata
      change(&metadata)
      let data = Safetensors(tensors: tensors, metadata: metadata).encoded()
      return #expect(throws: SafetensorsError.self) { try Encoder(checkpoint: data, source: "test") }?.reason
    }
    #expect(reason(whole.tensors) { $0["format"] = nil }?.contains("format") == true)
    #expect(reason(whole.tensors) { $0["width"] = "4" }?.contains("conv1.weight has the shape") == true)
    #expect(reason(whole.tensors) { $0["width"] = "many" }?.contains("width as “many”") == true)
    #expect(reason(whole.tensors) { $0["width"] = "9000000000000000000" }?.contains("width") == true)
    #expect(reason(whole.tensors) { $0["width"] = "1024" }?.contains("conv1.weight") == true)
    #expect(reason(whole.tensors) { $0["side"] = "-3" }?.contains("side is -3") == true)
    #expect(reason(whole.tensors) { $0["head"] = "tail" }?.contains("head") == true)
    #expect(reason(whole.tensors) { $0["head_layers"] = nil }?.contains("head_layers") == true)
    #expect(reason(whole.tensors) { $0["epoch"] = "" }?.contains("epoch") == true)
    #expect(reason(Array(whole.tensors.dropLast())) == "it has no tensor output_norm.running_var")
  }
}
