/// A table as data, from which HTML, CSV, Markdown and LaTeX are made.
///
/// Texts (label, caption, titles, cells, notes) may hold `` `code` ``, `_{…}` and `^{…}`; see `InlineText`.
public struct Table: Sendable, Equatable {
  /// A title over several neighbouring columns; an empty title leaves its columns without one.
  public struct Group: Sendable, Equatable {
    public let title: String
    public let span: Int

    public init(_ title: String, span: Int) {
      self.title = title
      self.span = span
    }
  }

  public struct Column: Sendable, Equatable {
    public enum Alignment: Sendable, Equatable {
      case leading, center, trailing
    }

    public let title: String
    public let alignment: Alignment

    public init(_ title: String, alignment: Alignment = .trailing) {
      self.title = title
      self.alignment = alignment
    }
  }

  public struct Row: Sendable, Equatable {
    /// The first cell heads the row.
    public let cells: [Cell]
    /// Whether a rule parts the row from the one above.
    public let ruleAbove: Bool

    public init(_ cells: [Cell], ruleAbove: Bool = false) {
      self.cells = cells
      self.ruleAbove = ruleAbove
    }
  }

  /// Names the table in links and in LaTeX's `\label`, for instance `table1`.
  public let identifier: String
  /// For instance `Table 1`.
  public let label: String
  public let caption: String
  /// Empty, or as wide together as there are columns.
  public let groups: [Group]
  public let columns: [Column]
  public let rows: [Row]
  /// Below the table, one paragraph each; the meanings of marks follow by themselves.
  public let notes: [String]

  /// - Precondition: groups span all columns, every row has one cell a column.
  public init(
    identifier: String, label: String, caption: String, groups: [Group] = [], columns: [Column], rows: [Row],
    notes: [String] = []
  ) {
    precondition(!columns.isEmpty, "a table has columns")
    precondition(
      groups.isEmpty || groups.reduce(0) { $0 + $1.span } == columns.count, "groups span all columns of \(identifier)")
    precondition(
      rows.allSatisfy { $0.cells.count == columns.count }, "every row of \(identifier) has \(columns.count) cells")
    self.identifier = identifier
    self.label = label
    self.caption = caption
    self.groups = groups
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  /// Marks in the order in which they are first used.
  var marks: [Cell.Mark] {
    var marks: [Cell.Mark] = []
    for case let mark? in rows.lazy.flatMap(\.cells).map(\.mark) where !marks.contains(mark) { marks.append(mark) }
    return marks
  }

  /// Titles with their group's in front, for formats with one header line.
  var flatTitles: [String] {
    let groupTitles = groups.flatMap { group in [String](repeating: group.title, count: group.span) }
    return columns.enumerated().map { index, column in
      guard index < groupTitles.count, !groupTitles[index].isEmpty else { return column.title }
      return column.title.isEmpty ? groupTitles[index] : "\(groupTitles[index]) \(column.title)"
    }
  }
}
