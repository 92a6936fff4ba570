/// A grid of panels with what they have in common, drawn as one SVG.
public struct Chart: Sendable, Equatable {
  /// Where the title of a row of panels stands.
  public enum RowTitlePlace: Sendable {
    /// Upright at the left of the row.
    case beside
    /// Over the row, as a heading.
    case above
  }

  /// Prefix of every `id` in the SVG, so that several charts can stand in one page.
  public var identifier: String
  /// Read out to those who cannot see the picture, and the title of the PDF; not drawn.
  public var title: String
  /// What the picture shows, in a sentence or two; not drawn.
  public var summary: String
  public var style: ChartStyle
  /// Row by row; `nil` leaves a place empty.
  public var panels: [[Panel?]]
  /// An empty one takes no room above its row.
  public var rowTitles: [RichText]
  public var rowTitlePlace = RowTitlePlace.beside
  /// Whether a row of panels with one y title shows it only once, at the left, and a column its x title at the bottom.
  public var titlesOnlyOutside: Bool
  /// Stands beneath the panels, where it hides nothing.
  public var legend: [LegendEntry]
  public var colorBar: ColorBar?
  /// Lines beneath everything.
  public var notes: [RichText]

  public init(
    identifier: String, title: String, summary: String = "", style: ChartStyle = ChartStyle(), panels: [[Panel?]],
    rowTitles: [RichText] = [], titlesOnlyOutside: Bool = true, legend: [LegendEntry] = [], colorBar: ColorBar? = nil,
    notes: [RichText] = []
  ) {
    self.identifier = identifier
    self.title = title
    self.summary = summary
    self.style = style
    self.panels = panels
    self.rowTitles = rowTitles
    self.titlesOnlyOutside = titlesOnlyOutside
    self.legend = legend
    self.colorBar = colorBar
    self.notes = notes
  }

  /// The drawing. The same chart gives the same text on every machine (but for the PNG of a matrix, which is zlib's).
  ///
  /// - Throws: `ChartError` when the picture of a matrix cannot be made.
  public func svg() throws -> String {
    try ChartRenderer(self).render()
  }

  /// The SVG drawn on white at `scale` device pixels a pixel.
  ///
  /// - Throws: `ChartError` as `svg()` does, or when librsvg or cairo fail.
  public func png(scale: Double = 2) throws -> [UInt8] {
    try SVGConverter.png(svg: svg(), scale: scale)
  }

  /// The SVG as a page of PDF, without dates: the same chart gives the same bytes.
  ///
  /// - Throws: `ChartError` as `svg()` does, or when librsvg or cairo fail.
  public func pdf() throws -> [UInt8] {
    try SVGConverter.pdf(svg: svg(), title: title)
  }
}
