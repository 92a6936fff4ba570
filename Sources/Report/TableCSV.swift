extension Table {
  /// The table by RFC 4180: CRLF, one header line, UTF-8. Numbers in full; missing ones are empty, others that are not
  /// finite `NaN`, `inf` and `-inf`. A column some of whose cells are marked is followed by one with the marks' names.
  public func csv() -> String {
    let titles = flatTitles.map { InlineText($0).plain }
    let isMarked = columns.indices.map { column in rows.contains { $0.cells[column].mark != nil } }
    var lines = [
      columns.indices.flatMap { isMarked[$0] ? [titles[$0], "\(titles[$0]) mark"] : [titles[$0]] }
    ]
    for row in rows {
      lines.append(
        columns.indices.flatMap { column in
          let cell = row.cells[column]
          return isMarked[column] ? [cell.csv, cell.mark?.name ?? ""] : [cell.csv]
        })
    }
    return lines.map { $0.map(quotedField).joined(separator: ",") + "\r\n" }.joined()
  }
}

extension Cell {
  fileprivate var csv: String {
    if let value {
      if value.isNaN { return "NaN" }
      if let integer = Int(exactly: value) { return String(integer) }
      return "\(value)"
    }
    return self == .missing || text == "—" ? "" : InlineText(text).plain
  }
}

/// Quotes a field that holds a comma, a quote or the end of a line; scalars, because CR LF is one `Character`.
private func quotedField(_ field: String) -> String {
  let needsQuotes = field.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
  guard needsQuotes else { return field }
  var quoted = "\"".unicodeScalars
  for scalar in field.unicodeScalars {
    quoted.append(scalar)
    if scalar == "\"" { quoted.append(scalar) }
  }
  quoted.append("\"")
  return String(quoted)
}
