import Report
import Theory

/// Whether the paper's assumptions hold for the trained encoders, and what its theorems then say.
struct TheoryTable {
  let cells: [CellResults]

  static let introduction =
    "Theorems 1 and 3 need ε < 2 − √3 ≈ 0.268, where ε (Eq. 6) is the largest distance of two views of one class over the"
    + " radius. Where it is larger they say nothing, and ℒ_{bound} is something that may go with accuracy, not a bound of"
    + " the error. Theorem 2 holds for any ε, but says nothing where its right side exceeds d^{2}, which (μ_{i}^{T}μ_{j})^{2}"
    + " cannot."

  private static func name(_ cell: CellSummary) -> String {
    literal("\(cell.methodTitle), \(cell.datasetTitle), d\u{A0}=\u{A0}\(cell.dimension)")
  }

  var tables: [Table] { [table, bounds] }

  /// Er of the views that the means are made of.
  private static let errorOnBank = "Er\u{A0}(Eq.\u{A0}5), on the bank"

  /// How loose the bounds of Theorem 2 and 3 are, printed and repaired.
  private var bounds: Table {
    Table(
      identifier: "looseness", label: "Looseness",
      caption:
        "Theorem 2's left side and its bounds over d^{2}, where 1 says nothing, and what the repairs of Theorem 3 say of the error. With the "
        + "lengths of the means as measured no ε enters.",
      columns: [Table.Column("encoder", alignment: .leading)]
        + [
          "left", "as printed", "as proved", "diagonal kept", "with measured means", Self.errorOnBank, "close classes",
        ].map { Table.Column($0) },
      rows: cells.map { result in
        let square = Double(result.cell.dimension * result.cell.dimension)
        func relative(_ name: String) -> Cell { .number(result.bound.last(name).map { $0 / square }, decimals: 3) }
        return Table.Row([
          .text(
            Self.name(result.cell),
            target: "bound/\(result.cell.path)"),
          relative("theorem2_left"), relative("theorem2_printed"), relative("theorem2_proved"),
          relative("theorem2_repaired"),
          relative("theorem2_measured"), .number(result.bound.last("nearest_mean_error_on_bank"), decimals: 3),
          .number(result.bound.last("theorem3_close_classes"), decimals: 3),
        ])
      },
      notes: [
        "Close classes: the share of views whose class has a neighbour with μ_{i}^{T}μ_{j} ≥ r^{2}(1 − 9ε^{2}/4), which bounds the error for every"
          + " ε."
      ])
  }

  /// One row a cell, at the last recorded epoch.
  private var table: Table {
    Table(
      identifier: "theory", label: "Theory",
      caption: "The assumptions and both sides of the theorems at the end of training, on the view bank.",
      columns: [Table.Column("encoder", alignment: .leading)]
        + [
          "ε", "pairs that Theorem 1 separates", "Theorem 2, left", "right, as proved", "d^{2}", "Theorem 3",
          Self.errorOnBank, "Er, held out", "effective rank",
        ].map { Table.Column($0) },
      rows: cells.map(row),
      notes: [
        "Er of Eq. 5 on the bank: over the views that the class means are made of, which is what the theorems bound, and too small for an"
          + " error of generalisation. Held out: of test images, with the class means of training images."
      ])
  }

  private func row(_ result: CellResults) -> Table.Row {
    let last = { (name: String) in result.bound.last(name) }
    let dimension = result.cell.dimension
    let pairs = [last("theorem1_separated_pairs"), last("theorem1_pairs")].map { Cell.format($0, decimals: 0) }
    let applies = last("epsilon_maximum").map { $0 < Theorem1.epsilonLimit } ?? false
    return Table.Row([
      .text(
        Self.name(result.cell),
        target: "bound/\(result.cell.path)"),
      .number(last("epsilon_maximum")), .text("\(pairs[0]) of \(pairs[1])"),
      .number(last("theorem2_left"), decimals: 1), .number(last("theorem2_proved"), decimals: 0),
      .integer(dimension * dimension),
      applies ? .number(last("theorem3_printed"), decimals: 3) : .text("says\u{A0}nothing"),
      .number(last("nearest_mean_error_on_bank"), decimals: 3),
      .number(result.probe.last("mean_output").map { 1 - $0 }, decimals: 3),
      .number(last("effective_rank"), decimals: 1),
    ])
  }
}
