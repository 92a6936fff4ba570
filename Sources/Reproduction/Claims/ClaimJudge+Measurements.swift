import Charts
import Foundation

extension ClaimJudge {
  // MARK: Assumptions

  func epsilon() -> Outcome {
    let values = encoders().compactMap { $0.bound.last("epsilon_maximum") }
    let medians = encoders().compactMap { $0.bound.last("epsilon_q50") }
    guard let least = values.min(), let median = medians.min() else { return .undecided("no encoder was measured") }
    return .holds(
      least < tolerance, least,
      "the least ε of \(values.count) trained encoders is \(short(least)), and the least median distance within a class "
        + "\(short(median))")
  }

  func epsilonSource() -> Outcome {
    let pairs = encoders().compactMap { result -> (image: Double, group: Double)? in
      guard let image = result.bound.last("view_spread_q50"), let group = result.bound.last("epsilon_q50"), group > 0
      else { return nil }
      return (image, group)
    }
    guard let median = Self.median(pairs.map { $0.image / $0.group }) else {
      return .undecided("no encoder was measured")
    }
    return .holds(
      median >= tolerance, median,
      "two views of one image are \(short(Self.median(pairs.map(\.image)) ?? 0))·r apart, two views of one class "
        + "\(short(Self.median(pairs.map(\.group)) ?? 0))·r (medians over \(pairs.count) encoders): ratio \(short(median))"
    )
  }

  /// Whether a training makes ‖Λ − I‖² smaller: not from an untrained network, whose outputs are near one line so that anything
  /// does, but from the first epoch recorded after it.
  func correlationLossFalls() -> Outcome {
    let results = encoders()
    var (falls, lefts) = ([Bool](), [Double]())
    for result in results {
      let square = Double(result.cell.dimension * result.cell.dimension)
      let points = zip(result.epochs, zip(result.bound.column("l_bound_unbiased"), result.bound.column("v")))
        .compactMap { epoch, values -> Point? in
          guard epoch > 0, let bound = values.0, let v = values.1 else { return nil }
          return Point(x: Double(epoch), y: (bound - v) / 2 * square)
        }
      guard points.count > 2, let first = points.first, let last = points.last else { continue }
      let trend = Chance.rankCorrelation(points) ?? 0
      falls.append(last.y < first.y && trend <= -0.5)
      if square > 1 { lefts.append(last.y / (square - square.squareRoot())) }
    }
    guard !falls.isEmpty else { return .undecided("no training of it has three measured epochs after the start") }
    let count = falls.count { $0 }
    let left = Self.median(lefts).map { "; in the median \(short($0)) of the largest value, d² − d, is left" } ?? ""
    return .holds(
      Double(count) >= tolerance * Double(falls.count), Double(count) / Double(falls.count),
      "‖Λ − I‖², without its sampling bias, falls from the first recorded epoch on in \(share(count, of: falls.count)) trainings"
        + left)
  }

  // MARK: SimSiam

  private func column(_ name: String, of result: CellResults) -> [Double] {
    result.bound.columns.contains(name) ? result.bound.column(name).compactMap { $0 } : []
  }

  func alignment() -> Outcome {
    let aligned = encoders().compactMap {
      result -> (aligns: Bool, share: Double, random: Double)? in
      let (share, random) = (
        column("alignment_diagonal_share", of: result), column("alignment_random_share", of: result)
      )
      guard let first = share.first, let last = share.last, let early = random.first, let late = random.last,
        share.count > 1
      else { return nil }
      // What a random basis does not give. A predictor that starts as the identity is diagonal in every basis.
      func excess(_ share: Double, _ chance: Double) -> Double {
        chance < 1 - 1e-6 ? (share - chance) / (1 - chance) : 0
      }
      return (excess(last, late) > max(0, excess(first, early)), last, late)
    }
    guard !aligned.isEmpty else { return .undecided("no SimSiam predictor was measured") }
    let count = aligned.count { $0.aligns }
    let shares = aligned.map(\.share)
    return .holds(
      Double(count) >= tolerance * Double(aligned.count), Double(count) / Double(aligned.count),
      "\(share(count, of: aligned.count)) predictors end more aligned, beyond what a random basis gives, than they began; the share on the "
        + "diagonal ends between \(short(shares.min() ?? 0)) and \(short(shares.max() ?? 0)), that in a random basis between "
        + "\(short(aligned.map(\.random).min() ?? 0)) and \(short(aligned.map(\.random).max() ?? 0))")
  }

  func predictorCosine() -> Outcome {
    let values = encoders().flatMap { column("theorem4_c", of: $0).dropFirst() }
    guard let least = values.min(), let median = Self.median(values) else {
      return .undecided("no SimSiam predictor was measured")
    }
    return .holds(
      least >= tolerance, least,
      "the mean of z̃_{2}ᵀp̃_{1} is between \(short(least)) and \(short(values.max() ?? 0)) after the first epoch, median "
        + short(median))
  }

  func eigenvalueRatio() -> Outcome {
    let ratios = encoders().compactMap { result -> Double? in
      // Of λ alive the participation ratio d²/‖Λ‖² is their number where they are equal. A sample's ‖Λ‖² is too large, so the
      // unbiased estimate is taken: L_bound = (2/d²)(‖Λ‖² − d) + V.
      guard let bound = result.bound.last("l_bound_unbiased"), let v = result.bound.last("v"),
        let dead = result.bound.last("dead_directions")
      else { return nil }
      let d = Double(result.cell.dimension)
      let alive = d - dead
      // Not below what so many eigenvalues with the sum d have.
      return alive > 0 ? max(1, alive * ((bound - v) / 2 + 1 / d)) : nil
    }
    guard let median = Self.median(ratios) else { return .undecided("no SimSiam encoder was measured") }
    return .holds(
      median <= tolerance, median,
      "directions that did not collapse, over their participation ratio, which is 1 where their eigenvalues are equal: median "
        + "\(short(median)) of \(ratios.count) encoders")
  }

  // MARK: Readings

  func classifierGap() -> Outcome {
    let gaps = encoders().compactMap { result -> Double? in
      guard let near = result.probe.last("knn_output"), let mean = result.probe.last("mean_output") else { return nil }
      return 100 * abs(near - mean)
    }
    guard let median = Self.median(gaps) else { return .undecided("no cell was probed") }
    return .holds(
      median <= tolerance, median,
      "the two classifiers differ by \(short(median)) points in the median and \(short(gaps.max() ?? 0)) at most")
  }

  func samplingBias() -> Outcome {
    let above = encoders().compactMap { result -> Bool? in
      guard let minibatch = result.bound.last("l_bound_minibatch"),
        let unbiased = result.bound.last("l_bound_unbiased"),
        let v = result.bound.last("v")
      else { return nil }
      return minibatch - unbiased > abs(v)
    }
    guard !above.isEmpty else { return .undecided("no encoder has d > K and a whole minibatch") }
    let count = above.count { $0 }
    return .holds(
      Double(count) <= tolerance * Double(above.count), Double(count) / Double(above.count),
      "in \(share(count, of: above.count)) encoders with d > K the minibatch reading exceeds the unbiased one by more than |V|"
    )
  }
}
