import Charts
import Foundation
import Numerics
import Pipeline
import Synchronization

/// **figure**: draws from measurements; every form of a figure is made from the one SVG.
enum FigureStages {
  static let definitions = [accuracy, figure1, figure2, figure3, figure4, figure5, theory]

  /// Table 1, drawn.
  static let accuracy = StageDefinition(name: StageName.accuracyFigure, version: 4, isLight: true) { context in
    let settings: AccuracyFigureSettings = try context.decodeParameters()
    let results = try CellResults.read(settings.cells, context)
    let pixels = try CellResults.pixelAccuracies(settings.cells, context)
    let published = try PublishedResults.load(file: context.input(OutputName.published))
    let groups = results.groupedByPanel().map { panel -> AccuracyFigure.Group in
      let cell = panel[0].cell
      let comparable = PublishedDataset(comparableTo: cell)
      return AccuracyFigure.Group(
        method: cell.methodTitle, dataset: cell.datasetTitle, classCount: cell.classCount,
        entries: panel.groupedBySeeds().compactMap { seeds in
          SeedStatistics(seeds.compactMap { $0.accuracies(settings.accuracy).last ?? nil }).map {
            AccuracyFigure.Entry(
              dimension: seeds[0].cell.dimension, accuracy: $0.mean, spread: $0.deviation,
              isCollapsed: seeds.contains(where: \.isCollapsed), node: "probe/\(seeds[0].cell.path)")
          }
        },
        published: published.entries.filter { $0.method == cell.method && $0.dataset == comparable?.name }.map {
          AccuracyFigure.Entry(dimension: $0.dimension, accuracy: $0.accuracy)
        }, publishedDataset: comparable?.title,
        references: references(panel, settings.accuracy, pixels: pixels[cell.dataset]?.raw))
    }
    let figure = AccuracyFigure(
      groups: groups, reading: "kNN on \(settings.accuracy == .output ? "the output f(x)" : "the backbone").")
    try write(figure.chart(), csv: figure.csv(), as: "accuracy", context)
  }

  static let figure1 = StageDefinition(name: StageName.figure1, version: 3, isLight: true) { context in
    let schematic = Figure1.schematic
    try write(svg: schematic.svg(), title: schematic.title, as: "fig1", context) { schematic.narrow().svg() }
  }

  static let figure2 = StageDefinition(name: StageName.figure2, version: 5, isLight: true) { context in
    let settings: Figure2Settings = try context.decodeParameters()
    let figure = Figure2(rows: Figure2.computed(count: settings.points, steps: settings.steps, seed: settings.seed))
    try write(figure.chart(), csv: figure.csv(), as: "fig2", context)
  }

  /// The theory's figures: `settings.name` says which.
  static let theory = StageDefinition(name: StageName.theoryFigure, version: 7, isLight: true) { context in
    let settings: TheoryFigureSettings = try context.decodeParameters()
    let (chart, csv) = try TheoryFigures.draw(settings, context)
    try write(chart, csv: csv, as: settings.name.rawValue, context)
  }

  static let figure3 = StageDefinition(name: StageName.figure3, version: 6, isLight: true) { context in
    let settings: Figure3Settings = try context.decodeParameters()
    let results = try CellResults.read(settings.cells, context)
    let pixels = try CellResults.pixelAccuracies(settings.cells, context)
    let groups = results.groupedByPanel().map { panel -> Figure3.Group in
      let cell = panel[0].cell
      return Figure3.Group(
        method: cell.methodTitle, dataset: cell.datasetTitle, classCount: cell.classCount,
        cells: panel.groupedBySeeds().compactMap { figure3Cell($0, settings.reading) },
        references: references(panel, settings.reading.accuracy, pixels: pixels[cell.dataset]?.raw),
        hiddenDimensions: Set(settings.hiddenDimensions[cell.dataset] ?? []))
    }
    let figure = Figure3(
      groups: groups, reading: settings.reading.sentence, style: settings.style)
    for group in groups {
      if let r = figure.fit(group)?.r { context.metric("r/\(group.method)/\(group.dataset)", r) }
    }
    try write(figure.chart(), csv: figure.csv(), as: "fig3", context)
  }

  static let figure4 = StageDefinition(name: StageName.figure4, version: 7, isLight: true) { context in
    let settings: Figure4Settings = try context.decodeParameters()
    let results = try CellResults.read(settings.cells, context)
    // A curve is one training: where there are several seeds, the first.
    let series = results.groupedBySeeds().map { seeds -> Figure4.Series in
      let result = seeds[0]
      let records = zip(
        result.epochs, zip(result.bounds(settings.reading.bound), result.accuracies(settings.reading.accuracy))
      )
      .compactMap { epoch, values -> Figure4.Record? in
        guard let bound = values.0, let accuracy = values.1 else { return nil }
        return Figure4.Record(epoch: epoch, bound: bound, accuracy: accuracy)
      }
      return Figure4.Series(
        method: result.cell.methodTitle, dataset: result.cell.datasetTitle, dimension: result.cell.dimension,
        records: records, fitAfterEpoch: settings.fitAfterEpoch[result.cell.path] ?? 0, isCollapsed: result.isCollapsed,
        node: "probe/\(result.cell.path)")
    }
    let figure = Figure4(
      series: series, reading: settings.reading.sentence, dimensions: settings.dimensions,
      maximumColumns: settings.maximumColumns, style: settings.style)
    for line in series {
      if let r = figure.fit(line)?.r { context.metric("r/\(line.method)/\(line.dataset)/d\(line.dimension)", r) }
    }
    try write(figure.chart(), csv: figure.csv(), as: "fig4", context)
  }

  static let figure5 = StageDefinition(name: StageName.figure5, version: 7, isLight: true) { context in
    let settings: Figure5Settings = try context.decodeParameters()
    let matrices = try NPY.read(context.input(OutputName.correlations)).matrix()
    let summary = try MeasurementTable(
      csv: String(contentsOf: context.input(OutputName.correlationSummary), encoding: .utf8))
    let side = matrices.columns
    let sizes = summary.column("rows").dropLast().map { Int($0 ?? 0) }
    var correlations: [Figure5.Correlation] = []
    for index in 0..<summary.rows.count {
      let count = Int(summary.column("rows")[index] ?? 0)
      let isBank = index == summary.rows.count - 1
      correlations.append(
        Figure5.Correlation(
          title: isBank
            ? "Whole bank" : batchTitle(index, of: sizes), dimension: settings.cell.dimension,
          values: matrices.rows(index * side..<(index + 1) * side).values, side: side,
          distance: summary.column("distance")[index] ?? .nan, samplingFloor: summary.column("floor")[index],
          sampleCount: count))
    }
    let cell = settings.cell
    let encoder = Figure5.Encoder(
      name: "\(cell.methodTitle) on \(cell.datasetTitle), d = \(cell.dimension)", correlations: correlations)
    let figure = Figure5(
      encoders: [encoder], limit: settings.limit, maximumSide: settings.maximumSide, style: settings.style)
    try Data(figure.summaryCSV().utf8).write(to: context.output("fig5-summary.csv"))
    try write(figure.chart(), csv: figure.csv(), as: "fig5", context)
  }

  // MARK: Parts

  /// "Batch of 256, 2nd" where there are several of that size.
  private static func batchTitle(_ index: Int, of sizes: [Int]) -> String {
    let same = sizes.indices.filter { sizes[$0] == sizes[index] }
    guard same.count > 1, let place = same.firstIndex(of: index) else { return "B = \(sizes[index])" }
    return "B = \(sizes[index]), batch \(place + 1)"
  }

  private static func figure3Cell(_ seeds: [CellResults], _ reading: Reading) -> Figure3.Cell? {
    guard let bound = SeedStatistics(seeds.compactMap { $0.bounds(reading.bound).last ?? nil }),
      let accuracy = SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil })
    else { return nil }
    return Figure3.Cell(
      dimension: seeds[0].cell.dimension, bound: bound.mean, accuracy: accuracy.mean, boundSpread: bound.deviation,
      accuracySpread: accuracy.deviation, isCollapsed: seeds.contains(where: \.isCollapsed),
      node: "probe/\(seeds[0].cell.path)")
  }

  /// Raw pixels, and the untrained encoder in the reading of the figure: the best of the panel's dimensions, so that
  /// nothing looks better by comparison than it is.
  private static func references(
    _ panel: [CellResults], _ features: Configuration.Evaluation.Features, pixels: Double?
  ) -> [Figure3.Reference] {
    let untrained = panel.compactMap { $0.untrained(ProbeStage.accuracyColumn(features)) }.max()
    return [
      pixels.map { Figure3.Reference(label: "raw pixels", accuracy: $0) },
      untrained.map { Figure3.Reference(label: "untrained encoder", accuracy: $0) },
    ].compactMap { $0 }
  }

  static func write(_ chart: Chart, csv: String, as name: String, _ context: StageContext) throws {
    try write(svg: chart.svg(), title: chart.title, as: name, context) { try chart.narrow().svg() }
    try Data(csv.utf8).write(to: context.output("\(name).csv"))
  }

  /// The drawing, and what is made of it: picture, page and the form for narrow screens at once, since somebody who changes a
  /// figure's looks waits for them.
  private static func write(
    svg: String, title: String, as name: String, _ context: StageContext,
    narrow: @escaping @Sendable () throws -> String
  ) throws {
    let work: [(file: String, bytes: @Sendable () throws -> [UInt8])] = [
      ("\(name).png", { try SVGConverter.png(svg: svg) }),
      ("\(name).pdf", { try SVGConverter.pdf(svg: svg, title: title) }),
      (OutputName.narrowFigure(name), { Array(try narrow().utf8) }),
    ]
    try Data(svg.utf8).write(to: context.output("\(name).svg"))
    for (file, bytes) in zip(work.map(\.file), try concurrently(work.map(\.bytes))) {
      try Data(bytes).write(to: context.output(file))
    }
  }

  /// The results of pieces of work that run at once, in their order.
  ///
  /// - Throws: what the first of them in that order threw.
  private static func concurrently(_ work: [@Sendable () throws -> [UInt8]]) throws -> [[UInt8]] {
    let results = Mutex([Result<[UInt8], any Error>?](repeating: nil, count: work.count))
    parallelFor(work.count, threads: work.count) { index in
      let result = Result { try work[index]() }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }
}

extension Reading {
  /// Which of the readings a figure or table shows, for its reader.
  var sentence: String {
    let place = accuracy == .output ? "the output f(x)" : "the backbone"
    let estimate =
      switch bound {
      case .minibatch: "in the minibatch, as published"
      case .bank: "over the whole view bank"
      case .unbiased: "over pairs of different images (unbiased)"
      case .standardised: "on standardised outputs"
      }
    return "kNN on \(place); ℒ_bound \(estimate)."
  }
}
