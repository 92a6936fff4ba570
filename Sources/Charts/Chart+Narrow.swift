extension Chart {
  /// Pixels that a phone leaves to a drawing, nearly, and letters that can be read there.
  private static let narrowWidth = 352.0
  private static let narrowFontSize = 13.0

  /// The same for a screen as narrow as a phone's: panels below each other (squares in pairs), each with its own titles of
  /// axes, titles of rows over their panels.
  ///
  /// On a screen of 360 pixels no label of it is below 9 pixels, scripts of formulas apart. Matrices have a pixel an element:
  /// only browsers show this form.
  public func narrow() -> Chart {
    var chart = keepingSharedLimits
    chart.identifier = identifier + "-narrow"
    chart.style.width = Self.narrowWidth
    chart.style.fontSize = Self.narrowFontSize
    chart.titlesOnlyOutside = false
    chart.rowTitlePlace = .above
    let columnCount = panels.joined().contains { $0.map(\.hasAxes) ?? false } ? 1 : 2
    chart.panels = []
    chart.rowTitles = []
    for group in keepingSharedLimits.groups {
      for start in stride(from: 0, to: group.panels.count, by: columnCount) {
        let row = group.panels[start..<min(start + columnCount, group.panels.count)].map(Optional.some)
        chart.panels.append(row + [Panel?](repeating: nil, count: columnCount - row.count))
        chart.rowTitles.append(start == 0 ? group.title : "")
      }
    }
    chart.columnTitles = []
    if rowTitles.isEmpty { chart.rowTitles = [] }
    return chart
  }

  /// The panels that there are; rows of one title, and rows without any, are one group.
  private var groups: [(title: RichText, panels: [Panel])] {
    var groups: [(title: RichText, panels: [Panel])] = []
    for (index, row) in panels.enumerated() {
      let title = rowTitles.indices.contains(index) ? rowTitles[index] : ""
      let present = row.enumerated().compactMap { column, panel -> Panel? in
        guard var panel else { return nil }
        panel.matrix?.hasSinglePixels = true
        if columnTitles.indices.contains(column) {
          panel.title = columnTitles[column] + (panel.title.isEmpty ? "" : ": " + panel.title)
        }
        return panel
      }
      if groups.last?.title == title {
        groups[groups.count - 1].panels += present
      } else {
        groups.append((title, present))
      }
    }
    return groups
  }

  /// The same without shared axes: what panels have in common is written into each, so that they can be moved.
  private var keepingSharedLimits: Chart {
    guard sharesX != .none || sharesY != .none else { return self }
    var chart = self
    for (row, limits) in PanelLimits.of(self).enumerated() {
      for (column, limit) in limits.enumerated() {
        if sharesX != .none, let x = limit.x { chart.panels[row][column]?.x.domain = x }
        if sharesY != .none, let y = limit.y { chart.panels[row][column]?.y.domain = y }
      }
    }
    chart.sharesX = .none
    chart.sharesY = .none
    return chart
  }
}
