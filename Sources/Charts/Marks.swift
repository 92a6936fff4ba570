/// The shape of a point.
public enum MarkerSymbol: String, Sendable, Codable, CaseIterable {
  case circle, square, diamond, triangle, cross, plus
}

/// How a line is broken up.
public enum Dash: Sendable, Equatable {
  case solid, dashed, dotted, dashDotted

  /// SVG's `stroke-dasharray`.
  var pattern: String? {
    switch self {
    case .solid: nil
    case .dashed: "6 4"
    case .dotted: "1.5 3.5"
    case .dashDotted: "8 3 1.5 3"
    }
  }
}

/// Something drawn in a panel, in data coordinates.
///
/// Points that have no place on the panel's axes (NaN, infinities, not positive on a logarithmic axis, outside limits
/// that were set) are left out and counted in a note of the panel.
public enum Mark: Sendable, Equatable {
  case points(PointMarks)
  case line(LineMark)
  case errorBars(ErrorBars)
  case rule(RuleMark)
}

/// Points with labels that look for a free place beside them.
public struct PointMarks: Sendable, Equatable {
  public var points: [Point]
  /// None, or one for each point.
  public var labels: [RichText]
  public var symbol: MarkerSymbol
  public var color: Color
  /// None, or one for each point, in place of `color`.
  public var colors: [Color]
  /// Hollow points are white with a coloured rim.
  public var isFilled: Bool
  /// Diameter relative to the style's.
  public var relativeSize: Double
  /// None, or one for each point: what is told of it where the drawing can be pointed at.
  public var details: [MarkDetail]

  public init(
    _ points: [Point], labels: [RichText] = [], symbol: MarkerSymbol = .circle, color: Color = .blue,
    colors: [Color] = [], isFilled: Bool = true, relativeSize: Double = 1, details: [MarkDetail] = []
  ) {
    self.points = points
    self.labels = labels
    self.symbol = symbol
    self.color = color
    self.colors = colors
    self.isFilled = isFilled
    self.relativeSize = relativeSize
    self.details = details
  }
}

extension Mark {
  /// Whether its values are read off the axes where it is pointed at.
  var isRead: Bool {
    if case .line(let line) = self { return line.name != nil }
    return false
  }
}

/// What is told of a point when it is pointed at, and what it stands for. Neither is drawn: a viewer shows the text, a
/// page around the drawing finds the point by its reference.
public struct MarkDetail: Sendable, Equatable {
  public var text: String
  /// A name in the words of whoever draws the chart; it becomes the attribute `data-node`.
  public var reference: String?

  public init(_ text: String, reference: String? = nil) {
    self.text = text
    self.reference = reference
  }
}

/// Points joined in their order and cut off at the panel's frame. Points that have no place interrupt it.
public struct LineMark: Sendable, Equatable {
  public var points: [Point]
  public var color: Color
  public var dash: Dash
  /// Relative to the style's.
  public var relativeWidth: Double
  /// Whether its points count when the panel looks for limits of its axes.
  public var setsLimits: Bool
  /// What is told of its points, with their values, where the drawing can be pointed at; nothing for `nil`.
  public var name: String?
  /// Whether its points are samples of a curve: those that the drawing does not need are left out of it.
  public var isSampled: Bool

  public init(
    _ points: [Point], color: Color = .blue, dash: Dash = .solid, relativeWidth: Double = 1, setsLimits: Bool = true,
    name: String? = nil, isSampled: Bool = false
  ) {
    self.points = points
    self.color = color
    self.dash = dash
    self.relativeWidth = relativeWidth
    self.setsLimits = setsLimits
    self.name = name
    self.isSampled = isSampled
  }
}

/// Bars of ± `x` and ± `y` about points; `nil` for none.
public struct ErrorBars: Sendable, Equatable {
  public struct Bar: Sendable, Equatable {
    public var point: Point
    public var x: Double?
    public var y: Double?

    public init(_ point: Point, x: Double? = nil, y: Double? = nil) {
      self.point = point
      self.x = x
      self.y = y
    }
  }

  public var bars: [Bar]
  public var color: Color

  public init(_ bars: [Bar], color: Color = .gray) {
    self.bars = bars
    self.color = color
  }
}

/// A reference line across the panel with a label on it.
public struct RuleMark: Sendable, Equatable {
  public enum Direction: Sendable, Equatable {
    /// At a y.
    case horizontal
    /// At an x.
    case vertical
  }

  public var direction: Direction
  public var value: Double
  public var label: RichText
  public var color: Color
  public var dash: Dash

  public init(
    _ direction: Direction, at value: Double, label: RichText = "", color: Color = .gray, dash: Dash = .dotted
  ) {
    self.direction = direction
    self.value = value
    self.label = label
    self.color = color
    self.dash = dash
  }
}
