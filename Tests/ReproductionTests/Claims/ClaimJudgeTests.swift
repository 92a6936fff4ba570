import Foundation
import Testing
import Theory

@testable import Reproduction

/// Every kind of claim on measurements that decide it one way and the other.
@Suite struct ClaimJudgeTests {
  /// A cell whose L_bound and accuracy run through these values.
  private func cell(
    method: String = "simsiam", classes: Int = 10, data: String? = nil, dimension: Int = 16, seed: Int = 0,
    bounds: [Double], accuracies: [Double],
    more: [String: [Double]] = [:], probe others: [String: [Double]] = [:]
  ) -> CellResults {
    var probe = MeasurementTable(columns: ProbeStage.columns)
    var bound = MeasurementTable(columns: BoundMeasurement.columns + PredictorMeasurement.columns)
    for index in bounds.indices {
      var row: [String: Double?] = ["epoch": Double(index), "knn_output": accuracies[index] / 100]
      for (name, values) in others { row[name] = values[index] }
      probe.append(row)
      var measured: [String: Double?] = ["epoch": Double(index), "l_bound_bank": bounds[index], "collapsed": 0]
      for (name, values) in more { measured[name] = values[index] }
      bound.append(measured)
    }
    let summary = CellSummary(
      method: method, methodTitle: method, dataset: data ?? "data-\(classes)", datasetTitle: data ?? "Data",
      classCount: classes,
      dimension: dimension, seed: seed)
    return CellResults(cell: summary, probe: probe, bound: bound)
  }

  private func judge(
    _ kind: Claim.Kind, _ cells: [CellResults] = [], published: Double? = nil, tolerance: Double? = nil,
    method: String? = nil,
    dimension: Int? = nil, batch: Int? = nil, dataset: String? = nil, classes: Int? = nil,
    check: String? = nil, formula: Claim.Formula? = nil, isJudged: Bool = true, drawn: ClaimSettings.Drawn? = nil,
    queries: Int? = 1000,
    _ fill: (inout ClaimEvidence) -> Void = { _ in }
  ) -> ClaimJudge.Outcome {
    var evidence = ClaimEvidence()
    evidence.cells = cells
    fill(&evidence)
    let claim = Claim(
      id: "a", statement: "", source: "",
      quantity: Claim.Quantity(
        kind: kind, method: method, dataset: dataset, dimension: dimension, classes: classes, check: check,
        formula: formula, batch: batch, from: nil, to: nil),
      published: published, tolerance: tolerance, reason: "", scale: "quick")
    let settings = ClaimSettings(
      claim: claim, isJudged: isJudged, cells: cells.map(\.cell), reading: Reading(accuracy: .output, bound: .bank),
      fitAfterEpoch: [:], datasets: [], evidence: [], drawn: drawn, queries: queries)
    return ClaimJudge(settings: settings, evidence: evidence).outcome()
  }

  @Test func tooSmallAProfileJudgesNothing() {
    #expect(judge(.formula, formula: .vAtFour, isJudged: false).verdict == .undecided)
  }

  @Test(arguments: [
    Claim.Kind.accuracy, .check, .checkpoints, .formula, .publishedMean, .publishedLoss, .publishedKnee,
    .publishedSensitivity,
    .sensitivity, .fitAcross, .fitAlong, .movesLeft, .nearsTheLine, .correlationDistance, .epsilon,
    .correlationLossFalls,
    .alignment, .predictorCosine, .eigenvalueRatio, .classifierGap, .samplingBias, .studyKnee, .publishedSlopes,
    .epsilonSource, .fewDimensions,
  ])
  func withoutEvidenceNothingIsDecided(kind: Claim.Kind) {
    let outcome = judge(kind, published: 1, tolerance: 1)
    #expect(outcome.verdict == .undecided && !outcome.ours.isEmpty)
    #expect(Claim.Kind.allCases.count == 25)
  }

  @Test func accuracyOverSeeds() {
    let cells = [70.0, 74].enumerated().map { cell(seed: $0.offset, bounds: [1, 0.5], accuracies: [40, $0.element]) }
    let outcome = judge(.accuracy, cells, published: 73, tolerance: 2)
    #expect(outcome.verdict == .holds && outcome.value == 72)
    #expect(judge(.accuracy, cells, published: 75, tolerance: 2).verdict == .fails)
  }

  @Test func fits() {
    let along = cell(bounds: [4, 3, 2, 1, 0.5, 0.2], accuracies: [10, 20, 30, 40, 45, 48])
    let against = cell(bounds: [1, 2, 3, 4, 5, 6], accuracies: [10, 20, 30, 40, 45, 48])
    #expect(judge(.fitAlong, [along], tolerance: -0.8).verdict == .holds)
    #expect(judge(.fitAlong, [against], tolerance: -0.8).verdict == .fails)
    #expect(judge(.movesLeft, [along, along, against], tolerance: 0.6).verdict == .holds)
    #expect(judge(.movesLeft, [along, against, against], tolerance: 0.6).verdict == .fails)
    // Two standard errors of two accuracies about 70% of 1000 queries are 4.1 points.
    func ending(_ last: Double) -> CellResults { cell(bounds: [9, 3, 2, 1], accuracies: [10, 70, 72, last]) }
    #expect(judge(.movesLeft, [ending(74.5)], tolerance: 0.9).verdict == .holds)
    let near = judge(.movesLeft, [along, ending(70.4)], tolerance: 0.9)
    #expect(near.verdict == .undecided && near.value == 0.5, "\(near)")
    #expect(judge(.movesLeft, [along, ending(65)], tolerance: 0.9).verdict == .fails)
    #expect(judge(.movesLeft, [ending(74.5)], tolerance: 0.9, queries: nil).verdict == .undecided)
    let across = [16, 32, 64, 128].map {
      cell(dimension: $0, bounds: [1, 1 / Double($0)], accuracies: [1, Double($0) / 2])
    }
    #expect(judge(.fitAcross, across, tolerance: -0.5).verdict == .holds)
    #expect(judge(.fitAcross, Array(across.prefix(3)), tolerance: -0.5).verdict == .undecided)
    // r = −.65, but a fifth of all orders of four accuracies falls as much.
    let loose = zip([16, 32, 64, 128], [20.0, 10, 50, 40]).map {
      cell(dimension: $0, bounds: [1, -Double($0)], accuracies: [1, $1])
    }
    let byChance = judge(.fitAcross, loose, tolerance: -0.5)
    #expect(byChance.verdict == .undecided && (byChance.value ?? 0) < -0.5, "\(byChance)")
    // One of 24 orders falls as much, and rises as much the other way round.
    let rising = across.map {
      cell(
        dimension: $0.cell.dimension, bounds: [1, Double($0.cell.dimension)],
        accuracies: [1, Double($0.cell.dimension) / 2])
    }
    let opposite = judge(.fitAcross, rising, tolerance: -0.5)
    #expect(opposite.verdict == .fails && opposite.ours.contains("by chance as high in"), "\(opposite)")
    // Three are too few to judge, and are said all the same.
    let three = judge(.fitAcross, Array(rising.prefix(3)), tolerance: -0.5)
    #expect(three.verdict == .undecided && three.ours.contains("Data: r = 1 over 3 dimensions, too few"), "\(three)")
    // Dimensions at or below K do not count.
    let below = across + [cell(dimension: 8, bounds: [1, 100], accuracies: [1, 99])]
    #expect(judge(.fitAcross, below, tolerance: -0.5).value == judge(.fitAcross, across, tolerance: -0.5).value)
  }

  /// Two datasets with as many classes lie on two lines, which together are none.
  @Test func datasetsAreFittedApart() {
    func points(_ data: String, _ offset: Double, _ sign: Double) -> [CellResults] {
      [16, 32, 64, 128].map {
        cell(
          data: data, dimension: $0, bounds: [1, offset + sign / Double($0)], accuracies: [1, offset + Double($0) / 2])
      }
    }
    let (one, other) = (points("one", 0, 1), points("other", 30, 1))
    let both = judge(.fitAcross, one + other, tolerance: -0.5)
    #expect(both.verdict == .holds && both.ours.contains("one: r") && both.ours.contains("other: r"), "\(both)")
    #expect(judge(.fitAcross, one + points("other", 30, -1), tolerance: -0.5).verdict == .fails)
  }

  /// Two courses that rise and fall with time are correlated whatever they have to do with each other.
  @Test func lineInTheBoundAndNotInTime() {
    let accuracies = [5.0, 10, 20, 30, 40, 50, 60]
    let inTime = cell(bounds: [9, 6, 3, 1.5, 0.75, 0.4, 0.2], accuracies: accuracies)
    let outcome = judge(.fitAlong, [inTime], tolerance: -0.8)
    #expect((outcome.value ?? 0) < -0.8 && outcome.verdict == .fails, "\(outcome)")
  }

  /// A line in the epoch is a poor control for an accuracy that saturates: it goes with the bound better than with the epoch, and
  /// with 1/(1 + epoch) or log(1 + epoch) better still.
  @Test(arguments: [true, false])
  func lineInTheBoundAndNotInSaturatingTime(isLogarithm: Bool) {
    let times = (0...8).map { epoch in isLogarithm ? log(1 + Double(epoch)) : 1 / (1 + Double(epoch)) }
    let (early, late) = (times[0], times[8])
    let accuracies = times.map { 10 + 50 * ($0 - early) / (late - early) }
    // Falls with accuracy, up and down by a little.
    let bounds = accuracies.enumerated().map { 100 - $0.element + ($0.offset % 2 == 0 ? 1.0 : -1) }
    let outcome = judge(.fitAlong, [cell(bounds: bounds, accuracies: accuracies)], tolerance: -0.8)
    #expect((outcome.value ?? 0) < -0.8 && outcome.verdict == .fails, "\(outcome)")
    #expect(outcome.ours.contains("in 0 of 1") && outcome.ours.contains("(than the epoch alone: 1)"), "\(outcome)")
  }

  @Test func laterHalfNearerToTheLine() {
    // The untrained encoder at epoch 0 is not part of the fit.
    let settling = cell(bounds: [9, 6, 5, 4, 3, 2, 1], accuracies: [5, 10, 50, 20, 60, 70.5, 80])
    func times(_ count: Int, _ result: CellResults) -> [CellResults] { [CellResults](repeating: result, count: count) }
    #expect(judge(.nearsTheLine, times(5, settling), tolerance: 0.05).verdict == .holds)
    #expect(judge(.nearsTheLine, times(4, settling), tolerance: 0.05).verdict == .undecided)
    let drifting = cell(bounds: [9, 6, 5, 4, 3, 2, 1], accuracies: [5, 20, 30, 40, 10, 90, 30])
    #expect(judge(.nearsTheLine, times(5, drifting), tolerance: 0.05).verdict == .fails)
    // Three of four is nothing that chance would not give: six of eight neither.
    #expect(
      judge(.nearsTheLine, times(6, settling) + times(2, drifting), tolerance: 0.05).verdict == .fails)
  }

  /// One rule for all claims on encoders: collapsed ones are left out, and it is said how many.
  @Test func collapsedEncodersAreLeftOutAndCounted() {
    let measured = ["l_bound_unbiased": [9.0, 3, 2, 1], "v": [-0.1, -0.1, -0.1, -0.1]]
    func training(_ collapsed: Double, _ bounds: [Double]) -> CellResults {
      cell(
        bounds: bounds, accuracies: [10, 20, 30, 40],
        more: measured.merging(["collapsed": bounds.map { _ in collapsed }, "l_bound_unbiased": bounds]) { $1 },
        probe: ["mean_output": [0.1, 0.2, 0.3, collapsed]])
    }
    let (good, gone) = (training(0, [9, 3, 2, 1]), training(1, [1, 2, 3, 4]))
    for kind in [Claim.Kind.correlationLossFalls, .classifierGap, .movesLeft] {
      let alone = judge(kind, [good], tolerance: 40)
      let both = judge(kind, [good, gone], tolerance: 40)
      #expect(both.verdict == alone.verdict && both.value == alone.value, "\(kind): \(both)")
      #expect(both.ours == alone.ours + "; 1 collapsed encoder left out", "\(kind): \(both.ours)")
    }
    #expect(judge(.fitAlong, [gone, gone], tolerance: -0.8).ours.hasSuffix("; 2 collapsed encoders left out"))
    // A collapse misses the number of Table 1, and is not left out there.
    #expect(judge(.accuracy, [gone], published: 90, tolerance: 1).verdict == .fails)
  }

  @Test func sensitivityComparesNumbersOfClasses() {
    let few = [4, 64].map { cell(classes: 10, dimension: $0, bounds: [1], accuracies: [$0 == 4 ? 60 : 80]) }
    let many = [4, 64].map { cell(classes: 100, dimension: $0, bounds: [1], accuracies: [$0 == 4 ? 10 : 40]) }
    #expect(judge(.sensitivity, few + many).verdict == .holds)
    let robust = [4, 64].map { cell(classes: 100, dimension: $0, bounds: [1], accuracies: [$0 == 4 ? 39 : 40]) }
    #expect(judge(.sensitivity, few + robust).verdict == .fails)
    #expect(judge(.sensitivity, few).verdict == .undecided)
    // Only dimensions that both have are compared.
    let wider = few + [cell(classes: 10, dimension: 2, bounds: [1], accuracies: [1])]
    #expect(judge(.sensitivity, wider + many).verdict == .holds)
  }

  @Test func fewDimensionsBesideTheBest() {
    func encoders(_ accuracies: [Int: Double]) -> [CellResults] {
      accuracies.map { cell(classes: 16, dimension: $0.key, bounds: [1], accuracies: [$0.value]) }
    }
    let poor = judge(.fewDimensions, encoders([2: 10, 3: 20, 4: 30, 8: 49, 32: 50]), tolerance: 0.9)
    #expect(poor.verdict == .holds && abs((poor.value ?? 0) - 0.6) < 1e-9, "\(poor)")
    #expect(judge(.fewDimensions, encoders([2: 10, 3: 20, 4: 48, 32: 50]), tolerance: 0.9).verdict == .fails)
    // One or two are no "models".
    let two = judge(.fewDimensions, encoders([2: 10, 4: 20, 32: 50]), tolerance: 0.9)
    #expect(two.verdict == .undecided && two.ours.contains("2 encoders with d ≤ K/4"), "\(two)")
    // Without one that has enough dimensions there is nothing to compare with.
    #expect(judge(.fewDimensions, encoders([4: 48, 8: 50]), tolerance: 0.9).verdict == .undecided)
  }

  @Test func measuredAssumptions() {
    func encoder(_ column: String, _ values: [Double], _ more: [String: [Double]] = [:]) -> CellResults {
      cell(
        bounds: values.map { _ in 1 }, accuracies: values.map { _ in 50 }, more: more.merging([column: values]) { $1 })
    }
    #expect(
      judge(.epsilon, [encoder("epsilon_maximum", [0.1, 1.9], ["epsilon_q50": [0.1, 0.9]])], tolerance: 0.27).verdict
        == .fails)
    #expect(
      judge(.epsilon, [encoder("epsilon_maximum", [1.9, 0.2], ["epsilon_q50": [0.9, 0.1]])], tolerance: 0.27).verdict
        == .holds)
    func course(_ values: [Double]) -> [CellResults] {
      [encoder("l_bound_unbiased", values, ["v": values.map { _ in -0.1 }])]
    }
    #expect(judge(.correlationLossFalls, course([9, 3, 2, 1]), tolerance: 0.9).verdict == .holds)
    // Far below the untrained network, and rising while it trains.
    #expect(judge(.correlationLossFalls, course([9, 1, 2, 3]), tolerance: 0.9).verdict == .fails)
    // Lower at the end, but not falling.
    #expect(judge(.correlationLossFalls, course([9, 2, 1, 3, 4, 1.9]), tolerance: 0.9).verdict == .fails)
    #expect(judge(.correlationLossFalls, course([9, 1]), tolerance: 0.9).verdict == .undecided)
    let random = ["alignment_random_share": [0.1, 0.1]]
    // The identity is diagonal in every basis.
    let identity = ["alignment_random_share": [1, 0.1]]
    #expect(
      judge(.alignment, [encoder("alignment_diagonal_share", [1, 0.8], identity)], tolerance: 0.9).verdict == .holds)
    #expect(
      judge(.alignment, [encoder("alignment_diagonal_share", [0.2, 0.8], random)], tolerance: 0.9).verdict == .holds)
    #expect(
      judge(.alignment, [encoder("alignment_diagonal_share", [0.9, 0.8], random)], tolerance: 0.9).verdict == .fails)
    #expect(judge(.predictorCosine, [encoder("theorem4_c", [0.1, 0.95, 0.97])], tolerance: 0.9).verdict == .holds)
    #expect(judge(.predictorCosine, [encoder("theorem4_c", [0.1, 0.7, 0.97])], tolerance: 0.9).verdict == .fails)
    // Ten of 16 directions left: ‖Λ‖² = 256/10 where they are equal, so L_bound − V = 2(25.6 − 16)/256; twice that where half of
    // them hold all.
    let dead = ["dead_directions": [6.0], "v": [-0.1]]
    let equal = judge(.eigenvalueRatio, [encoder("l_bound_unbiased", [-0.1 + 0.075], dead)], tolerance: 1.2)
    #expect(equal.verdict == .holds && abs((equal.value ?? 0) - 1) < 1e-9)
    let unequal = judge(.eigenvalueRatio, [encoder("l_bound_unbiased", [-0.1 + 0.275], dead)], tolerance: 1.2)
    #expect(unequal.verdict == .fails && abs((unequal.value ?? 0) - 2) < 1e-9)
    let wide = ["epsilon_q50": [1.0]]
    #expect(judge(.epsilonSource, [encoder("view_spread_q50", [0.4], wide)], tolerance: 0.9).verdict == .fails)
    #expect(judge(.epsilonSource, [encoder("view_spread_q50", [0.95], wide)], tolerance: 0.9).verdict == .holds)
    let readings = ["l_bound_unbiased": [0.1], "v": [-0.01]]
    #expect(judge(.samplingBias, [encoder("l_bound_minibatch", [0.105], readings)], tolerance: 0.1).verdict == .holds)
    #expect(judge(.samplingBias, [encoder("l_bound_minibatch", [0.2], readings)], tolerance: 0.1).verdict == .fails)
    let near = cell(bounds: [1], accuracies: [50], probe: ["mean_output": [0.495]])
    let far = cell(bounds: [1], accuracies: [50], probe: ["mean_output": [0.40]])
    #expect(judge(.classifierGap, [near], tolerance: 1).verdict == .holds)
    #expect(judge(.classifierGap, [far], tolerance: 1).verdict == .fails)
  }

  @Test func checksAndCheckpoints() {
    let findings = TheoremAudit(effort: .init(worlds: 300, starts: 1, steps: 40)).run(
      [Statement.named("eq-27"), Statement.named("eq-29")].compactMap { $0 })
    #expect(judge(.check, check: "eq-27") { $0.findings = findings }.verdict == .holds)
    let failed = judge(.check, check: "eq-29") { $0.findings = findings }
    #expect(failed.verdict == .fails && failed.ours.contains("contradicted with d = "))
    #expect(judge(.check, check: "eq-0") { $0.findings = findings }.verdict == .undecided)
    func summary(held: Int, failed: Int) -> CheckpointSummary {
      CheckpointSummary(
        id: "theorem-3", checkpoints: 10, met: held + failed, held: held, failed: failed, vacuous: 10 - held - failed,
        leastSlack: nil, medianSlack: nil, tightest: nil)
    }
    for (held, failed, verdict) in [(6, 0, JudgedClaim.Verdict.holds), (6, 1, .fails), (2, 0, .fails)] {
      let outcome = judge(.checkpoints, tolerance: 0.5, check: "theorem-3") {
        $0.checkpoints = [summary(held: held, failed: failed)]
      }
      #expect(outcome.verdict == verdict)
    }
  }

  @Test func formulas() {
    func v(_ published: Double, _ dimension: Int, _ classes: Int) -> JudgedClaim.Verdict {
      judge(.formula, published: published, tolerance: 0, dimension: dimension, classes: classes, formula: .vAtFour)
        .verdict
    }
    #expect(v(6, 4, 100) == .holds && v(5, 4, 100) == .fails && v(6, 8, 100) == .fails)
    func minimum(_ published: Double, _ classes: Int) -> ClaimJudge.Outcome {
      judge(.formula, published: published, tolerance: 0, classes: classes, formula: .vMinimum)
    }
    #expect(minimum(20, 10).verdict == .holds && minimum(200, 100).value == 200 && minimum(100, 100).verdict == .fails)
    #expect(judge(.formula, classes: 100, formula: .vLimits).verdict == .holds)
    #expect(judge(.formula, formula: .uniformityOfOneSample).verdict == .fails)
    let floor = judge(.formula, tolerance: 0.1, dimension: 2048, batch: 512, formula: .batchFloor)
    #expect(floor.verdict == .fails && floor.value == 6144 && floor.ours.contains("d²/B − d = 6144"))
    #expect(judge(.formula, tolerance: 0.1, dimension: 64, batch: 512, formula: .batchFloor).verdict == .holds)
    #expect(judge(.formula, formula: .orthonormalBasis).verdict == .holds)
    #expect(judge(.formula, formula: .differentMinimisers).verdict == .fails)
    #expect(judge(.formula, formula: .crowdedIdentity).verdict == .holds)
  }

  /// What a doubling of d wins above and below 2K, on Table 1 as published.
  @Test func slopesAboveAndBelow() throws {
    let table = try PublishedResults.load(file: ClaimsTests.root.appending(path: "paper/published.json"))
    func outcome(_ dataset: String, _ classes: Int, _ tolerance: Double) -> ClaimJudge.Outcome {
      judge(.publishedSlopes, tolerance: tolerance, dataset: dataset, classes: classes) { $0.published = table }
    }
    // By hand from Table 1: Barlow Twins wins 2.05 above 20 and 5.39 below it on CIFAR-10, 2.80 and 3.9 about 200 on CIFAR-100.
    #expect(outcome("cifar-10", 10, 0.5).verdict == .holds && outcome("cifar-10", 10, 0.3).verdict == .fails)
    #expect(
      outcome("cifar-10", 10, 0.5).ours.contains("2.05 and 5.39 (Barlow Twins)"), "\(outcome("cifar-10", 10, 0.5))")
    #expect(outcome("cifar-100", 100, 0.5).verdict == .fails)
    #expect(ClaimJudge.slope([(4, 1), (8, 3), (16, 5)]) == 2 && ClaimJudge.slope([(4, 1)]) == nil)
    #expect(ClaimJudge.median([3, 1]) == 2 && ClaimJudge.median([5, 1, 3]) == 3 && ClaimJudge.median([]) == nil)
  }

  @Test func kneeOfTheStudy() {
    func table(_ errors: [(Int, Double)]) -> [StudyFigure.Row] {
      var table = MeasurementTable(columns: StudyResults.columns)
      for (dimension, error) in errors {
        table.append([
          "seed": 0, "classes": 20, "dimension": Double(dimension), "coarse": 0, "epsilon_target": 0.1, "error": error,
        ])
      }
      return StudyFigure.rows(table)
    }
    let early = judge(.studyKnee, tolerance: 0.01) { $0.study = table([(2, 0.3), (4, 0), (10, 0), (20, 0), (40, 0)]) }
    #expect(early.verdict == .fails && early.ours.contains("d = 4 (K = 20)"))
    let late = judge(.studyKnee, tolerance: 0.01) {
      $0.study = table([(2, 0.6), (4, 0.5), (10, 0.3), (20, 0.1), (40, 0)])
    }
    #expect(late.verdict == .holds)
  }

  @Test func distanceOfFigure5() {
    func table(_ distance: Double) -> MeasurementTable {
      var table = MeasurementTable(columns: ["rows", "distance", "floor"])
      table.append(["rows": 64, "distance": 100, "floor": 90])
      table.append(["rows": 4000, "distance": distance, "floor": 10])
      return table
    }
    func outcome(_ distance: Double, rank: Int?) -> ClaimJudge.Outcome {
      judge(.correlationDistance, tolerance: 2, drawn: ClaimSettings.Drawn(dimension: 256, outputRank: rank)) {
        $0.correlations = table(distance)
      }
    }
    #expect(outcome(15, rank: nil).verdict == .holds && outcome(500, rank: nil).verdict == .fails)
    #expect(!outcome(500, rank: 256).ours.contains("rank"))
    // Rank 64 at d = 256 forces 768, of which no training is convicted.
    let forced = outcome(780, rank: 64)
    #expect(forced.verdict == .holds && abs((forced.value ?? 0) - 1.2) < 1e-9, "\(forced)")
    #expect(forced.ours.contains("768 of it") && forced.ours.contains("b = 64 at d = 256"), "\(forced)")
    #expect(outcome(800, rank: 64).verdict == .fails)
    #expect(judge(.correlationDistance, tolerance: 2) { $0.correlations = table(15) }.verdict == .undecided)
  }
}
