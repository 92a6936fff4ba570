import Charts
import Foundation
import Theory

/// Claims of Table 1 and of the figures, and of what our encoders say in their place.
extension ClaimJudge {
  var reading: Reading { settings.reading }

  /// The cells that the claim speaks of.
  func cells() -> [CellResults] {
    evidence.cells.filter { result in
      (quantity.method.map { result.cell.method == $0 } ?? true)
        && (quantity.classes.map { result.cell.classCount == $0 } ?? true)
        && (quantity.dataset.map { result.cell.dataset == $0 } ?? true)
        && (quantity.dimension.map { result.cell.dimension == $0 } ?? true)
    }
  }

  /// Of these, those that a claim on encoders is judged on: not the collapsed, of which there is no feature to speak. One rule for
  /// all, and `outcome` says how many are left out. Only Table 1's numbers ask all cells: a collapse misses the number.
  func encoders() -> [CellResults] { inRange().filter { !$0.isCollapsed } }

  /// How many of them are left out.
  var collapsedCount: Int { inRange().count { $0.isCollapsed } }

  private func inRange() -> [CellResults] {
    switch quantity.kind {
    case .fitAcross, .samplingBias: cells().filter { $0.cell.dimension > $0.cell.classCount }
    default: cells()
    }
  }

  /// The mean final accuracy over seeds by dimension, smallest first, of cells of one method and dataset.
  private func accuracies(_ panel: [CellResults]) -> [(dimension: Int, accuracy: Double)] {
    let means = panel.groupedBySeeds().compactMap { seeds -> (dimension: Int, accuracy: Double)? in
      let statistics = SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil })
      guard let statistics else { return nil }
      return (seeds[0].cell.dimension, statistics.mean)
    }
    return means.sorted { $0.dimension < $1.dimension }
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

  /// Dimensions of one dataset say something of each other; those of two datasets do not belong on one line.
  func fitAcross() -> Outcome {
    let results = encoders()
    var (found, largest) = ([AcrossFit](), 0)
    for panel in results.groupedByPanel() {
      let points = panel.groupedBySeeds().compactMap { seeds -> (bound: Point, v: Point)? in
        let bounds = SeedStatistics(seeds.compactMap { $0.bounds(reading.bound).last ?? nil })
        let accuracies = SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil })
        guard let bounds, let accuracies else { return nil }
        let cell = seeds[0].cell
        let v = DimensionTerm.v(dimension: cell.dimension, classCount: cell.classCount)
        return (Point(x: bounds.mean, y: accuracies.mean), Point(x: v, y: accuracies.mean))
      }
      largest = max(largest, points.count)
      guard let r = LinearFit(points.map(\.bound))?.r else { continue }
      // As low or lower where accuracy falls with L_bound, as high or higher where it rises.
      let ordered = points.map { r > 0 ? Point(x: $0.bound.x, y: -$0.bound.y) : $0.bound }
      found.append(
        AcrossFit(
          dataset: panel[0].cell.datasetTitle, r: r, chance: Chance.falling(ordered),
          ofV: LinearFit(points.map(\.v))?.r, count: points.count))
    }
    let texts = found.map(\.text).joined(separator: "; ")
    let judged = found.filter(\.isJudged)
    guard let worst = judged.map(\.r).max() else {
      let known = texts.isEmpty ? "" : "; \(texts)"
      return .undecided("\(largest) dimensions above K that did not collapse; a correlation needs four\(known)")
    }
    // A correlation that chance gives often enough is no evidence, for or against.
    let verdict: JudgedClaim.Verdict =
      judged.contains { $0.r > tolerance }
      ? .fails : judged.allSatisfy { $0.chance <= Self.chanceLevel } ? .holds : .undecided
    return Outcome(verdict: verdict, value: worst, ours: texts)
  }

  /// What may be left to chance: one in twenty.
  private static let chanceLevel = 0.05

  private struct AcrossFit {
    let dataset: String
    let r: Double
    /// The share of all orders of the accuracies that fall as much; that rise as much where r is positive.
    let chance: Double
    /// r of accuracy against V(d), which knows nothing of the encoder.
    let ofV: Double?
    let count: Int

    /// Three points lie near some line too easily.
    var isJudged: Bool { count >= 4 }

    var text: String {
      let v = ofV.map { ", V(d) alone \(ClaimEvidence.short($0))" } ?? ""
      let chance = "by chance as \(r > 0 ? "high" : "low") in \(ClaimEvidence.short(chance))"
      let few = isJudged ? "" : ", too few to judge"
      return "\(dataset): r = \(ClaimEvidence.short(r)) over \(count) dimensions\(few) (\(chance)\(v))"
    }
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

  /// What knows nothing of the encoder and goes one way while it trains: a straight line in time, and two that saturate as
  /// accuracy does.
  private static let clocks: [@Sendable (Double) -> Double] = [{ $0 }, { log(1 + $0) }, { 1 / (1 + $0) }]

  /// Of one training: r of accuracy against L_bound, and |r| against each of `clocks`.
  private struct AlongFit {
    let r: Double
    let ofClocks: [Double]
    /// A line in L_bound that explains no more than one in some function of time is no line in L_bound, but two things that
    /// change together.
    var beatsEveryClock: Bool { r < 0 && ofClocks.allSatisfy { abs(r) > $0 } }
    var beatsTheEpoch: Bool { r < 0 && ofClocks.prefix(1).allSatisfy { abs(r) > $0 } }
  }

  func fitAlong() -> Outcome {
    let results = encoders()
    let fits = results.compactMap { result -> AlongFit? in
      let course = self.course(result)
      guard let r = LinearFit(course.map(\.point))?.r else { return nil }
      let ofClocks = Self.clocks.compactMap { clock -> Double? in
        let inTime = course.map { Point(x: clock(Double($0.epoch)), y: $0.point.y) }
        guard let r = LinearFit(inTime)?.r else { return nil }
        return abs(r)
      }
      return ofClocks.count == Self.clocks.count ? AlongFit(r: r, ofClocks: ofClocks) : nil
    }
    let values = fits.map(\.r)
    guard let median = Self.median(values) else { return .undecided("no training of it has enough epochs") }
    let better = fits.count { $0.beatsEveryClock }
    let thanTheEpoch = fits.count { $0.beatsTheEpoch }
    return .holds(
      median <= tolerance && 2 * better > fits.count, median,
      "median r = \(short(median)), from \(short(values.min() ?? 0)) to \(short(values.max() ?? 0)) over \(values.count) "
        + "trainings; in \(share(better, of: fits.count)) L_{bound} explains accuracy better than each of the epoch, "
        + "log(1 + epoch) and 1/(1 + epoch) does (than the epoch alone: \(thanTheEpoch))")
  }

  /// Whether L_bound falls while accuracy rises: by more than two standard errors, since two accuracies are never equal.
  func movesLeft() -> Outcome {
    guard let queries = settings.queries, queries > 0 else { return .undecided("the number of queries is not known") }
    let ends = encoders().compactMap { result -> (first: Point, last: Point)? in
      let points = course(result).map(\.point)
      guard let first = points.first, let last = points.last, points.count > 2 else { return nil }
      return (first, last)
    }
    guard !ends.isEmpty else { return .undecided("no training has enough epochs") }
    // Of two shares of so many queries, in percent, as if the queries were not the same.
    func error(_ first: Point, _ last: Point) -> Double {
      let variances = [first.y, last.y].map { max(0, $0 * (100 - $0)) / Double(queries) }
      return variances.reduce(0, +).squareRoot()
    }
    let left = ends.filter { $0.last.x < $0.first.x }
    let moves = left.count { $0.last.y - $0.first.y > 2 * error($0.first, $0.last) }
    let possible = left.count { $0.last.y - $0.first.y >= -2 * error($0.first, $0.last) }
    let needed = tolerance * Double(ends.count)
    return Outcome(
      verdict: Double(moves) >= needed ? .holds : Double(possible) < needed ? .fails : .undecided,
      value: Double(moves) / Double(ends.count),
      ours:
        "\(share(moves, of: ends.count)) trainings end with a smaller L_{bound} and an accuracy higher by more than two standard "
        + "errors than they had when the fit begins; \(possible - moves) with a smaller L_{bound} and an accuracy within two"
    )
  }

  func nearsTheLine() -> Outcome {
    let results = encoders()
    let nearer = results.compactMap { result -> Bool? in
      let points = course(result).map(\.point)
      guard points.count >= 6, let fit = LinearFit(points) else { return nil }
      func distance(_ points: ArraySlice<Point>) -> Double {
        points.reduce(0) { $0 + abs($1.y - fit($1.x)) } / Double(points.count)
      }
      let half = points.count / 2
      return distance(points[half...]) < distance(points[..<half])
    }
    guard nearer.count >= 5 else {
      return .undecided("\(nearer.count) trainings with six recorded epochs in their fit; a majority needs five")
    }
    let count = nearer.count { $0 }
    let chance = Chance.majority(count, of: nearer.count)
    return .holds(
      chance <= tolerance, chance,
      "in \(share(count, of: nearer.count)) trainings the later half lies nearer to the line than the earlier; by chance as many or "
        + "more in \(short(chance))")
  }

  func sensitivity() -> Outcome {
    let panels = encoders().groupedByPanel()
    var (losses, texts) = ([(few: Double, many: Double)](), [String]())
    for few in panels {
      for many in panels where many[0].cell.method == few[0].cell.method {
        guard few[0].cell.classCount < many[0].cell.classCount else { continue }
        let (own, other) = (accuracies(few), accuracies(many))
        // Over a range of d that both have.
        let shared = own.map(\.dimension).filter { dimension in other.contains { $0.dimension == dimension } }
        guard let small = shared.first, let large = shared.last, small < large else { continue }
        guard let a = loss(own, from: large, to: small), let b = loss(other, from: large, to: small) else { continue }
        losses.append((a, b))
        let (first, second) = (few[0].cell, many[0].cell)
        texts.append(
          "\(first.methodTitle), d = \(large) to \(small): "
            + String(format: "%.0f%% lost on ", 100 * a) + "\(first.datasetTitle) (K = \(first.classCount)) and "
            + String(format: "%.0f%% on ", 100 * b) + "\(second.datasetTitle) (K = \(second.classCount))")
      }
    }
    guard !losses.isEmpty else {
      return .undecided("no method was trained with two numbers of classes and two dimensions in common")
    }
    return .holds(losses.allSatisfy { $0.many > $0.few }, nil, texts.joined(separator: "; "))
  }

  /// The share of the accuracy at `large` that is lost at `small`.
  private func loss(_ points: [(dimension: Int, accuracy: Double)], from large: Int, to small: Int) -> Double? {
    guard let high = points.first(where: { $0.dimension == large })?.accuracy, high > 0,
      let low = points.first(where: { $0.dimension == small })?.accuracy
    else { return nil }
    return 1 - low / high
  }

  /// Cells with d ≤ K/4 beside the best of the same method and dataset with d ≥ K.
  func fewDimensions() -> Outcome {
    let shares = encoders().groupedByPanel().flatMap {
      panel -> [(share: Double, text: String)] in
      let (cell, points) = (panel[0].cell, accuracies(panel))
      guard let best = points.filter({ $0.dimension >= cell.classCount }).map(\.accuracy).max(), best > 0 else {
        return []
      }
      return points.filter { 4 * $0.dimension <= cell.classCount }.map { point -> (share: Double, text: String) in
        let reached = point.accuracy / best
        let place = "\(cell.methodTitle), \(cell.datasetTitle), d = \(point.dimension)"
        return (reached, "\(place): \(short(reached)) of the best, " + String(format: "%.1f%%", best))
      }
    }
    guard let largest = shares.map(\.share).max() else {
      return .undecided("no method has encoders with d ≤ K/4 and with d ≥ K that did not collapse")
    }
    let texts = shares.map(\.text).joined(separator: "; ")
    guard shares.count >= 3 else {
      return .undecided(
        "\(shares.count) \(shares.count == 1 ? "encoder" : "encoders") with d ≤ K/4; a verdict needs three: \(texts)")
    }
    return .holds(largest <= tolerance, largest, texts)
  }

  /// ‖Λ − I‖² less what Λ's rank forces, over what sampling adds: a Λ of rank b < d cannot come nearer than d²/b − d, which is
  /// said of no training.
  func correlationDistance() -> Outcome {
    guard let table = evidence.correlations else { return .undecided("this profile draws no Figure 5") }
    guard let distance = table.last("distance"), let floor = table.last("floor"), floor > 0 else {
      return .undecided("the encoder of Figure 5 collapsed")
    }
    guard let drawn = settings.drawn else { return .undecided("the dimension of Figure 5's encoder is not known") }
    let rows = table.last("rows").map { Int($0) } ?? drawn.dimension
    let rank = min(drawn.dimension, drawn.outputRank ?? drawn.dimension, rows)
    let forced = BatchCorrelation.leastLoss(dimension: drawn.dimension, rank: rank)
    let times = (distance - forced) / floor
    let ofRank =
      rank < drawn.dimension
      ? "\(ClaimEvidence.whole(forced)) of it, d²/b − d, forced by the rank b = \(rank) at d = \(drawn.dimension): the rest is "
      : ""
    return .holds(
      times <= tolerance, times,
      "‖Λ − I‖² = \(ClaimEvidence.whole(distance)) over the whole bank, \(ofRank)\(short(times)) times what as many samples of "
        + "Λ = I would show")
  }
}
