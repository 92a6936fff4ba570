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
    var chart = self
    chart.identifier = identifier + "-narrow"
    chart.style.width = Self.narrowWidth
    chart.style.fontSize = Self.narrowFontSize
    chart.titlesOnlyOutside = false
    chart.rowTitlePlace = .above
    let columnCount = panels.joined().contains { $0.map(\.hasAxes) ?? false } ? 1 : 2
    chart.panels = []
    chart.rowTitles = []
    for group in groups {
      for start in stride(from: 0, to: group.panels.count, by: columnCount) {
        let row = group.panels[start..<min(start + columnCount, group.panels.count)].map(Optional.some)
        chart.panels.append(row + [Panel?](repeating: nil, count: columnCount - row.count))
        chart.rowTitles.append(start == 0 ? group.title : "")
      }
    }
    if rowTitles.isEmpty { chart.rowTitles = [] }
    return chart
  }

  /// The panels that there are; rows of one title, and rows without any, are one group.
  private var groups: [(title: RichText, panels: [Panel])] {
    var groups: [(title: RichText, panels: [Panel])] = []
    for (index, row) in panels.enumerated() {
      let title = rowTitles.indices.contains(index) ? rowTitles[index] : ""
      let present = row.compactMap { panel -> Panel? in
        guard var panel else { return nil }
        panel.matrix?.hasSinglePixels = true
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
}
