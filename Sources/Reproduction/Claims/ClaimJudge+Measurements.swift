import Charts
import Foundation

extension ClaimJudge {
  private var reading: Reading { settings.reading }

  /// The cells that the claim speaks of.
  private func cells() -> [CellResults] {
    evidence.cells.filter { result in
      (quantity.method.map { result.cell.method == $0 } ?? true)
        && (quantity.classes.map { result.cell.classCount == $0 } ?? true)
        && (quantity.dataset.map { result.cell.dataset == $0 } ?? true)
        && (quantity.dimension.map { result.cell.dimension == $0 } ?? true)
    }
  }

  private func datasets(_ cells: [CellResults]) -> String {
    Set(cells.map(\.cell.datasetTitle)).sorted().joined(separator: ", ")
  }

  // MARK: Table 1 and the figures

  func accuracy() -> Outcome {
    let values = cells().compactMap { $0.accuracies(reading.accuracy).last ?? nil }
    guard let published = claim.published, !values.isEmpty else { return .undecided("this profile has no such cell") }
    let mean = values.reduce(0, +) / Double(values.count)
    return .holds(
      abs(mean - published) <= tolerance, mean,
      String(format: "%.2f%%, %+.2f, over ", mean, mean - published)
        + "\(values.count) \(values.count == 1 ? "seed" : "seeds")")
  }

  func fitAcross() -> Outcome {
    let results = cells().filter { $0.cell.dimension > $0.cell.classCount && !$0.isCollapsed }
    let points = results.groupedBySeeds().compactMap { seeds -> Point? in
      let bounds = SeedStatistics(seeds.compactMap { $0.bounds(reading.bound).last ?? nil })
      let accuracies = SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil })
      guard let bounds, let accuracies else { return nil }
      return Point(x: bounds.mean, y: accuracies.mean)
    }
    guard points.count >= 4, let r = LinearFit(points)?.r else {
      return .undecided("\(points.count) dimensions above K that did not collapse; a correlation needs four")
    }
    return .holds(r <= tolerance, r, "r = \(short(r)) over \(points.count) dimensions, \(datasets(results))")
  }

  /// The points of one training after the epoch from which Figure 4 fits.
  private func course(_ result: CellResults, all: Bool = false) -> [(epoch: Int, point: Point)] {
    let start = settings.fitAfterEpoch[result.cell.path] ?? 0
    return zip(result.epochs, zip(result.bounds(reading.bound), result.accuracies(reading.accuracy)))
      .compactMap { epoch, values in
        guard let bound = values.0, let accuracy = values.1, all || epoch > start else { return nil }
        return (epoch, Point(x: bound, y: accuracy))
      }
  }

  func fitAlong() -> Outcome {
    let results = cells().filter { !$0.isCollapsed }
    let values = results.compactMap { LinearFit(course($0).map(\.point))?.r }
    guard let median = Self.median(values) else { return .undecided("no training of it has enough epochs") }
    return .holds(
      median <= tolerance, median,
      "median r = \(short(median)), from \(short(values.min() ?? 0)) to \(short(values.max() ?? 0)) over \(values.count) "
        + "trainings, \(datasets(results))")
  }

  func movesLeft() -> Outcome {
    let results = cells().filter { !$0.isCollapsed }
    let moves = results.compactMap { result -> Bool? in
      let points = course(result).map(\.point)
      guard let first = points.first, let last = points.last, points.count > 2 else { return nil }
      return last.x < first.x && last.y > first.y
    }
    guard !moves.isEmpty else { return .undecided("no training has enough epochs") }
    let count = moves.count { $0 }
    return .holds(
      Double(count) >= tolerance * Double(moves.count), Double(count) / Double(moves.count),
      "\(share(count, of: moves.count)) trainings end with a smaller L_{bound} and a higher accuracy than they had when the fit "
        + "begins")
  }

  func nearsTheLine() -> Outcome {
    let results = cells().filter { !$0.isCollapsed }
    let nearer = results.compactMap { result -> Bool? in
      let points = course(result).map(\.point)
      guard points.count >= 6, let fit = LinearFit(points) else { return nil }
      func distance(_ points: ArraySlice<Point>) -> Double {
        points.reduce(0) { $0 + abs($1.y - fit($1.x)) } / Double(points.count)
      }
      let half = points.count / 2
      return distance(points[half...]) < distance(points[..<half])
    }
    guard !nearer.isEmpty else { return .undecided("no training has six recorded epochs in its fit") }
    let count = nearer.count { $0 }
    return .holds(
      Double(count) >= tolerance * Double(nearer.count), Double(count) / Double(nearer.count),
      "in \(share(count, of: nearer.count)) trainings the later half lies nearer to the line than the earlier")
  }

  func sensitivity() -> Outcome {
    // By method: relative loss from the largest to the smallest d, by number of classes.
    var losses: [String: [Int: Double]] = [:]
    for panel in evidence.cells.groupedByPanel() {
      let means = panel.groupedBySeeds().compactMap { seeds -> (Int, Double)? in
        SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil }).map {
          (seeds[0].cell.dimension, $0.mean)
        }
      }.sorted { $0.0 < $1.0 }
      guard let small = means.first, let large = means.last, small.0 < large.0, large.1 > 0 else { continue }
      losses[panel[0].cell.methodTitle, default: [:]][panel[0].cell.classCount] = 1 - small.1 / large.1
    }
    let pairs = losses.sorted { $0.key < $1.key }.compactMap { method, byClasses -> (String, Double, Double)? in
      guard let few = byClasses.min(by: { $0.key < $1.key }), let many = byClasses.max(by: { $0.key < $1.key }),
        few.key < many.key
      else { return nil }
      return (method, few.value, many.value)
    }
    guard !pairs.isEmpty else { return .undecided("no method was trained with two numbers of classes") }
    return .holds(
      pairs.allSatisfy { $0.2 > $0.1 }, nil,
      pairs.map {
        $0.0 + String(format: " loses %.0f%% with fewer and %.0f%% with more classes", 100 * $0.1, 100 * $0.2)
      }
      .joined(separator: "; "))
  }

  func correlationDistance() -> Outcome {
    guard let table = evidence.correlations else { return .undecided("this profile draws no Figure 5") }
    guard let distance = table.last("distance"), let floor = table.last("floor"), floor > 0 else {
      return .undecided("the encoder of Figure 5 collapsed")
    }
    return .holds(
      distance <= tolerance * floor, distance / floor,
      "‖Λ − I‖² = \(short(distance)) over the whole bank, \(short(distance / floor)) times what as many samples of Λ = I would show"
    )
  }

  // MARK: Assumptions

  func epsilon() -> Outcome {
    let values = cells().filter { !$0.isCollapsed }.compactMap { $0.bound.last("epsilon_maximum") }
    let medians = cells().filter { !$0.isCollapsed }.compactMap { $0.bound.last("epsilon_q50") }
    guard let least = values.min(), let median = medians.min() else { return .undecided("no encoder was measured") }
    return .holds(
      least < tolerance, least,
      "the least ε of \(values.count) trained encoders is \(short(least)), and the least median distance within a class "
        + "\(short(median))")
  }

  func epsilonSource() -> Outcome {
    let pairs = cells().filter { !$0.isCollapsed }.compactMap { result -> (image: Double, group: Double)? in
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

  func correlationLossFalls() -> Outcome {
    let results = cells()
    let falls = results.compactMap { result -> Bool? in
      let values = result.bound.column("correlation_loss").compactMap { $0 }
      guard let first = values.first, let last = values.last, values.count > 1 else { return nil }
      return last < first
    }
    guard !falls.isEmpty else { return .undecided("no training of it was measured") }
    let count = falls.count { $0 }
    return .holds(
      Double(count) >= tolerance * Double(falls.count), Double(count) / Double(falls.count),
      "‖Λ − I‖² is smaller at the end than before training in \(share(count, of: falls.count)) trainings, \(datasets(results))"
    )
  }

  // MARK: SimSiam

  private func column(_ name: String, of result: CellResults) -> [Double] {
    result.bound.columns.contains(name) ? result.bound.column(name).compactMap { $0 } : []
  }

  func alignment() -> Outcome {
    let aligned = cells().filter { !$0.isCollapsed }.compactMap {
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
    let values = cells().filter { !$0.isCollapsed }.flatMap { column("theorem4_c", of: $0).dropFirst() }
    guard let least = values.min(), let median = Self.median(values) else {
      return .undecided("no SimSiam predictor was measured")
    }
    return .holds(
      least >= tolerance, least,
      "the mean of z̃_{2}ᵀp̃_{1} is between \(short(least)) and \(short(values.max() ?? 0)) after the first epoch, median "
        + short(median))
  }

  func eigenvalueRatio() -> Outcome {
    let ratios = cells().filter { !$0.isCollapsed }.compactMap { result -> Double? in
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
    let gaps = evidence.cells.compactMap { result -> Double? in
      guard let near = result.probe.last("knn_output"), let mean = result.probe.last("mean_output") else { return nil }
      return 100 * abs(near - mean)
    }
    guard let median = Self.median(gaps) else { return .undecided("no cell was probed") }
    return .holds(
      median <= tolerance, median,
      "the two classifiers differ by \(short(median)) points in the median and \(short(gaps.max() ?? 0)) at most")
  }

  func samplingBias() -> Outcome {
    let above = evidence.cells.filter { $0.cell.dimension > $0.cell.classCount }.compactMap { result -> Bool? in
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
