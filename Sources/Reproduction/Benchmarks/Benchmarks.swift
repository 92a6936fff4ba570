import Foundation
import NeuralNetwork
import Numerics
import Theory
import Vision

/// The engine's work in isolation, at sizes that the caller chooses. Data are made up from a seed; what is timed is the
/// code that a run executes.
public enum Benchmarks {
  public enum StepMethod: String, Sendable, CaseIterable {
    case barlowTwins = "barlow-twins"
    case simSiam = "simsiam"
  }

  /// Training steps: forward, backward and update, on views that lie ready.
  ///
  /// - Throws: `TrainingError` where the sizes are impossible or training breaks down.
  public static func step(
    method: StepMethod, width: Int, side: Int, pairs: Int, dimension: Int, threads: Int,
    _ repetitions: BenchmarkRepetitions
  ) throws -> BenchmarkReport {
    let benchmark = try StepBenchmark(
      configuration: TrainingConfiguration(
        encoder: EncoderConfiguration(width: width, inputChannels: 3, side: side, outputDimension: dimension),
        method: method == .simSiam ? .simSiam(SimSiamConfiguration()) : .barlowTwins(BarlowTwinsConfiguration()),
        optimiser: method == .simSiam ? .sgd(momentum: 0.9, weightDecay: 5e-4) : .adamW(weightDecay: 1e-4),
        learningRate: 1e-4, warmupEpochs: 0, epochs: 1, batchSize: pairs, recordedEpochs: [], seed: 1),
      threads: threads)
    var allocations = 0
    let times = try repetitions.time { step in
      let before = FloatBuffer.allocationCount
      try benchmark.run(step: step)
      // The last step's: those of the first steps are the plan.
      allocations = FloatBuffer.allocationCount - before
    }
    let spread = BenchmarkReport.Spread(times)
    return BenchmarkReport(
      "step",
      settings: [
        "method": .text(method.rawValue), "width": .count(width), "side": .count(side), "pairs": .count(pairs),
        "dimension": .count(dimension), "threads": .count(threads),
      ],
      measurements: [
        "pairsPerSecond": .number(Double(pairs) / spread.median), "stepSeconds": .spread(spread),
        "steps": .count(times.count), "allocationsInLastStep": .count(allocations),
      ])
  }

  /// Views by the default policy of images of 32 × 32 × 3.
  ///
  /// - Throws: `AugmentationError` where the side is impossible.
  public static func views(side: Int, threads: Int, _ repetitions: BenchmarkRepetitions) throws -> BenchmarkReport {
    let (count, batch, views) = (512, 32, 4096)
    var stream = RandomStream(seed: 1, purpose: 0x4245_4E43)
    let pixels = (0..<count * 32 * 32 * 3).map { _ in UInt8(stream.uniform(0, 255)) }
    let dataset = ImageDataset(
      height: 32, width: 32, channels: 3, pixels: pixels,
      labelSets: [LabelSet(name: "class", classNames: ["any"], labels: [UInt16](repeating: 0, count: count))])
    let augmenter = try Augmenter(dataset: dataset, policy: AugmentationPolicy(), side: side, seed: 1)
    let buffer = FloatBuffer(capacity: views * augmenter.viewSize)
    let indices = Array(0..<count)
    let times = repetitions.time { repetition in
      parallelFor(views / batch, threads: threads) { part in
        let first = part * batch % count
        augmenter.fill(
          indices: indices[first..<first + batch], epoch: repetition * views / count + part * batch / count + 1,
          view: 0,
          into: UnsafeMutableBufferPointer(
            start: buffer.pointer + part * batch * augmenter.viewSize, count: batch * augmenter.viewSize))
      }
    }
    let rates = BenchmarkReport.Spread(times).rates(Double(views))
    return BenchmarkReport(
      "views", settings: ["side": .count(side), "threads": .count(threads)],
      measurements: [
        "viewsPerSecondPerCore": .number(rates.median / Double(threads)), "viewsPerSecond": .spread(rates),
      ])
  }

  /// Exact nearest neighbours by cosine of standard normal rows.
  ///
  /// - Throws: `FeatureError` where the sizes are impossible.
  public static func neighbours(
    bank: Int, queries: Int, dimension: Int, neighbours: Int, threads: Int, _ repetitions: BenchmarkRepetitions
  ) throws -> BenchmarkReport {
    let (bankRows, queryRows) = (normals(bank, dimension, seed: 1), normals(queries, dimension, seed: 2))
    let times = try repetitions.time { _ in
      _ = try NearestNeighbours(bank: bankRows, queries: queryRows, k: neighbours, threads: threads)
    }
    return BenchmarkReport(
      "knn",
      settings: [
        "bank": .count(bank), "queries": .count(queries), "dimension": .count(dimension),
        "neighbours": .count(neighbours), "threads": .count(threads),
      ], measurements: ["seconds": .spread(BenchmarkReport.Spread(times))])
  }

  /// Λ of a bank of standard normal features, its eigenvalues, and those with eigenvectors.
  ///
  /// - Throws: `FeatureError` and `SymmetricEigen.Failure`.
  public static func eigenvalues(
    dimension: Int, rows: Int, threads: Int, _ repetitions: BenchmarkRepetitions
  ) throws -> BenchmarkReport {
    let features = try SphereFeatures(normals(rows, dimension, seed: 3))
    let moment = SecondMoment(features, threads: threads)
    let momentTimes = repetitions.time { _ in _ = SecondMoment(features, threads: threads) }
    let valueTimes = try repetitions.time { _ in _ = try SymmetricEigen(moment.matrix, wantsVectors: false) }
    let vectorTimes = try repetitions.time { _ in _ = try SymmetricEigen(moment.matrix) }
    return BenchmarkReport(
      "eigen",
      settings: ["dimension": .count(dimension), "rows": .count(rows), "threads": .count(threads)],
      measurements: [
        "secondMomentSeconds": .spread(BenchmarkReport.Spread(momentTimes)),
        "valuesSeconds": .spread(BenchmarkReport.Spread(valueTimes)),
        "vectorsSeconds": .spread(BenchmarkReport.Spread(vectorTimes)), "precision": .text("float64"),
      ])
  }

  private static func normals(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed, purpose: 0x4245_4E43)
    return Matrix(rows: rows, columns: columns, values: stream.normals(rows * columns).map(Float.init))
  }
}
