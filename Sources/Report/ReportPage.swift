/// A report: one page of HTML that holds all it needs, from data that knows nothing of how it was made.
///
/// Texts may hold `` `code` ``, `_{…}`, `^{…}`, `*{…}` and `**{…}`; see `InlineText`.
public struct ReportPage: Sendable, Equatable {
  public let title: String
  /// A line below the title.
  public let subtitle: String
  /// What came out, in a few paragraphs.
  public let summary: [String]
  /// What came of the claims, before everything else; nil where none were judged.
  public let verdict: VerdictBoard?
  /// A few numbers that say most, in large type below the summary.
  public let highlights: [Highlight]
  public let sections: [Section]
  /// The last line of the page.
  public let footer: String
  /// What it is a page of, for programs; empty where it says nothing.
  public let subject: String

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
    /// A heading below such a heading.
    case subheading(String)
    case list([String])
    /// A line that leads to another page, by a path from this one.
    case link(String, path: String)
    /// A caveat that must not be read over.
    case caution(String)
    case table(Table)
    case figure(ReportFigure)
    case claims([ClaimVerdict])
    /// Names and values: how it was run.
    case facts([Fact])
    /// One table in several readings.
    case variants(TableVariants)
    /// What was run, with all that is known of each node, folded away below `summary`.
    case nodes(summary: String, [NodeRecord])
    /// The nodes in layers, a link each to its record in `nodes`.
    case graph([NodeRecord])
    /// When they were made.
    case timeline([NodeRecord])
    /// The digest of the page's seal, and a button that holds the page against it.
    case selfCheck(String)
    /// A place that `ReportPage.fill` puts blocks into later: what differs from run to run, in a page that does not.
    case slot(String)
  }

  public init(
    title: String, subtitle: String = "", summary: [String] = [], verdict: VerdictBoard? = nil,
    highlights: [Highlight] = [], sections: [Section], footer: String = "", subject: String = ""
  ) {
    self.title = title
    self.subtitle = subtitle
    self.summary = summary
    self.verdict = verdict
    self.highlights = highlights
    self.sections = sections
    self.footer = footer
    self.subject = subject
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
  public enum Verdict: String, Sendable, Equatable, Codable, CaseIterable {
    case holds, fails
    /// What was run is too small for it, or has nothing that it speaks of.
    case undecided
  }

  public let identifier: String
  /// The claim in the paper's words.
  public let statement: String
  /// Where in the paper: `§5`, `Theorem 3`.
  public let source: String
  public let verdict: Verdict
  /// What was measured, and against what.
  public let evidence: String
  /// The nodes that it was judged by, the judge's own first.
  public let nodes: [String]

  public init(
    identifier: String, statement: String, source: String, verdict: Verdict, evidence: String, nodes: [String] = []
  ) {
    self.identifier = identifier
    self.statement = statement
    self.source = source
    self.verdict = verdict
    self.evidence = evidence
    self.nodes = nodes
  }
}
