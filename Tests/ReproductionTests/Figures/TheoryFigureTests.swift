import Charts
import Foundation
import Numerics
import Testing
import Theory

@testable import Reproduction

@Suite struct TheoryFigureTests {
  @Test func figure1NamesEveryPart() {
    let svg = Figure1.schematic.svg()
    for text in ["(a) SimCLR", "(b) Barlow Twins", "(c) BYOL, SimSiam", "attract", "repel"] {
      #expect(svg.contains(text))
    }
    #expect(Figure1.schematic.svg() == svg)
  }

  /// The sets that are drawn are minima, and the losses beneath them are theirs.
  @Test func figure2ShowsMinima() throws {
    let figure = Figure2(rows: Figure2.computed(count: 12, steps: 2000))
    #expect(figure.rows.map(\.count) == [4, 4])
    for row in figure.rows {
      #expect(row[1].points.correlationLoss < 1e-6 && row[2].points.correlationLoss < 1e-6)
      #expect(row[0].points.correlationLoss > 0.01)
      #expect(row[3].points.uniformityLoss() < row[0].points.uniformityLoss())
      // Clusters are a minimum of one loss and far from one of the other.
      #expect(row[2].points.uniformityLoss() > row[3].points.uniformityLoss() + 0.3)
    }
    let lines = figure.csv().split(separator: "\n")
    #expect(lines.count == 1 + 3 * 12 + 12 + 3 * 24 + 24)
    #expect(try figure.chart().svg().contains("ℒ"))
  }

  @Test func studyAveragesOverSeeds() throws {
    var table = MeasurementTable(columns: StudyResults.columns)
    for (seed, error, bound) in [(0.0, 0.2, 0.5 as Double?), (1, 0.4, nil)] {
      table.append([
        "seed": seed, "classes": 10, "dimension": 4, "coarse": 0, "epsilon_target": 0.1, "error": error,
        "theorem3_printed": bound,
      ])
    }
    let rows = StudyFigure.rows(table)
    #expect(rows.count == 1 && abs((rows[0]["error"] ?? 0) - 0.3) < 1e-12)
    // A bound that one seed does not have is none.
    #expect(rows[0]["theorem3_printed"] == nil)
    #expect(try !StudyFigure(table: table).chart().svg().isEmpty)
    #expect(try !StudyFigure(table: MeasurementTable(columns: StudyResults.columns)).chart().svg().isEmpty)
    #expect(try !TwoLabelFigure(table: table).chart().svg().isEmpty)
  }

  /// What stands beneath a drawing is computed from what is drawn.
  @Test func notesFollowTheData() throws {
    func table(error: Double, disjoint: Double) -> MeasurementTable {
      var table = MeasurementTable(columns: StudyResults.columns)
      for dimension in [2.0, 4, 8] {
        table.append([
          "seed": 0, "classes": 10, "dimension": dimension, "coarse": 0, "epsilon_target": 0.1,
          "error": dimension == 2 ? error : 0, "disjoint": disjoint,
        ])
      }
      return table
    }
    func notes(_ table: MeasurementTable) -> String {
      StudyFigure(table: table).chart().notes.map(\.plain).joined(separator: " ")
    }
    let (clean, late) = (notes(table(error: 0, disjoint: 1)), notes(table(error: 0.4, disjoint: 0)))
    #expect(clean.contains("d = 2 (K = 10)") && !clean.contains("may overlap"))
    #expect(late.contains("d = 4 (K = 10)") && late.contains("may overlap for K = 10"))
    // Likewise beneath the matrices of Figure 5.
    func figure(_ distance: Double, floor: Double?) throws -> String {
      let correlation = Figure5.Correlation(
        title: "Whole bank", dimension: 2048, values: [1, 0, 0, 1], side: 2, distance: distance, samplingFloor: floor,
        sampleCount: 100)
      return try Figure5(encoders: [.init(name: "SimSiam, d = 2048", correlations: [correlation])]).chart().svg()
    }
    #expect(try figure(1536, floor: 8188).contains("1536") && figure(1536, floor: 8188).contains("8188"))
    #expect(try figure(12, floor: nil).contains("not computed") && figure(12, floor: nil).contains("first 2 of 2048"))
  }

  @Test func counterexamplesAreDrawn() throws {
    let audit = TheoremAudit(effort: .init(worlds: 400, starts: 1, steps: 60))
    let findings = audit.run(["eq-29", "eq-27", "theorem-1/squared"].compactMap(Statement.named))
    let figure = CounterexampleFigure(findings: findings)
    let svg = try figure.chart().svg()
    #expect(svg.contains("Eq. 29") && !svg.contains("Eq. 27"))
    #expect(figure.csv().split(separator: "\n").count > 3)
    #expect(try CounterexampleFigure(findings: []).chart().svg().contains("no statement"))
  }

  @Test func dynamicsAndEigenvalues() throws {
    let table = try SimulationResults.portrait()
    #expect(table.rows.count == 2 * 21 * 121 + 5 * 6 * 161)
    // The trace is conserved but where weight decay is as printed.
    let last = table.rows.indices.filter { table.column("kind")[$0] == 2 && table.column("time")[$0] == 80 }
    for series in 0..<5 {
      let trace = last.filter { table.column("series")[$0] == Double(series) }.reduce(0.0) {
        $0 + (table.column("eigenvalue")[$1] ?? 0)
      }
      #expect((abs(trace - 1) < 1e-6) == (series < 3), "\(series): \(trace)")
    }
    #expect(try DynamicsFigure(trajectories: table).chart().svg().contains("1/c"))
    let series = EigenvalueFigure.Series(
      title: "SimSiam", epochs: [0, 1],
      eigenvalues: DoubleMatrix(rows: 2, columns: 3, values: [0.5, 0.3, 0.2, 0.4, 0.4, 0.2]),
      predictor: DoubleMatrix(rows: 2, columns: 3, repeating: 1), diagonalShare: [0.2, 0.9], randomShare: [0.1, 0.1],
      error: [nil, 0.4])
    let figure = EigenvalueFigure(series: [series])
    #expect(try figure.chart().svg().contains("eigenvalues of"))
    #expect(figure.csv().split(separator: "\n").count == 7)
    #expect(try !EigenvalueFigure(series: []).chart().svg().isEmpty)
  }

  @Test func separationKeepsItsSearches() throws {
    let results = try SeparationResults(
      SeparationSettings(
        attempts: 200, steps: 20, frontier: [0.1, 0.3], frontierAttempts: 2, frontierSteps: 50, seed: 0), threads: 2
    ) { _ in }
    #expect(results.searches.count == 6 && results.searches[0].contradictions == 0)
    #expect(results.frontier.map(\.epsilon) == [0.1, 0.3])
    #expect(try SeparationFigure(results: results).chart().svg().contains("√3"))
    // It survives its file.
    let data = try JSONEncoder().encode(results)
    #expect(try JSONDecoder().decode(SeparationResults.self, from: data) == results)
  }

  @Test func errataBecomeBlocks() throws {
    let text = try String(contentsOf: ClaimsTests.root.appending(path: "paper/errata.md"), encoding: .utf8)
    let blocks = ErrataPage.blocks(text)
    let headings = blocks.compactMap { if case .heading(let text) = $0 { text } else { nil } }
    let entries = blocks.compactMap { if case .subheading(let text) = $0 { text } else { nil } }
    #expect(headings.contains("Section 4.1") && entries.contains { $0.hasPrefix("E8 Theorem 3") })
    for case .paragraph(let text) in blocks {
      // Nothing of Markdown is left but code; what is set in another type is closed.
      let rest = text.replacing(/\*{1,2}\{[^{}]*\}/, with: "").replacing(/[_^]\{[^{}]*\}/, with: "")
      #expect(!rest.contains("*") && !rest.contains("_"), "\(text)")
    }
    #expect(
      ErrataPage.typeset("**Printed.** *some* class: L_BT and `a_b`, Σ_{i≠j} λ_pᵢ")
        == "**{Printed.} *{some} class: L_{BT} and `a_b`, Σ_{i≠j} λ_{p}ᵢ")
  }
}
