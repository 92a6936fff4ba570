import Foundation
import Pipeline

/// What was measured of one cell: the inputs of the summary stages, read.
struct CellResults {
  let cell: CellSummary
  let probe: MeasurementTable
  let bound: MeasurementTable

  /// Reads the measurements of every cell of `cells` from a summary node's inputs.
  static func read(_ cells: [CellSummary], _ context: StageContext) throws -> [CellResults] {
    try cells.map { cell in
      CellResults(
        cell: cell, probe: try table(context.input("probe/\(cell.path)")),
        bound: try table(context.input("bound/\(cell.path)")))
    }
  }

  /// kNN accuracy of pixels, in percent.
  struct PixelAccuracy: Equatable {
    /// As they are, 0 to 1.
    let raw: Double?
    /// Normalised as the encoder gets them.
    let normalised: Double?
  }

  /// kNN accuracy of pixels on each dataset.
  static func pixelAccuracies(_ cells: [CellSummary], _ context: StageContext) throws -> [String: PixelAccuracy] {
    var accuracies: [String: PixelAccuracy] = [:]
    for dataset in Set(cells.map(\.dataset)).sorted() {
      let probe = try table(context.input("pixels/\(dataset)"))
      accuracies[dataset] = PixelAccuracy(
        raw: probe.last("knn_pixels").map(percent), normalised: probe.last("knn_normalised_pixels").map(percent))
    }
    return accuracies
  }

  private static func table(_ url: URL) throws -> MeasurementTable {
    do {
      return try MeasurementTable(csv: String(contentsOf: url, encoding: .utf8))
    } catch {
      throw StageError("\(url.lastPathComponent): \(sentence(of: error))")
    }
  }

  /// kNN accuracy in percent at every recorded epoch, from the untrained encoder on.
  func accuracies(_ features: Configuration.Evaluation.Features) -> [Double?] {
    accuracies(ProbeStage.accuracyColumn(features))
  }

  /// The accuracies of one column of probe.csv, in percent, at every recorded epoch.
  func accuracies(_ column: String) -> [Double?] {
    probe.column(column).map { $0.map(Self.percent) }
  }

  /// A share in percent: its decimal digits with the point two places further on. A product would add digits that nobody
  /// measured: 100 × 0.543 is 54.300000000000004.
  static func percent(_ share: Double) -> Double {
    let parts = share.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    // Infinities and what is no number have no digits, and stay what they are.
    return parts.first.flatMap { Double("\($0)e\(exponent + 2)") } ?? 100 * share
  }

  /// The accuracy of one column of probe.csv before the first step, in percent; nil where epoch 0 was not recorded.
  func untrained(_ column: String) -> Double? {
    zip(probe.column("epoch"), accuracies(column)).first { $0.0 == 0 }?.1
  }

  func bounds(_ reading: Configuration.Evaluation.BoundReading) -> [Double?] {
    bound.column("l_bound_\(reading.rawValue)")
  }

  var epochs: [Int] { probe.column("epoch").map { Int($0 ?? 0) } }

  /// Whether the trained encoder's outputs have collapsed (`Spectrum.isCollapsed`).
  var isCollapsed: Bool { bound.last("collapsed") == 1 }
}

/// Mean and spread over seeds.
struct SeedStatistics: Equatable {
  let mean: Double
  /// Sample standard deviation; nil for a single seed.
  let deviation: Double?

  /// Nil where there are no values.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    guard values.count > 1 else {
      deviation = nil
      return
    }
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    deviation = (squares / Double(values.count - 1)).squareRoot()
  }
}

extension [CellResults] {
  /// The results by everything but the seed, in the order in which they first occur.
  func groupedBySeeds() -> [[CellResults]] {
    grouped { "\($0.cell.method)/\($0.cell.dataset)/\($0.cell.dimension)" }
  }

  /// The results of each panel of a figure: by method and dataset.
  func groupedByPanel() -> [[CellResults]] {
    grouped { "\($0.cell.method)/\($0.cell.dataset)" }
  }

  private func grouped(by name: (CellResults) -> String) -> [[CellResults]] {
    var order: [String] = []
    var groups: [String: [CellResults]] = [:]
    for result in self {
      let key = name(result)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(result)
    }
    return order.compactMap { groups[$0] }
  }
}
