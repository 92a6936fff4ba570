import Report

/// What the measurements say, in sentences that hold whatever they are.
struct Findings {
  let cells: [CellResults]
  let reading: Reading
  let pixels: [String: CellResults.PixelAccuracy]
  /// Queries that an accuracy is a share of.
  let queries: Int

  /// One method on one dataset, its accuracies at the smallest and the largest d.
  private struct Panel {
    let title: String
    let smallest: (dimension: Int, accuracy: Double)
    let largest: (dimension: Int, accuracy: Double)
    let untrained: Double?
    /// The better of raw and normalised pixels.
    let pixels: Double?
  }

  private var panels: [Panel] {
    cells.groupedByPanel().compactMap { results in
      let means = results.groupedBySeeds().compactMap { seeds -> (dimension: Int, accuracy: Double)? in
        SeedStatistics(seeds.compactMap { $0.accuracies(reading.accuracy).last ?? nil }).map {
          (seeds[0].cell.dimension, $0.mean)
        }
      }.sorted { $0.dimension < $1.dimension }
      guard let smallest = means.first, let largest = means.last else { return nil }
      let cell = results[0].cell
      return Panel(
        title: literal("\(cell.methodTitle) on \(cell.datasetTitle)"), smallest: smallest, largest: largest,
        untrained: results.compactMap { $0.untrained(ProbeStage.accuracyColumn(reading.accuracy)) }.max(),
        pixels: [pixels[cell.dataset]?.raw, pixels[cell.dataset]?.normalised].compactMap { $0 }.max())
    }
  }

  /// What was trained, on what, in a sentence.
  var setting: String {
    func list(_ names: [String]) -> String {
      let distinct = names.uniqued().map(literal)
      guard distinct.count > 1, let last = distinct.last else { return distinct.first ?? "nothing" }
      return distinct.dropLast().joined(separator: ", ") + " and " + last
    }
    let seeds = Set(cells.map(\.cell.seed)).count
    return
      "\(cells.count) encoders by \(list(cells.map(\.cell.methodTitle))) on \(list(cells.map(\.cell.datasetTitle))),"
      + " \(seeds == 1 ? "of one seed" : "of \(seeds) seeds")."
  }

  var sentences: [String] {
    panels.map { panel in
      var sentence = "\(panel.title): \(percent(panel.smallest.accuracy)) at d = \(panel.smallest.dimension)"
      if panel.largest.dimension != panel.smallest.dimension {
        sentence += ", \(percent(panel.largest.accuracy)) at d = \(panel.largest.dimension)"
      }
      if let untrained = panel.untrained { sentence += "; untrained \(percent(untrained))" }
      if let pixels = panel.pixels { sentence += "; pixels \(percent(pixels))" }
      return sentence + "."
    }
  }

  /// How many panels show what the paper says of them, each beside how many could show it: a panel that lacks what it
  /// would be held against shows neither.
  struct Counts: Equatable {
    let panels: Int
    /// With more than one dimension.
    let ofDimensions: Int
    /// More accurate at the largest d than at the smallest, beyond two standard errors.
    let rising: Int
    /// At the largest d better than untrained, beyond two standard errors.
    let withUntrained: Int
    let learning: Int
    /// The same of pixels.
    let withPixels: Int
    let beyondPixels: Int
    /// Encoders.
    let collapsed: Int
  }

  var counts: Counts {
    let panels = panels
    return Counts(
      panels: panels.count, ofDimensions: panels.count { $0.smallest.dimension < $0.largest.dimension },
      rising: panels.count {
        $0.smallest.dimension < $0.largest.dimension && exceeds($0.largest.accuracy, $0.smallest.accuracy)
      },
      withUntrained: panels.count { $0.untrained != nil },
      learning: panels.count { exceeds($0.largest.accuracy, $0.untrained) },
      withPixels: panels.count { $0.pixels != nil },
      beyondPixels: panels.count { exceeds($0.largest.accuracy, $0.pixels) },
      collapsed: cells.count(where: \.isCollapsed))
  }

  var highlights: [ReportPage.Highlight] {
    let counts = counts
    func share(_ count: Int, of total: Int, _ label: String) -> [ReportPage.Highlight] {
      // Of none there is nothing to say.
      guard total > 0 else { return [] }
      return [ReportPage.Highlight("\(count) of \(total)", label, tone: count == total ? .good : .warning)]
    }
    var highlights = [
      ReportPage.Highlight("\(cells.count)", cells.count == 1 ? "encoder trained" : "encoders trained")
    ]
    highlights += share(
      counts.rising, of: counts.ofDimensions,
      "panels more accurate at the largest d than at the smallest, beyond \(Self.margin)")
    highlights += share(
      counts.learning, of: counts.withUntrained,
      "panels better than the untrained encoder at the largest d, beyond \(Self.margin)")
    highlights += share(
      counts.beyondPixels, of: counts.withPixels,
      "panels better than kNN on pixels, raw or normalised, beyond \(Self.margin)")
    highlights.append(
      ReportPage.Highlight(
        "\(counts.collapsed)", counts.collapsed == 1 ? "encoder collapsed" : "encoders collapsed",
        tone: counts.collapsed == 0 ? .neutral : .warning))
    return highlights
  }

  /// A caution naming the collapsed cells, where there are any.
  var collapsed: [String] {
    let names = cells.filter(\.isCollapsed).map { "`\(literal($0.cell.path))`" }
    guard !names.isEmpty else { return [] }
    return [
      "Collapsed: \(names.joined(separator: ", ")); kept in the table and in the figures, marked, and left out of"
        + " the fit of Figure 3."
    ]
  }

  /// How far apart two accuracies are to be, in standard errors of their difference, and in words.
  private static let errors = 2.0
  static let margin = "two standard errors"

  /// Whether one accuracy in percent is above another by more than `margin` of their difference, taken as
  /// independent, which for the same queries asks for more than it need.
  private func exceeds(_ accuracy: Double, _ other: Double?) -> Bool {
    guard let other, queries > 0 else { return false }
    let variance = [accuracy, other].map { $0 / 100 * (1 - $0 / 100) / Double(queries) }.reduce(0, +)
    return accuracy - other > 100 * Self.errors * variance.squareRoot()
  }

  private func percent(_ value: Double) -> String { Cell.format(value, decimals: 1) + "%" }
}
