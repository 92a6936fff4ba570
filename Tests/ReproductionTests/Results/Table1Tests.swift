import Testing

@testable import Reproduction

@Suite struct Table1Tests {
  private func result(
    dimension: Int, seed: Int = 0, accuracy: Double?, dataset: String = "fashion-mnist", collapsed: Double = 0,
    first: Double = 0
  ) -> CellResults {
    var probe = MeasurementTable(columns: ProbeStage.columns)
    probe.append(["epoch": first, "knn_output": 0.1, "knn_backbone": 0.2, "mean_output": nil, "mean_backbone": nil])
    probe.append([
      "epoch": 5, "knn_output": accuracy, "knn_backbone": 0.5, "mean_output": 0.4, "mean_backbone": 0.3,
    ])
    var bound = MeasurementTable(columns: BoundMeasurement.columns)
    for epoch in [0.0, 5] { bound.append(["epoch": epoch, "l_bound_bank": 0.25, "collapsed": collapsed]) }
    return CellResults(
      cell: CellSummary(
        method: "simsiam", methodTitle: "SimSiam", dataset: dataset, datasetTitle: "Fashion-MNIST", classCount: 10,
        dimension: dimension, seed: seed),
      probe: probe, bound: bound)
  }

  private func table(_ cells: [CellResults]) -> Table1 {
    Table1(
      cells: cells, reading: Reading(accuracy: .output, bound: .bank), outputRank: 64, queries: 1000,
      published: PublishedResults(
        source: "test", entries: [.init(method: "simsiam", dataset: "cifar-10", dimension: 4, accuracy: 76.05)]),
      pixels: ["fashion-mnist": CellResults.PixelAccuracy(raw: 60, normalised: 70)])
  }

  @Test func seedsAreAveragedAndThePaperStandsBeside() {
    let markdown = table([
      result(dimension: 4, seed: 0, accuracy: 0.3), result(dimension: 4, seed: 1, accuracy: 0.4),
      result(dimension: 128, accuracy: 0.6, collapsed: 1),
    ]).printed().markdown()
    #expect(markdown.contains("| 4 | 35.0 ± 7.1 | 76.05 |"))
    #expect(markdown.contains("| 128 | 60.0† | — |"))
    #expect(markdown.contains("| untrained | 10.0 | — |"))
    #expect(markdown.contains("| raw pixels | 60.0 | — |"))
    #expect(markdown.contains("| normalised pixels | 70.0 | — |"))
    #expect(markdown.contains("beyond d = 64 the output has rank 64"))
    #expect(markdown.contains("compare the trend, not the level"))
  }

  /// Nothing stands in for what was not measured.
  @Test func whatIsMissingIsSaid() {
    let partial = table([result(dimension: 4, seed: 0, accuracy: 0.3), result(dimension: 4, seed: 1, accuracy: nil)])
      .printed()
    #expect(partial.markdown().contains("| 4 | 30.0‡ | 76.05 |") && partial.markdown().contains("those seeds alone"))
    #expect(partial.rows[0].cells[1].note == "the mean of 1 of 2 seeds; leads to the first, whose record names all")
    let nothing = table([result(dimension: 4, seed: 0, accuracy: nil), result(dimension: 4, seed: 1, accuracy: nil)])
    #expect(nothing.printed().markdown().contains("| 4 | — | 76.05 |"))
    // The first row is the untrained encoder only where it says so.
    let late = table([result(dimension: 4, accuracy: 0.3, first: 1)]).printed().markdown()
    #expect(late.contains("| untrained | — | — |"), "\(late)")
    #expect(partial.notes.contains { $0.contains("one standard error is up to 1.6 points") })
  }

  /// Each is counted among those that could show it.
  @Test func panelsAreCountedBesideThoseThatCouldShowIt() throws {
    func counts(_ cells: [CellResults], pixels: Double?, queries: Int = 1000) -> Findings.Counts {
      Findings(
        cells: cells, reading: Reading(accuracy: .output, bound: .bank),
        pixels: ["fashion-mnist": .init(raw: pixels, normalised: nil)], queries: queries
      ).counts
    }
    let rising = [result(dimension: 4, accuracy: 0.3), result(dimension: 8, accuracy: 0.5)]
    #expect(
      counts(rising, pixels: 20)
        == .init(
          panels: 1, ofDimensions: 1, rising: 1, withUntrained: 1, learning: 1, withPixels: 1, beyondPixels: 1,
          collapsed: 0))
    // Half a point of a thousand queries is nothing; a panel of one dimension cannot rise.
    let level = counts([result(dimension: 4, accuracy: 0.3), result(dimension: 8, accuracy: 0.305)], pixels: nil)
    #expect(level.rising == 0 && level.ofDimensions == 1 && level.withPixels == 0 && level.beyondPixels == 0)
    let single = counts([result(dimension: 4, accuracy: 0.3, first: 2)], pixels: 29)
    #expect(single.ofDimensions == 0 && single.rising == 0 && single.withUntrained == 0 && single.learning == 0)
    #expect(single.withPixels == 1 && single.beyondPixels == 0)
  }

  /// What must not be compared is not subtracted.
  @Test func differencesAreOfTheSameDatasetAndClassifier() {
    func cells(_ dataset: String) -> [CellResults] {
      [0.7488, 0.7688].enumerated().map { result(dimension: 4, seed: $0, accuracy: $1, dataset: dataset) }
    }
    func markdown(_ dataset: String, _ classifier: Table1.Form.Classifier) -> String {
      table(cells(dataset)).table(
        .init(features: .output, classifier: classifier, isDifference: true), identifier: "t"
      ).markdown()
    }
    #expect(markdown("cifar-10", .neighbours).contains("| 4 | −0.2 ± 1.4 | 76.05 |"))
    #expect(markdown("cifar-10", .neighbours).contains("of ours; the paper has one seed"))
    for (dataset, classifier) in [("fashion-mnist", .neighbours), ("cifar-10", .nearestMean)]
      as [(String, Table1.Form.Classifier)]
    {
      let text = markdown(dataset, classifier)
      #expect(text.contains("| 4 | — | 76.05 |") && text.contains("their difference says nothing"), "\(text)")
      #expect(!text.contains("compare the trend"))
    }
  }

  @Test func dataHoldsEveryReading() {
    let csv = table([result(dimension: 4, accuracy: 0.25)]).data().csv()
    let lines = csv.split(whereSeparator: \.isNewline)
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("simsiam,fashion-mnist,10,4,0,5,25,50,40,30,10,20,60,70,"))
    #expect(lines[0].hasSuffix(",published_dataset,published_same_classes"))
    #expect(lines[1].hasSuffix(",cifar-10,76.05"))
  }

  @Test func spreadOverSeeds() throws {
    #expect(SeedStatistics([]) == nil)
    #expect(SeedStatistics([2])?.deviation == nil)
    let statistics = try #require(SeedStatistics([1, 3]))
    #expect(statistics.mean == 2)
    #expect(abs((statistics.deviation ?? 0) - 2.0.squareRoot()) < 1e-12)
  }
}
