import Report

/// Table 1: kNN accuracy for every output dimension, method and dataset, beside the published numbers.
struct Table1 {
  static let collapsed = Report.Cell.Mark(
    name: "collapsed", symbol: "†", meaning: "collapsed: one direction holds nearly all of the output's second moment",
    tone: .warning)

  let cells: [CellResults]
  let reading: Reading
  /// The rank of a linear projector's output; nil where there are others.
  let outputRank: Int?
  /// Queries that an accuracy is a share of.
  let queries: Int
  let published: PublishedResults
  /// kNN accuracy of pixels, by dataset.
  let pixels: [String: CellResults.PixelAccuracy]

  /// A column of the table: one method on one dataset.
  private struct Place {
    let results: [CellResults]
    var cell: CellSummary { results[0].cell }
    /// The paper's dataset to compare with: the same, or else the one with the same number of classes.
    var comparable: (name: String, title: String, isSame: Bool)? {
      switch (cell.dataset, cell.classCount) {
      case ("cifar-10", _): ("cifar-10", "CIFAR-10", true)
      case ("cifar-100", 100): ("cifar-100", "CIFAR-100", true)
      case (_, 10): ("cifar-10", "CIFAR-10", false)
      case (_, 100): ("cifar-100", "CIFAR-100", false)
      default: nil
      }
    }
  }

  /// The table as it is printed: one row a dimension, then the baselines.
  func printed() -> Table {
    let places = cells.groupedByPanel().map(Place.init)
    var groups = [Table.Group("", span: 1)]
    var columns = [Table.Column("d")]
    for place in places {
      groups.append(Table.Group("\(place.cell.methodTitle), \(place.cell.datasetTitle)", span: 2))
      columns.append(Table.Column("ours"))
      columns.append(Table.Column(place.comparable.map { "paper (\($0.title))" } ?? "paper"))
    }
    var rows: [Table.Row] = []
    for dimension in Set(cells.map(\.cell.dimension)).sorted(by: >) {
      var row = [Cell.integer(dimension)]
      for place in places { row += cellPair(place, dimension) }
      rows.append(Table.Row(row))
    }
    rows.append(
      Table.Row([Cell.text("untrained")] + places.flatMap { [untrained($0), Cell.missing] }, ruleAbove: true))
    for (name, accuracy) in [("raw pixels", \CellResults.PixelAccuracy.raw), ("normalised pixels", \.normalised)] {
      rows.append(
        Table.Row(
          [Cell.text(name)]
            + places.flatMap { [Cell.number(pixels[$0.cell.dataset]?[keyPath: accuracy], decimals: 1), Cell.missing] }))
    }
    return Table(
      identifier: "table1", label: "Table 1",
      caption: "k-nearest-neighbour accuracy in percent for every output dimension d, beside the paper's; kNN"
        + " on the \(reading.accuracy == .output ? "output f(x)" : "backbone").",
      groups: groups, columns: columns, rows: rows, notes: notes(places))
  }

  private func cellPair(_ place: Place, _ dimension: Int) -> [Cell] {
    let seeds = place.results.filter { $0.cell.dimension == dimension }
    let paper = place.comparable.flatMap {
      published.accuracy(method: place.cell.method, dataset: $0.name, dimension: dimension)
    }
    guard !seeds.isEmpty else { return [.missing, .number(paper)] }
    let statistics = SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil })
    let note = statistics?.deviation.map { "± \(Cell.format($0, decimals: 2)) over \(seeds.count) seeds" }
    return [
      .number(
        statistics?.mean, decimals: 1, mark: seeds.contains(where: \.isCollapsed) ? Self.collapsed : nil, note: note,
        target: "probe/\(seeds[0].cell.path)"),
      .number(paper),
    ]
  }

  /// The best untrained encoder of the column's dimensions, so that nothing looks better by comparison than it is.
  private func untrained(_ place: Place) -> Cell {
    .number(place.results.compactMap { $0.accuracies(reading.accuracy).first ?? nil }.max(), decimals: 1)
  }

  private func notes(_ places: [Place]) -> [String] {
    var notes = [
      "Each accuracy is a share of \(queries) queries: one standard error is up to"
        + " \(Cell.format(50 / Double(max(1, queries)).squareRoot(), decimals: 1)) points.",
      "untrained: the same network before its first step, the best of the dimensions shown. Pixels: kNN on the"
        + " images themselves, as they are and normalised per channel as the encoder gets them.",
    ]
    if places.contains(where: { $0.comparable?.isSame == false }) {
      notes.append(
        "The paper's numbers are for CIFAR-10 and CIFAR-100 at full scale. Where the dataset here is another, they are"
          + " those of the paper's dataset with the same number of classes: compare the trend, not the level.")
    }
    if let rank = outputRank, cells.contains(where: { $0.cell.dimension > rank }) {
      notes.append(
        "The backbone has \(rank) dimensions, and a linear projector adds none: beyond d = \(rank) the output has rank"
          + " \(rank).")
    }
    return notes
  }

  /// Every measured reading of every cell, for programs: one row a cell.
  func data() -> Table {
    let columns = [
      "method", "dataset", "classes", "dimension", "seed", "epoch", "knn_output", "knn_backbone", "mean_output",
      "mean_backbone", "untrained_knn_output", "untrained_knn_backbone", "raw_pixels_knn",
      "normalised_pixels_knn", "l_bound_minibatch",
      "l_bound_bank", "l_bound_unbiased", "l_bound_standardised", "effective_rank", "leading_share", "collapsed",
      "published_same_classes",
    ]
    let rows = cells.map { result -> Table.Row in
      let place = Place(results: [result])
      let percent = { (name: String) in result.probe.last(name).map { 100 * $0 } }
      let paper = place.comparable.flatMap {
        published.accuracy(method: result.cell.method, dataset: $0.name, dimension: result.cell.dimension)
      }
      let numbers: [Double?] =
        [
          result.probe.last("epoch"), percent("knn_output"), percent("knn_backbone"), percent("mean_output"),
          percent("mean_backbone"), result.accuracies(.output).first ?? nil, result.accuracies(.backbone).first ?? nil,
          pixels[result.cell.dataset]?.raw, pixels[result.cell.dataset]?.normalised,
        ]
        + ["minibatch", "bank", "unbiased", "standardised"].map { result.bound.last("l_bound_\($0)") }
        + ["effective_rank", "leading_share", "collapsed"].map { result.bound.last($0) } + [paper]
      return Table.Row(
        [
          .text(result.cell.method), .text(result.cell.dataset), .integer(result.cell.classCount),
          .integer(result.cell.dimension), .integer(result.cell.seed),
        ] + numbers.map { Cell.number($0, decimals: 4) })
    }
    return Table(
      identifier: "table1-data", label: "Table 1, data", caption: "Every reading of every cell.",
      columns: columns.map { Table.Column($0) }, rows: rows)
  }
}
