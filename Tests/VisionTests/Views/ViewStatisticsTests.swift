import Foundation
import Testing

@testable import Vision

@Suite("View statistics")
struct ViewStatisticsTests {
  @Test("are those of the views themselves, whatever the number of threads", arguments: [1, 3])
  func reference(channels: Int) throws {
    let augmenter = try Augmenter(
      dataset: TestImages.random(count: 12, height: 8, width: 8, channels: channels, seed: 4),
      policy: TestImages.policy(channels: channels), side: 5, seed: 2)
    let statistics = ViewStatistics(augmenter, indices: Array(0..<12), epoch: 6)
    #expect(statistics == ViewStatistics(augmenter, indices: Array(0..<12), epoch: 6, threads: 4))
    let views = (0..<2).map { TestImages.fill(augmenter, 0..<12, epoch: 6, view: $0).map(Double.init) }
    for channel in 0..<channels {
      let values = views.flatMap { view in stride(from: channel, to: view.count, by: channels).map { view[$0] } }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(statistics.channelMean[channel] - mean) < 1e-9)
      #expect(abs(statistics.channelStandardDeviation[channel] - variance.squareRoot()) < 1e-9)
    }
    func cosine(_ first: Int, _ second: Int) -> Double {
      let size = augmenter.viewSize
      let (a, b) = (views[0][first * size..<(first + 1) * size], views[1][second * size..<(second + 1) * size])
      let dot = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      let norms = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }
      return dot / norms.squareRoot()
    }
    #expect(abs(statistics.sameImageCosine - (0..<12).map { cosine($0, $0) }.reduce(0, +) / 12) < 1e-9)
    let others = (0..<12).map { cosine($0, ($0 + 1) % 12) }.reduce(0, +) / 12
    #expect(abs(statistics.differentImagesCosine - others) < 1e-9)
    #expect(statistics.cropAreaHistogram.reduce(0, +) == 24)
    #expect(statistics.cropAreaLeast > 0.1 && statistics.cropAreaGreatest <= 1)
    #expect(
      try JSONDecoder().decode(ViewStatistics.self, from: JSONEncoder().encode(statistics)) == statistics)
  }

  @Test("tell pairs of generated images apart and show the policy's shares")
  func shares() throws {
    let augmenter = try Augmenter(
      dataset: Shapes().dataset(split: .train, count: 400), policy: AugmentationPolicy(cropScale: [0.2, 1]), side: 16,
      seed: 1)
    let statistics = ViewStatistics(augmenter, indices: Array(0..<400))
    #expect(statistics.sameImageCosine > statistics.differentImagesCosine + 0.1)
    #expect(abs(statistics.greyscaleShare - 0.2) < 0.06)
    #expect(abs(statistics.jitteredShare - 0.8) < 0.06)
    #expect(abs(statistics.cropAreaMean - 0.58) < 0.05)
  }
}
