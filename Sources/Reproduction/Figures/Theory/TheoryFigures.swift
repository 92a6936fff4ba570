import Charts
import Foundation
import Numerics
import Pipeline
import Theory

/// Which of the theory's figures a node draws.
struct TheoryFigureSettings: StageSettings {
  enum Name: String, Codable, Sendable, CaseIterable {
    case counterexamples
    case separation
    case study
    case twoLabels = "two-labels"
    case dynamics
    case eigenvalues
  }

  let name: Name
  /// The cells whose eigenvalues are drawn.
  let cells: [CellSummary]
}

extension TheoryFigureSettings.Name {
  /// As the report calls it.
  var label: String {
    switch self {
    case .counterexamples: "Figure A"
    case .separation: "Figure B"
    case .study: "Figure C"
    case .twoLabels: "Figure D"
    case .dynamics: "Figure E"
    case .eigenvalues: "Figure F"
    }
  }

  var caption: String {
    switch self {
    case .counterexamples: CounterexampleFigure.caption
    case .separation: SeparationFigure.caption
    case .study: StudyFigure.caption
    case .twoLabels: TwoLabelFigure.caption
    case .dynamics: DynamicsFigure.caption
    case .eigenvalues: EigenvalueFigure.caption
    }
  }
}

/// Draws the theory's figures from the inputs of their nodes.
enum TheoryFigures {
  static func draw(_ settings: TheoryFigureSettings, _ context: StageContext) throws -> (chart: Chart, csv: String) {
    switch settings.name {
    case .counterexamples:
      let figure = CounterexampleFigure(findings: try JSONFile.read(from: context.input(OutputName.findings)))
      return (figure.chart(), figure.csv())
    case .separation:
      let figure = SeparationFigure(results: try JSONFile.read(from: context.input(OutputName.separation)))
      return (figure.chart(), figure.csv())
    case .dynamics:
      let figure = DynamicsFigure(trajectories: try table(OutputName.trajectories, context))
      return (figure.chart(), figure.csv())
    case .study:
      let figure = StudyFigure(table: try studies(context))
      return (figure.chart(), figure.csv())
    case .twoLabels:
      let figure = TwoLabelFigure(table: try studies(context))
      return (figure.chart(), figure.csv())
    case .eigenvalues:
      let figure = EigenvalueFigure(series: try settings.cells.map { try eigenvalues($0, context) })
      return (figure.chart(), figure.csv())
    }
  }

  private static func table(_ input: String, _ context: StageContext) throws -> MeasurementTable {
    do {
      return try MeasurementTable(csv: String(contentsOf: context.input(input), encoding: .utf8))
    } catch {
      throw StageError("\(input): \(sentence(of: error))")
    }
  }

  /// All studies among the inputs, one below the other.
  private static func studies(_ context: StageContext) throws -> MeasurementTable {
    var all = MeasurementTable(columns: StudyResults.columns)
    for name in context.inputs where name.hasPrefix("study/") {
      let part = try table(name, context)
      for row in part.rows { all.append(Dictionary(uniqueKeysWithValues: zip(part.columns, row))) }
    }
    return all
  }

  private static func eigenvalues(_ cell: CellSummary, _ context: StageContext) throws -> EigenvalueFigure.Series {
    let bound = try table("\(OutputName.bound)/\(cell.path)", context)
    var spectrum = try NPY.read(context.input("\(OutputName.spectrum)/\(cell.path)")).doubleMatrix()
    let predictor = try NPY.read(context.input("\(OutputName.predictorSpectrum)/\(cell.path)")).doubleMatrix()
    // tr Λ = d on the sphere of §4.1; §4.2 has 1.
    for index in spectrum.values.indices { spectrum.values[index] /= Double(max(1, spectrum.columns)) }
    return EigenvalueFigure.Series(
      title: "\(cell.methodTitle) on \(cell.datasetTitle), d = \(cell.dimension)",
      epochs: bound.column("epoch").map { $0 ?? 0 }, eigenvalues: spectrum, predictor: predictor,
      diagonalShare: bound.column("alignment_diagonal_share"), randomShare: bound.column("alignment_random_share"),
      error: bound.column("theorem4_error"))
  }
}
