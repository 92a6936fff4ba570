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
      "rows": rows.map { row -> [String: Any] in
        [
          "ruleAbove": row.ruleAbove,
          "head": cellContext(row.cells[0], column: 0),
          "cells": row.cells.indices.dropFirst().map { cellContext(row.cells[$0], column: $0) },
        ]
      },
      "hasNotes": !notes.isEmpty || !marks.isEmpty,
      "notes": notes.map { ["text": InlineText($0).html] },
      "marks": marks.map { ["symbol": $0.symbol, "meaning": InlineText($0.meaning).html] },
    ]
  }

  private func cellContext(_ cell: Cell, column: Int) -> [String: Any] {
    var context: [String: Any] = [
      "class": columns[column].alignment.htmlClass + (cell.mark.map { " \($0.tone.rawValue)" } ?? ""),
      "text": InlineText(cell.text).html,
    ]
    if let mark = cell.mark { context["mark"] = ["symbol": mark.symbol, "name": mark.name] }
    if let note = cell.note { context["note"] = InlineText(note).plain }
    if let target = cell.target { context["target"] = ["anchor": nodeAnchor(target), "node": target] }
    return context
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
