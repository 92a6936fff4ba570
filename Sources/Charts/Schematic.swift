/// Boxes and arrows in columns: what flows into what. It becomes SVG, PNG and PDF as a chart does.
public struct Schematic: Sendable, Equatable {
  /// A box, at a place of its part's grid: columns and rows need not be whole.
  public struct Box: Sendable, Equatable {
    public enum Look: Sendable, Equatable {
      /// Data: text alone.
      case plain
      /// Something that computes.
      case solid(Color)
      /// Where two streams meet: a loss.
      case rounded(Color)
    }

    public var name: String
    public var text: RichText
    public var column: Double
    public var row: Double
    public var look: Look
    /// In columns.
    public var width: Double

    public init(
      _ name: String, _ text: RichText, column: Double, row: Double, look: Look = .solid(.blue), width: Double = 0.8
    ) {
      self.name = name
      self.text = text
      self.column = column
      self.row = row
      self.look = look
      self.width = width
    }
  }

  /// From one box to another, by name.
  public struct Arrow: Sendable, Equatable {
    public var from: String
    public var to: String
    public var label: RichText
    public var dash: Dash
    public var color: Color
    /// Whether it points both ways.
    public var isDouble: Bool
    /// Whether a bar crosses it: no gradient comes back.
    public var isStopped: Bool

    public init(
      _ from: String, _ to: String, label: RichText = "", dash: Dash = .solid, color: Color = .darkGray,
      isDouble: Bool = false, isStopped: Bool = false
    ) {
      self.from = from
      self.to = to
      self.label = label
      self.dash = dash
      self.color = color
      self.isDouble = isDouble
      self.isStopped = isStopped
    }
  }

  /// One of the pictures that stand side by side.
  public struct Part: Sendable, Equatable {
    public var title: RichText
    public var columns: Double
    public var boxes: [Box]
    public var arrows: [Arrow]
    /// Lines beneath.
    public var footnotes: [RichText]

    public init(title: RichText, columns: Double, boxes: [Box], arrows: [Arrow], footnotes: [RichText] = []) {
      self.title = title
      self.columns = columns
      self.boxes = boxes
      self.arrows = arrows
      self.footnotes = footnotes
    }
  }

  public var identifier: String
  public var title: String
  public var summary: String
  public var parts: [Part]
  /// Whether the parts stand below each other.
  public var isStacked = false
  public var rows: Double
  /// Width of a column and height of a row in pixels.
  public var columnWidth: Double
  public var rowHeight: Double
  public var fontSize: Double

  public init(
    identifier: String, title: String, summary: String, parts: [Part], rows: Double, columnWidth: Double = 104,
    rowHeight: Double = 62, fontSize: Double = 13
  ) {
    self.identifier = identifier
    self.title = title
    self.summary = summary
    self.parts = parts
    self.rows = rows
    self.columnWidth = columnWidth
    self.rowHeight = rowHeight
    self.fontSize = fontSize
  }

  /// The same for a screen as narrow as a phone's.
  public func narrow() -> Schematic {
    var narrow = self
    narrow.identifier = identifier + "-narrow"
    narrow.isStacked = true
    return narrow
  }

  /// The drawing; the same schematic gives the same text.
  public func svg() -> String { SchematicRenderer(self).render() }

  /// The SVG drawn on white.
  ///
  /// - Throws: `ChartError` when librsvg or cairo fail.
  public func png(scale: Double = 2) throws -> [UInt8] { try SVGConverter.png(svg: svg(), scale: scale) }

  /// The SVG as a page of PDF.
  ///
  /// - Throws: `ChartError` when librsvg or cairo fail.
  public func pdf() throws -> [UInt8] { try SVGConverter.pdf(svg: svg(), title: title) }
}
