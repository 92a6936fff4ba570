extension Table {
  /// The table as `CSVText` writes it, one header line. Numbers in full; missing ones are empty. A column some of whose cells
  /// are marked is followed by one with the marks' names.
  public func csv() -> String {
    let titles = flatTitles.map { InlineText($0).plain }
    let isMarked = columns.indices.map { column in rows.contains { $0.cells[column].mark != nil } }
    var csv = CSVText(
      header: columns.indices.flatMap { isMarked[$0] ? [titles[$0], "\(titles[$0]) mark"] : [titles[$0]] })
    for row in rows {
      csv.append(
        columns.indices.flatMap { column in
          let cell = row.cells[column]
          return isMarked[column] ? [cell.csv, cell.mark?.name ?? ""] : [cell.csv]
        })
    }
    return csv.text
  }
}

extension Cell {
  fileprivate var csv: String {
    if let value { return CSVText.number(value) }
    return isMissing ? "" : InlineText(text).plain
  }
}
