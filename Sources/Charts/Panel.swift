/// One axis of a panel.
public struct Axis: Sendable, Equatable {
  public var title: RichText
  public var kind: Scale.Kind
  /// Fixed ends; `nil` to take them from the data with some room on either side.
  public var domain: ClosedRange<Double>?
  /// Ends that the room is not to pass, as 0 … 100 for percentages.
  public var bounds: ClosedRange<Double>?
  public var hasGrid: Bool

  public init(
    _ title: RichText = "", kind: Scale.Kind = .linear, domain: ClosedRange<Double>? = nil,
    bounds: ClosedRange<Double>? = nil, hasGrid: Bool = true
  ) {
    self.title = title
    self.kind = kind
    self.domain = domain
    self.bounds = bounds
    self.hasGrid = hasGrid
  }
}

/// One plot: either marks on two axes or the picture of a matrix.
public struct Panel: Sendable, Equatable {
  /// Whether ticks and titles of axes are drawn.
  var hasAxes: Bool { matrix == nil && !isBare }

  public var title: RichText
  /// Smaller lines under the title: what was fitted, what was left out.
  public var subtitles: [RichText]
  public var x: Axis
  public var y: Axis
  public var marks: [Mark]
  public var matrix: MatrixImage?
  /// Lines beneath the plot.
  public var footnotes: [RichText]
  /// Whether the marks stand alone, without axes, grid and frame, in a square plot: geometry, whose axes would say nothing.
  public var isBare = false

  public init(
    title: RichText = "", subtitles: [RichText] = [], x: Axis = Axis(), y: Axis = Axis(), marks: [Mark] = [],
    footnotes: [RichText] = []
  ) {
    self.title = title
    self.subtitles = subtitles
    self.x = x
    self.y = y
    self.marks = marks
    self.footnotes = footnotes
  }

  public init(
    title: RichText = "", subtitles: [RichText] = [], matrix: MatrixImage, footnotes: [RichText] = []
  ) {
    self.init(title: title, subtitles: subtitles, footnotes: footnotes)
    self.matrix = matrix
  }
}

/// A sample of a mark and what it stands for.
public struct LegendEntry: Sendable, Equatable {
  public enum Swatch: Sendable, Equatable {
    case marker(MarkerSymbol, Color, isFilled: Bool)
    case line(Color, Dash)
    case markedLine(MarkerSymbol, Color)
  }

  public var swatch: Swatch
  public var label: RichText
  /// Diameter of its mark where the chart's own marks are smaller: too small to tell shapes apart by.
  public var leastMarkerSize: Double

  public init(_ swatch: Swatch, _ label: RichText, leastMarkerSize: Double = 4) {
    self.swatch = swatch
    self.label = label
    self.leastMarkerSize = leastMarkerSize
  }
}

/// A strip that shows what the colours of a scale stand for; strips upon each other for scales of one domain.
public struct ColorBar: Sendable, Equatable {
  public var scales: [ColorScale]
  public var title: RichText

  public init(_ scales: ColorScale..., title: RichText) {
    self.init(scales, title: title)
  }

  /// - Precondition: the scales, one at least, have one domain.
  public init(_ scales: [ColorScale], title: RichText) {
    precondition(Set(scales.map(\.domain)).count == 1, "the strips of a colour bar share its ticks")
    self.scales = scales
    self.title = title
  }
}
