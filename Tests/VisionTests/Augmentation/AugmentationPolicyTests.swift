import Foundation
import Testing

@testable import Vision

@Suite("Augmentation policy")
struct AugmentationPolicyTests {
  @Test("survives JSON")
  func coding() throws {
    let policy = TestImages.policy(channels: 1)
    #expect(try JSONDecoder().decode(AugmentationPolicy.self, from: JSONEncoder().encode(policy)) == policy)
  }

  @Test("what cannot be is refused by the name of its field")
  func refused() throws {
    let changes: [(String, (inout AugmentationPolicy) -> Void)] = [
      ("cropScale", { $0.cropScale = [0.5, 0.2] }), ("cropScale", { $0.cropScale = [0, 1] }),
      ("cropScale", { $0.cropScale = [0.2] }), ("cropScale", { $0.cropScale = [.nan, 1] }),
      ("cropRatio", { $0.cropRatio = [-1, 1] }), ("flipProbability", { $0.flipProbability = 1.5 }),
      ("brightness", { $0.brightness = -0.1 }), ("hue", { $0.hue = 0.6 }), ("mean", { $0.mean = [0.5] }),
      ("mean", { $0.mean = [0.5, 0.5, .infinity] }),
      ("standardDeviation", { $0.standardDeviation = [1, 0, 1] }),
    ]
    for (field, change) in changes {
      var policy = AugmentationPolicy()
      try policy.validate(channels: 3)
      change(&policy)
      let error = #expect(throws: AugmentationError.self) { try policy.validate(channels: 3) }
      #expect(error?.field == field)
    }
  }

  @Test("a side of nothing is refused", arguments: [0, -3, 5000])
  func sides(side: Int) {
    let dataset = TestImages.random(count: 1, height: 4, width: 4, channels: 3, seed: 1)
    let error = #expect(throws: AugmentationError.self) {
      try Augmenter(dataset: dataset, policy: AugmentationPolicy(), side: side, seed: 0)
    }
    #expect(error?.description.contains("\(side)") == true)
  }
}
