import Foundation

extension ReportPage {
  /// The page: nothing from elsewhere, the same bytes for the same data. All there is to read stands in it as it is; the
  /// script makes it answer. `PageSeal.sealed` makes it complete.
  public func html() -> String {
    Templates.page.render(
      [
        "title": InlineText(title).plain, "titleHTML": InlineText(title).html, "style": Templates.style,
        "script": Templates.script,
        "policy": "default-src 'none'; img-src data:; style-src '\(PageSeal.policySource(Templates.style))'; "
          + "script-src '\(PageSeal.policySource(Templates.script))'; base-uri 'none'; form-action 'none'",
        "subject": subject.isEmpty ? [] : [["text": subject]], "seal": PageSeal.marker,
        "verdict": verdict.map(\.html) ?? "",
        "subtitle": subtitle.isEmpty ? [] : [["text": InlineText(subtitle).html]],
        "summary": summary.map { ["text": InlineText($0).html] },
        "hasHighlights": !highlights.isEmpty,
        "highlights": highlights.map {
          ["value": InlineText($0.value).html, "label": InlineText($0.label).html, "tone": $0.tone.rawValue]
        },
        "sections": sections.enumerated().map { index, section in
          [
            "id": "section-\(index + 1)", "number": String(index + 1), "title": InlineText(section.title).html,
            "plain": InlineText(section.title).plain, "body": section.blocks.map(\.html).joined(),
          ]
        },
        "footer": footer.isEmpty ? [] : [["text": InlineText(footer).html]],
      ] as [String: Any])
  }
}

extension ReportPage {
  /// What a page says that it is of; nil where it says nothing.
  public static func subject(of page: String) -> String? {
    guard let start = page.range(of: "\n<meta name=\"repro-page\" content=\"")?.upperBound,
      let end = page[start...].range(of: "\">\n")?.lowerBound
    else { return nil }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(
      String(page[start..<end])
    ) {
      $0.replacing($1.0, with: $1.1)
    }
  }

  fileprivate static func marker(_ slot: String) -> String { "<!-- slot \(htmlIdentifier(slot)) -->\n" }

  /// `page` with `blocks` in the place of its slot; unchanged where it has no such slot.
  public static func fill(_ page: String, slot: String, with blocks: [Block]) -> String {
    page.replacingBytes(of: marker(slot), with: blocks.map(\.html).joined())
  }
}

extension ReportPage.Block {
  fileprivate var html: String {
    switch self {
    case .paragraph(let text): "<p>\(InlineText(text).html)</p>\n"
    case .heading(let text): "<h3>\(InlineText(text).html)</h3>\n"
    case .subheading(let text): "<h4>\(InlineText(text).html)</h4>\n"
    case .list(let items): "<ul>\n\(items.map { "<li>\(InlineText($0).html)</li>\n" }.joined())</ul>\n"
    case .link(let text, let path):
      "<p><a href=\"\(htmlEscaped(relativeAddress(path)))\">\(InlineText(text).html)</a></p>\n"
    case .caution(let text): "<p class=\"caution\">\(InlineText(text).html)</p>\n"
    case .table(let table): table.html()
    case .figure(let figure): Templates.figure.render(figure.htmlContext())
    case .claims(let claims): Templates.claims.render(["claims": claims.map(\.htmlContext)])
    case .facts(let facts):
      Templates.facts.render([
        "facts": facts.map { ["name": InlineText($0.name).html, "value": InlineText($0.value).html] }
      ])
    case .variants(let variants): variants.html
    case .nodes(let summary, let records):
      Templates.nodes.render([
        "summary": InlineText(summary).html, "rows": records.map(\.htmlRow).joined(),
        "articles": {
          let known = Dictionary(records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
          return records.map { $0.htmlArticle(known: known) }.joined()
        }(),
      ])
    case .graph(let records): NodeGraph(records: records).figure
    case .timeline(let records): Timeline(records: records).html
    case .selfCheck(let text):
      "<div class=\"check\">\n<p>\(InlineText(text).html)</p>\n"
        + "<p>Seal of this page: \(PageSeal.rootOpening)\(PageSeal.rootMarker)</code></p>\n</div>\n"
    case .slot(let name): ReportPage.marker(name)
    }
  }
}

extension ClaimVerdict {
  fileprivate var htmlContext: [String: Any] {
    [
      "id": htmlIdentifier(identifier), "statement": InlineText(statement).html, "source": InlineText(source).html,
      "verdict": verdict.rawValue, "sign": verdict.sign, "word": verdict.word, "evidence": InlineText(evidence).html,
      "hasNodes": !nodes.isEmpty,
      "nodes": nodes.map { ["anchor": nodeAnchor($0), "name": $0] },
    ]
  }
}

/// Seconds as a person says them: `< 0.1 s`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`.
public func formatDuration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "—" }
  if seconds < 0.05 { return "< 0.1 s" }
  if seconds < 9.95 { return String(format: "%.1f s", seconds) }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
