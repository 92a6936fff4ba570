import Numerics

/// ‖Λ − I‖² as it is seen in minibatches of B consecutive features: how the paper records L_bound (§5).
///
/// Its mean lies above the value over the whole distribution, by `DimensionTerm.samplingFloor` in L_bound where
/// Λ = I: small batches look worse.
public struct MinibatchLoss: Sendable, Equatable {
  public let batchSize: Int
  public let dimension: Int
  /// ‖Λ_b − I‖² of each whole batch, in order; an incomplete last batch is left out.
  public let perBatch: [Double]

  /// - Throws: `FeatureError.tooFewRows` where there is not one whole batch.
  /// - Precondition: `batchSize > 0`.
  public init(_ features: SphereFeatures, batchSize: Int, threads: Int = 1) throws(FeatureError) {
    precondition(batchSize > 0, "a batch has at least one row")
    let batches = features.count / batchSize
    guard batches > 0 else { throw .tooFewRows(found: features.count, needed: batchSize) }
    self.batchSize = batchSize
    dimension = features.dimension
    perBatch = parallelMap(batches, threads: threads) { batch in
      let block = features.block(batch * batchSize..<(batch + 1) * batchSize)
      // ‖FᵀF‖ = ‖FFᵀ‖: the smaller of the two is computed.
      let gram =
        batchSize < features.dimension
        ? block.multiplied(by: block, transposingOther: true)
        : block.multiplied(by: block, transposingSelf: true)
      let squares = gram.values.reduce(0) { $0 + $1 * $1 }
      return squares / Double(batchSize * batchSize) - Double(features.dimension)
    }
  }

  /// The mean over batches.
  public var mean: Double { perBatch.reduce(0, +) / Double(perBatch.count) }

  /// The standard deviation between batches (n − 1 in the denominator); zero for a single batch.
  public var standardDeviation: Double {
    guard perBatch.count > 1 else { return 0 }
    let mean = mean
    return (perBatch.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(perBatch.count - 1)).squareRoot()
  }
}
