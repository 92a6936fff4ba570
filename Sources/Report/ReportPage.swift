/// A report: one page of HTML that holds all it needs, from data that knows nothing of how it was made.
///
/// Texts may hold `` `code` ``, `_{…}` and `^{…}`; see `InlineText`.
public struct ReportPage: Sendable, Equatable {
  public let title: String
  /// A line below the title.
  public let subtitle: String
  /// What came out, in a few paragraphs.
  public let summary: [String]
  /// A few numbers that say most, in large type below the summary.
  public let highlights: [Highlight]
  public let sections: [Section]
  /// The last line of the page.
  public let footer: String

  public struct Highlight: Sendable, Equatable {
    public let value: String
    public let label: String
    public let tone: Cell.Mark.Tone

    public init(_ value: String, _ label: String, tone: Cell.Mark.Tone = .neutral) {
      self.value = value
      self.label = label
      self.tone = tone
    }
  }

  public struct Section: Sendable, Equatable {
    public let title: String
    public let blocks: [Block]

    public init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  public enum Block: Sendable, Equatable {
    case paragraph(String)
    /// A smaller heading within the section.
    case heading(String)
    case list([String])
    /// A caveat that must not be read over.
    case caution(String)
    case table(Table)
    case figure(ReportFigure)
    case claims([ClaimVerdict])
    /// Names and values: how it was run.
    case facts([Fact])
    /// What was run, folded away below `summary`.
    case records(summary: String, [RunRecord])
    /// A place that `ReportPage.fill` puts blocks into later: what differs from run to run, in a page that does not.
    case slot(String)
  }

  public init(
    title: String, subtitle: String = "", summary: [String] = [], highlights: [Highlight] = [],
    sections: [Section], footer: String = ""
  ) {
    self.title = title
    self.subtitle = subtitle
    self.summary = summary
    self.highlights = highlights
    self.sections = sections
    self.footer = footer
  }
}

/// One line of "how it was run".
public struct Fact: Sendable, Equatable {
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A published statement and what became of it.
public struct ClaimVerdict: Sendable, Equatable {
  public enum Verdict: String, Sendable, Equatable, CaseIterable {
    case holds, fails, undecided
  }

  public let identifier: String
  /// The claim in the paper's words.
  public let statement: String
  /// Where in the paper: `§5`, `Theorem 3`.
  public let source: String
  public let verdict: Verdict
  /// What was measured, and against what.
  public let evidence: String

  public init(identifier: String, statement: String, source: String, verdict: Verdict, evidence: String) {
    self.identifier = identifier
    self.statement = statement
    self.source = source
    self.verdict = verdict
    self.evidence = evidence
  }
}

/// One thing that was run. Cells of tables lead to it by its name.
public struct RunRecord: Sendable, Equatable {
  public enum State: String, Sendable, Equatable, CaseIterable {
    case built, reused, failed, stale, skipped
  }

  public let name: String
  public let stage: String
  public let state: State
  /// Seconds it took when it was made; nil where that is not known.
  public let seconds: Double?
  /// The digest that determines its result.
  public let key: String
  public let note: String

  public init(name: String, stage: String, state: State, seconds: Double?, key: String, note: String = "") {
    self.name = name
    self.stage = stage
    self.state = state
    self.seconds = seconds
    self.key = key
    self.note = note
  }
}
