/// Boxes and what leads from one to another, drawn from left to right as one SVG.
public struct Diagram: Sendable, Equatable {
  /// A part of a box's colour.
  public struct Part: Sendable, Equatable {
    public var color: Color
    /// Relative to the other parts.
    public var share: Double

    public init(_ color: Color, share: Double = 1) {
      self.color = color
      self.share = share
    }
  }

  public struct Box: Sendable, Equatable {
    public var label: RichText
    /// A smaller line beneath; none where empty.
    public var detail: RichText
    /// Side by side, as large as their shares.
    public var parts: [Part]
    public var rim: Color
    public var rimDash: Dash

    public init(
      _ label: RichText, detail: RichText = "", parts: [Part], rim: Color = .gray, rimDash: Dash = .solid
    ) {
      self.label = label
      self.detail = detail
      self.parts = parts
      self.rim = rim
      self.rimDash = rimDash
    }
  }

  /// An arrow between two boxes, by their positions.
  public struct Arrow: Sendable, Equatable {
    public var from: Int
    public var to: Int

    public init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }
  }

  /// Prefix of every `id` in the SVG.
  public var identifier: String
  /// Read out to those who cannot see the picture; not drawn.
  public var title: String
  public var summary: String
  public var fontSize: Double
  public var boxes: [Box]
  public var arrows: [Arrow]
  /// Stands beneath.
  public var legend: [LegendEntry]
  /// Lines beneath everything.
  public var notes: [RichText]

  /// - Precondition: the arrows lead between boxes that there are, and none from a box to itself.
  public init(
    identifier: String, title: String, summary: String = "", fontSize: Double = 12, boxes: [Box], arrows: [Arrow],
    legend: [LegendEntry] = [], notes: [RichText] = []
  ) {
    precondition(
      arrows.allSatisfy { boxes.indices.contains($0.from) && boxes.indices.contains($0.to) && $0.from != $0.to },
      "an arrow leads from one box to another")
    self.identifier = identifier
    self.title = title
    self.summary = summary
    self.fontSize = fontSize
    self.boxes = boxes
    self.arrows = arrows
    self.legend = legend
    self.notes = notes
  }

  /// The drawing. The same diagram gives the same text on every machine.
  public func svg() -> String { DiagramRenderer(self).render() }
}
