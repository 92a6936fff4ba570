import Report

/// The paper's dataset to compare a cell with: the same, or else the one with the same number of classes.
struct PublishedDataset: Equatable {
  /// As in `published.json`.
  let name: String
  let title: String
  let isSame: Bool

  /// Nil where the paper has none.
  init?(comparableTo cell: CellSummary) {
    switch (cell.dataset, cell.classCount) {
    case ("cifar-10", _), (_, 10): (name, title) = ("cifar-10", "CIFAR-10")
    case (_, 100): (name, title) = ("cifar-100", "CIFAR-100")
    default: return nil
    }
    isSame = cell.dataset == name
  }
}

/// Table 1: kNN accuracy for every output dimension, method and dataset, beside the published numbers.
struct Table1 {
  static let collapsed = Report.Cell.Mark(
    name: "collapsed", symbol: "†",
    meaning: "collapsed, at least one seed of it: one direction holds nearly all of the output's second moment",
    tone: .warning)
  static let incomplete = Report.Cell.Mark(
    name: "incomplete", symbol: "‡", meaning: "the mean of those seeds alone that have such a measurement",
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
    var comparable: PublishedDataset? { PublishedDataset(comparableTo: cell) }
  }

  /// Where an accuracy is read and by which classifier, and whether it stands beside the paper's or is held against it.
  struct Form: Equatable {
    enum Classifier: Int, CaseIterable {
      case neighbours, nearestMean
    }

    var features: Configuration.Evaluation.Features
    var classifier: Classifier
    var isDifference: Bool

    /// The columns of probe.csv that hold such accuracies.
    var column: String {
      let name = ProbeStage.accuracyColumn(features)
      return classifier == .neighbours ? name : "mean" + name.dropFirst("knn".count)
    }

    /// In a sentence.
    var words: String {
      (classifier == .neighbours ? "k-nearest-neighbour" : "nearest-class-mean") + " accuracy, on the "
        + (features == .output ? "output f(x)" : "backbone")
    }
  }

  /// The table as it is printed: one row a dimension, then the baselines.
  func printed() -> Table {
    table(Form(features: reading.accuracy, classifier: .neighbours, isDifference: false), identifier: "table1")
  }

  /// The same in one form.
  func table(_ form: Form, identifier: String) -> Table {
    let places = cells.groupedByPanel().map(Place.init)
    var groups = [Table.Group("", span: 1)]
    var columns = [Table.Column("d")]
    for place in places {
      groups.append(Table.Group(literal("\(place.cell.methodTitle), \(place.cell.datasetTitle)"), span: 2))
      columns.append(Table.Column(form.isDifference ? "ours − paper" : "ours"))
      columns.append(Table.Column(place.comparable.map { "paper (\($0.title))" } ?? "paper"))
    }
    var rows: [Table.Row] = []
    for dimension in Set(cells.map(\.cell.dimension)).sorted(by: >) {
      var row = [Cell.integer(dimension)]
      for place in places { row += cellPair(place, dimension, form) }
      rows.append(Table.Row(row))
    }
    if !form.isDifference { rows += baselines(places, form) }
    let what =
      form.isDifference ? "points of \(form.words), less the paper's" : "\(form.words), in percent, beside the paper's"
    let spread =
      !hasSpread
      ? "" : " ± is the standard deviation over seeds" + (form.isDifference ? " of ours; the paper has one seed." : ".")
    return Table(
      identifier: identifier, label: "Table 1", caption: "For every output dimension d: \(what)." + spread,
      groups: groups, columns: columns, rows: rows, notes: notes(places, form))
  }

  private var hasSpread: Bool { cells.groupedBySeeds().contains { $0.count > 1 } }

  private func cellPair(_ place: Place, _ dimension: Int, _ form: Form) -> [Cell] {
    let seeds = place.results.filter { $0.cell.dimension == dimension }
    let paper = place.comparable.flatMap {
      published.accuracy(method: place.cell.method, dataset: $0.name, dimension: dimension)
    }
    guard !seeds.isEmpty else { return [.missing, .number(paper)] }
    let values = seeds.compactMap { $0.accuracies(form.column).last ?? nil }
    let statistics = SeedStatistics(values)
    let isIncomplete = !values.isEmpty && values.count < seeds.count
    let mark = seeds.contains(where: \.isCollapsed) ? Self.collapsed : isIncomplete ? Self.incomplete : nil
    let target = "probe/\(seeds[0].cell.path)"
    let shown: Cell
    let counted = isIncomplete ? "\(values.count) of \(seeds.count) seeds" : "\(seeds.count) seeds"
    let note =
      seeds.count > 1 && !values.isEmpty ? "the mean of \(counted); leads to the first, whose record names all" : nil
    if form.isDifference {
      let difference = isComparable(place, form) ? statistics.flatMap { ours in paper.map { ours.mean - $0 } } : nil
      shown = .number(
        difference, decimals: 1, spread: difference == nil ? nil : statistics?.deviation, isSigned: true, mark: mark,
        note: note, target: target)
    } else {
      shown = .number(
        statistics?.mean, decimals: 1, spread: statistics?.deviation, mark: mark, note: note, target: target)
    }
    return [shown, .number(paper, target: paper == nil ? nil : Self.node)]
  }

  /// The node of the table, whose record names the file that holds the paper's numbers.
  private static let node = "table/table1"

  /// Whether a difference from the paper's number means anything: of the same dataset, by the same classifier.
  private func isComparable(_ place: Place, _ form: Form) -> Bool {
    place.comparable?.isSame == true && form.classifier == .neighbours
  }

  private func baselines(_ places: [Place], _ form: Form) -> [Table.Row] {
    var rows = [
      Table.Row(
        [Cell.text("untrained")] + places.flatMap { [untrained($0, form), Cell.missing] }, ruleAbove: true)
    ]
    // Pixels were only ever scored by their neighbours.
    guard form.classifier == .neighbours else { return rows }
    for (name, accuracy) in [("raw pixels", \CellResults.PixelAccuracy.raw), ("normalised pixels", \.normalised)] {
      rows.append(
        Table.Row(
          [Cell.text(name)]
            + places.flatMap { [Cell.number(pixels[$0.cell.dataset]?[keyPath: accuracy], decimals: 1), Cell.missing] }))
    }
    return rows
  }

  /// The best untrained encoder of the column's dimensions, so that nothing looks better by comparison than it is.
  private func untrained(_ place: Place, _ form: Form) -> Cell {
    let all = place.results.compactMap { result in
      result.untrained(form.column).map { (accuracy: $0, path: result.cell.path) }
    }
    let best = all.max { $0.accuracy < $1.accuracy }
    return .number(best?.accuracy, decimals: 1, target: best.map { "probe/\($0.path)" })
  }

  /// The largest standard error of an accuracy, in points; nil where nothing was asked.
  var standardError: Double? { queries > 0 ? 50 / Double(queries).squareRoot() : nil }

  private func notes(_ places: [Place], _ form: Form) -> [String] {
    var notes: [String] = []
    if let standardError {
      notes.append(
        "Each accuracy is a share of \(queries) queries: one standard error is up to"
          + " \(Cell.format(standardError, decimals: 1)) points, and ours are printed to a tenth of one; the paper's are as it"
          + " prints them.")
    }
    if !form.isDifference {
      notes.append(
        "untrained: the same network before its first step, the best of the dimensions shown."
          + (form.classifier == .neighbours
            ? " Pixels: kNN on the images themselves, as they are and normalised per channel as the encoder gets them."
            : ""))
    }
    if form.classifier == .nearestMean {
      notes.append("The paper's numbers are of k nearest neighbours: it prints none of the nearest class mean.")
    }
    if form.isDifference {
      if places.contains(where: { !isComparable($0, form) }) {
        notes.append(
          "— where the paper's number is of another dataset or another classifier: their difference says nothing.")
      }
    } else if places.contains(where: { $0.comparable?.isSame == false }) {
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
      "published_dataset", "published_same_classes",
    ]
    let rows = cells.map { result -> Table.Row in
      let place = Place(results: [result])
      let percent = { (name: String) in result.probe.last(name).map(CellResults.percent) }
      let paper = place.comparable.flatMap { dataset in
        published.accuracy(
          method: result.cell.method, dataset: dataset.name, dimension: result.cell.dimension
        ).map { (dataset: dataset.name, accuracy: $0) }
      }
      let numbers: [Double?] =
        [
          result.probe.last("epoch"), percent("knn_output"), percent("knn_backbone"), percent("mean_output"),
          percent("mean_backbone"), result.untrained("knn_output"), result.untrained("knn_backbone"),
          pixels[result.cell.dataset]?.raw, pixels[result.cell.dataset]?.normalised,
        ]
        + ["minibatch", "bank", "unbiased", "standardised"].map { result.bound.last("l_bound_\($0)") }
        + ["effective_rank", "leading_share", "collapsed"].map { result.bound.last($0) }
      return Table.Row(
        [
          .text(literal(result.cell.method)), .text(literal(result.cell.dataset)), .integer(result.cell.classCount),
          .integer(result.cell.dimension), .integer(result.cell.seed),
        ] + numbers.map { Cell.number($0, decimals: 4) }
          + [paper.map { Cell.text($0.dataset) } ?? .missing, Cell.number(paper?.accuracy)])
    }
    return Table(
      identifier: "table1-data", label: "Table 1, data", caption: "Every reading of every cell.",
      columns: columns.map { Table.Column($0) }, rows: rows)
  }
}
