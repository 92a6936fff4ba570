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
        title: "\(cell.methodTitle) on \(cell.datasetTitle)", smallest: smallest, largest: largest,
        untrained: results.compactMap { $0.accuracies(reading.accuracy).first ?? nil }.max(),
        pixels: [pixels[cell.dataset]?.raw, pixels[cell.dataset]?.normalised].compactMap { $0 }.max())
    }
  }

  var sentences: [String] {
    panels.map { panel in
      var sentence =
        "\(panel.title): \(percent(panel.smallest.accuracy)) at d = \(panel.smallest.dimension),"
        + " \(percent(panel.largest.accuracy)) at d = \(panel.largest.dimension)"
      if let untrained = panel.untrained { sentence += "; untrained \(percent(untrained))" }
      if let pixels = panel.pixels { sentence += "; pixels \(percent(pixels))" }
      return sentence + "."
    }
  }

  var highlights: [ReportPage.Highlight] {
    let panels = panels
    let rising = panels.filter { $0.smallest.accuracy < $0.largest.accuracy }.count
    let rest = panels.map { panel in
      (
        untrained: exceeds(panel.largest.accuracy, panel.untrained),
        pixels: exceeds(panel.largest.accuracy, panel.pixels)
      )
    }
    let learning = rest.filter(\.untrained).count
    let beyondPixels = rest.filter(\.pixels).count
    let collapsedCount = cells.filter(\.isCollapsed).count
    return [
      ReportPage.Highlight("\(cells.count)", cells.count == 1 ? "encoder trained" : "encoders trained"),
      ReportPage.Highlight(
        "\(rising) of \(panels.count)", "panels more accurate at the largest d than at the smallest",
        tone: rising == panels.count ? .good : .warning),
      ReportPage.Highlight(
        "\(learning) of \(panels.count)",
        "panels better than the untrained encoder at the largest d, beyond two standard errors",
        tone: learning == panels.count ? .good : .warning),
      ReportPage.Highlight(
        "\(beyondPixels) of \(panels.count)",
        "panels better than kNN on pixels, raw or normalised, beyond two standard errors",
        tone: beyondPixels == panels.count ? .good : .warning),
      ReportPage.Highlight(
        "\(collapsedCount)", collapsedCount == 1 ? "encoder collapsed" : "encoders collapsed",
        tone: collapsedCount == 0 ? .neutral : .warning),
    ]
  }

  /// A caution naming the collapsed cells, where there are any.
  var collapsed: [String] {
    let names = cells.filter(\.isCollapsed).map { "`\($0.cell.path)`" }
    guard !names.isEmpty else { return [] }
    return [
      "Collapsed: \(names.joined(separator: ", ")); kept in the table and in the figures, marked, and left out of"
        + " the fit of Figure 3."
    ]
  }

  /// Whether one accuracy in percent is above another by more than two standard errors of their difference, taken as
  /// independent, which for the same queries asks for more than it need.
  private func exceeds(_ accuracy: Double, _ other: Double?) -> Bool {
    guard let other, queries > 0 else { return false }
    let variance = [accuracy, other].map { $0 / 100 * (1 - $0 / 100) / Double(queries) }.reduce(0, +)
    return accuracy - other > 200 * variance.squareRoot()
  }

  private func percent(_ value: Double) -> String { Cell.format(value, decimals: 1) + "%" }
}
