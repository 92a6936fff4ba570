import Charts
import Foundation
import Numerics
import Theory

@testable import Reproduction

/// Every figure of the page, of data that is made in a moment and the same on every machine.
enum EveryFigure {
  /// Each figure that is a chart, of small data, by a name of its own; Figure 1 is a schematic.
  static func charts() throws -> [(name: String, chart: Chart)] {
    let audit = TheoremAudit(effort: .init(worlds: 400, starts: 1, steps: 60))
    let findings = audit.run(["eq-29", "theorem-1/squared", "eq-10", "theorem-2"].compactMap(Statement.named))
    var study = MeasurementTable(columns: StudyResults.columns)
    for (classes, dimension, coarse) in [
      (10.0, 4.0, 0.0), (10, 16, 0), (100, 4, 0), (100, 64, 0), (5, 4, 1), (5, 16, 1),
    ] {
      study.append([
        "seed": 0, "classes": classes, "dimension": dimension, "coarse": coarse, "epsilon_target": 0.1,
        "error": 1 / dimension, "v": 0.2, "welch": 0.1,
      ])
    }
    let spectra = DoubleMatrix(rows: 2, columns: 3, values: [0.5, 0.3, 0.2, 0.4, 0.4, 0.2])
    let eigenvalues = EigenvalueFigure(series: [
      EigenvalueFigure.Series(
        title: "SimSiam on Fashion-MNIST, d = 3", epochs: [0, 1], eigenvalues: spectra, predictor: spectra,
        diagonalShare: [0.2, 0.9], randomShare: [0.1, 0.1], error: [nil, 0.4])
    ])
    let accuracy = AccuracyFigure(
      groups: FigureExamples.published.map { row in
        let entries = zip(FigureExamples.dimensions, row.accuracies).map {
          AccuracyFigure.Entry(dimension: $0, accuracy: $1)
        }
        return AccuracyFigure.Group(
          method: row.method, dataset: row.dataset, classCount: row.classCount, entries: entries, published: entries,
          publishedDataset: row.dataset, references: [.init(label: "untrained encoder", accuracy: 30)])
      }, reading: "kNN on the output f(x).")
    return [
      ("2", Figure2(rows: Figure2.computed(count: 6, steps: 20)).chart()),
      ("accuracy", accuracy.chart()), ("3", FigureExamples.figure3().chart()),
      ("3 small", FigureExamples.smallFigure3().chart()), ("4", FigureExamples.figure4().chart()),
      ("4, one column", FigureExamples.figure4(dimensions: [4]).chart()), ("5", FigureExamples.figure5().chart()),
      ("counterexamples", CounterexampleFigure(findings: findings).chart()),
      ("separation", SeparationFigure(results: try separation()).chart()), ("study", StudyFigure(table: study).chart()),
      ("two labels", TwoLabelFigure(table: study).chart()),
      ("dynamics", DynamicsFigure(trajectories: try trajectories()).chart()),
      ("eigenvalues", eigenvalues.chart()),
    ]
  }

  /// As a search leaves it, one place where it found nothing included.
  private static func separation() throws -> SeparationResults {
    let points = [(0.1, "0.92"), (0.3, "0.71"), (0.5, "0.35"), (0.8, "null")].map { epsilon, product in
      """
      {"epsilon": \(epsilon), "product": \(product), "printed": \(Theorem1.margin(epsilon: epsilon)),
       "sharp": \(Theorem1.sharpMargin(epsilon: epsilon))}
      """
    }
    return try JSONDecoder().decode(
      SeparationResults.self, from: Data("{\"searches\": [], \"frontier\": [\(points.joined(separator: ","))]}".utf8))
  }

  /// The dynamics that are drawn, at every second unit of time.
  private static func trajectories() throws -> MeasurementTable {
    let whole = try SimulationResults.portrait()
    var table = MeasurementTable(columns: whole.columns)
    for row in whole.rows {
      let values = Dictionary(uniqueKeysWithValues: zip(whole.columns, row))
      let tenths = Int(((values["time"] ?? nil) ?? 0) * 10 + 0.5)
      if tenths % 20 == 0 { table.append(values) }
    }
    return table
  }
}
