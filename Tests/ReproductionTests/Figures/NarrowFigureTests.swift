import Charts
import Numerics
import Testing
import Theory

@testable import Reproduction

/// Labels are read on every screen: in the drawing for narrow ones down to a phone of 360 pixels, in the other from where
/// the page takes it.
@Suite struct NarrowFigureTests {
  /// Pixels that the page leaves to a drawing: at 360 pixels, and just above the width at which it changes forms.
  private static let phone = 308.0
  private static let desk = 940.0

  private static func figures() throws -> [(name: String, own: String, narrow: String)] {
    let audit = TheoremAudit(effort: .init(worlds: 400, starts: 1, steps: 60))
    let findings = audit.run(["eq-29", "theorem-1/squared", "eq-10", "theorem-2"].compactMap(Statement.named))
    let separation = try SeparationResults(
      SeparationSettings(
        attempts: 50, steps: 10, frontier: [0.1, 0.3], frontierAttempts: 2, frontierSteps: 20, seed: 0),
      threads: 2
    ) { _ in }
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
    let charts: [(String, Chart)] = [
      ("2", Figure2(rows: Figure2.computed(count: 6, steps: 20)).chart()),
      ("accuracy", accuracy.chart()), ("3", FigureExamples.figure3().chart()),
      ("3 small", FigureExamples.smallFigure3().chart()), ("4", FigureExamples.figure4().chart()),
      ("4, one column", FigureExamples.figure4(dimensions: [4]).chart()), ("5", FigureExamples.figure5().chart()),
      ("counterexamples", CounterexampleFigure(findings: findings).chart()),
      ("separation", SeparationFigure(results: separation).chart()), ("study", StudyFigure(table: study).chart()),
      ("two labels", TwoLabelFigure(table: study).chart()),
      ("dynamics", DynamicsFigure(trajectories: try SimulationResults.portrait()).chart()),
      ("eigenvalues", eigenvalues.chart()),
    ]
    return try charts.map { ($0, try $1.svg(), try $1.narrow().svg()) }
      + [("1", Figure1.schematic.svg(), Figure1.schematic.narrow().svg())]
  }

  /// Pixels of the smallest letters where a drawing has no more than `room`; it is never enlarged.
  private static func smallest(_ svg: String, room: Double) throws -> Double {
    let width = try #require(svg.firstMatch(of: /<svg [^>]*?width="([0-9.]+)"/).flatMap { Double($0.output.1) })
    let sizes = svg.matches(of: /<text [^>]*?font-size="([0-9.]+)"/).compactMap { Double($0.output.1) }
    #expect(!sizes.isEmpty)
    return (sizes.min() ?? 0) * min(1, room / width)
  }

  @Test func labelsAreNineHighAtLeast() throws {
    for (name, own, narrow) in try Self.figures() {
      #expect(try Self.smallest(narrow, room: Self.phone) >= 9, "\(name), narrow")
      #expect(try Self.smallest(own, room: Self.desk) >= 9, "\(name)")
    }
  }
}
