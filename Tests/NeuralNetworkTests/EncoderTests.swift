import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

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
    // In evaluation mode an image does not know its neighbours.
    let last = encoder.features(images: Array(images.suffix(108)), count: 1, threads: 1)
    expectClose(last.output.values, Array(single.output.row(count - 1)), tolerance: 1e-5, "one image")
    #expect(encoder.features(images: [], count: 0, threads: 1).output.rows == 0)
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
