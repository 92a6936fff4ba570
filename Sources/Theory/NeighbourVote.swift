import Foundation

/// The weighted vote of Wu et al. 2018 (Unsupervised Feature Learning via Non-Parametric Instance Discrimination):
/// each neighbour votes for its class with weight exp(cos/T).
public struct NeighbourVote: Sendable, Equatable {
  /// The class of each query; ties go to the lower class.
  public let predictions: [UInt16]

  /// - Parameters:
  ///   - neighbours: found once; several label sets of the same images (fine and coarse) vote on them.
  ///   - bankLabels: the class of each row of the bank, below `classCount`.
  ///   - temperature: T > 0; the published code's is 0.1.
  /// - Throws: `FeatureError` where a neighbour has no label or a label is no class.
  /// - Precondition: `temperature > 0`.
  public init(
    _ neighbours: NearestNeighbours, bankLabels: [UInt16], classCount: Int, temperature: Double
  ) throws(FeatureError) {
    precondition(temperature > 0, "a temperature above zero")
    try requireLabels(bankLabels, rows: bankLabels.count, classCount: classCount)
    if let highest = neighbours.indices.max(), Int(highest) >= bankLabels.count {
      throw .mismatch(what: "labels of the bank", found: bankLabels.count, expected: Int(highest) + 1)
    }
    let k = neighbours.k
    var votes = [Double](repeating: 0, count: classCount)
    predictions = (0..<neighbours.queryCount).map { query in
      for label in votes.indices { votes[label] = 0 }
      // The nearest comes first; relative to it no weight overflows, however small T is.
      let nearest = neighbours.cosines[query * k]
      for position in query * k..<(query + 1) * k {
        let label = Int(bankLabels[Int(neighbours.indices[position])])
        votes[label] += exp((neighbours.cosines[position] - nearest) / temperature)
      }
      var best = 0
      for label in votes.indices where votes[label] > votes[best] { best = label }
      return UInt16(best)
    }
  }

  /// The share of predictions that are right.
  ///
  /// - Throws: `FeatureError.mismatch` where sizes differ.
  public func accuracy(labels: [UInt16]) throws(FeatureError) -> Double {
    try Theory.accuracy(of: predictions, labels: labels)
  }
}
