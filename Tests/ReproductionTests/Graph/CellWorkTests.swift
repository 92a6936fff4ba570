import Foundation
import NeuralNetwork
import Pipeline
import Testing

@testable import Reproduction

/// What `repro plan` says before anything is spent.
@Suite struct CellWorkTests {
  private func project(_ profile: String) throws -> Project {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    let cache = FileManager.default.temporaryDirectory.appending(path: "no-cache-\(UUID().uuidString)")
    return try Project(file: root.appending(path: "pipeline.json"), overrides: ["profile=\(profile)"], cache: cache)
  }

  /// 20 cells of 800 epochs and 20 of 600 of 50,000 images, two views each, ResNet-18 at 0.56 GMAC an image, three passes:
  /// 1400 × 20 × 49,664 × 2 × 3 × 2 × 0.557e9 ≈ 9.3e18.
  @Test func thePaperIsNineExaFLOP() throws {
    let graph = try project("paper").graph
    let train = graph.nodes.filter { $0.stage == StageName.train }.compactMap(\.work).reduce(0) { $0 + $1.flops }
    let hand = 1400 * 20 * 49_664 * 2 * 3 * 2 * 0.557e9
    #expect(abs(train / hand - 1) < 0.02, "\(train)")
  }

  /// Disk that a small run really took, against what was said before.
  @Test func bytesAreAsTheyComeOut() throws {
    let small = try SmallProject()
    try small.run()
    let graph = try small.project().graph
    let results = try small.reader().results()
    for node in graph.nodes where [StageName.train, StageName.download].contains(node.stage) {
      let said = try #require(node.work?.outputBytes)
      // Pictures and histories are beside the point.
      let counted = try #require(results[node.id]).outputs.filter {
        $0.name.hasPrefix(OutputName.checkpoints) || $0.name.hasSuffix(".images")
      }
      let took = Double(counted.reduce(0) { $0 + $1.artifact.size })
      #expect(said <= took && took < said * 1.1 + 60_000, "\(node.id): \(said) said, \(took) came")
    }
  }

  @Test(arguments: ["quick", "laptop", "workstation", "paper"])
  func everyProfileIsPlanned(profile: String) throws {
    let project = try project(profile)
    let estimate = try Estimating(project: project, threads: 2, measures: false, measuresAgain: false)
      .estimate(targets: nil) { _ in }
    #expect(estimate.toExecute == project.graph.nodes.count && estimate.flops > 1e12 && estimate.bytes > 1e7)
    #expect(estimate.wallSeconds >= estimate.longestPathSeconds)
    #expect(estimate.wallSeconds <= estimate.workSeconds)
    #expect(!FileManager.default.fileExists(atPath: project.cache.path), "a plan spends nothing")
  }

  @Test func aCalibrationIsMeasuredOnceAndKept() throws {
    let small = try SmallProject()
    let project = try small.project()
    var measured: [String] = []
    for _ in 0..<2 {
      let estimate = try Estimating(project: project, threads: 2, measures: true, measuresAgain: false)
        .estimate(targets: nil) { measured.append($0) }
      #expect(
        estimate.rates.count == 3 && estimate.rates.allSatisfy { $0.basis == .calibration && $0.flopsPerSecond > 1e6 })
    }
    #expect(measured.count == 3 && measured.allSatisfy { $0.contains("of width 2 on 8 × 8 × 3") }, "\(measured)")
    try small.run()
    let after = try Estimating(
      project: small.project("profiles.quick.seeds=[5]"), threads: 2, measures: true, measuresAgain: false
    ).estimate(targets: nil) { measured.append($0) }
    #expect(after.rates.allSatisfy { $0.basis == .rate } && measured.count == 3)
  }
}
