extension Table {
  /// The table as an HTML element, with its caption, scoped headers and notes.
  public func html() -> String { Templates.table.render(htmlContext) }

  /// What `table.mustache` reads.
  private var htmlContext: [String: Any] {
    [
      "id": htmlIdentifier(identifier), "sealName": "\(InlineText(label).plain) (\(identifier))",
      "label": InlineText(label).html, "caption": InlineText(caption).html,
      "hasGroups": !groups.isEmpty,
      "groups": groups.map { group -> [String: Any] in
        [
          "span": String(group.span), "title": InlineText(group.title).html, "isTitled": !group.title.isEmpty,
        ]
      },
      "columns": columns.map { ["title": InlineText($0.title).html, "class": $0.alignment.htmlClass] },
      "rows": rows.map { htmlRow($0) }.joined(),
      "hasNotes": !notes.isEmpty || !marks.isEmpty,
      "notes": notes.map { ["text": InlineText($0).html] },
      "marks": marks.map { ["symbol": $0.symbol, "meaning": InlineText($0.meaning).html] },
    ]
  }

  /// Written here and not by the template: reports have thousands of cells, and looking a dozen names up for each is half of the time
  /// that a page takes.
  private func htmlRow(_ row: Row) -> String {
    let cells = row.cells.indices.map { column in
      let (cell, element) = (row.cells[column], column == 0 ? "th" : "td")
      return
        "<\(element)\(column == 0 ? " scope=\"row\"" : "") \(attributes(cell, column: column))>\(content(cell))</\(element)>"
    }
    return "<tr\(row.ruleAbove ? " class=\"rule\"" : "")>\(cells.joined())</tr>\n"
  }

  private func attributes(_ cell: Cell, column: Int) -> String {
    "class=\"\(columns[column].alignment.htmlClass)\(cell.mark.map { " \($0.tone.rawValue)" } ?? "")\""
      + (cell.target.map { " data-node=\"\(htmlEscaped($0))\"" } ?? "")
      + (cell.note.map { " title=\"\(htmlEscaped(InlineText($0).plain))\"" } ?? "")
  }

  private func content(_ cell: Cell) -> String {
    let text = InlineText(cell.text).html
    return (cell.target.map { "<a href=\"#\(htmlEscaped(nodeAnchor($0)))\">\(text)</a>" } ?? text)
      + (cell.mark.map { "<sup class=\"mark\" title=\"\(htmlEscaped($0.name))\">\(htmlEscaped($0.symbol))</sup>" } ?? "")
  }
}

extension Table.Column.Alignment {
  fileprivate var htmlClass: String {
    switch self {
    case .leading: "l"
    case .center: "c"
    case .trailing: "r"
    }
  }
}
