/// Sizes of a drawing, in pixels of the drawing (96 an inch). Missing keys decode to the defaults.
public struct ChartStyle: Sendable, Equatable, Codable {
  /// Width of the whole drawing.
  public var width: Double
  /// Height of a panel's plotting area relative to its width.
  public var panelAspect: Double
  /// Size of axis titles; panel titles are the same in bold, tick labels and notes smaller.
  public var fontSize: Double
  public var lineWidth: Double
  /// Diameter of a point.
  public var markerSize: Double

  public init(
    width: Double = 800, panelAspect: Double = 0.72, fontSize: Double = 13, lineWidth: Double = 1.5,
    markerSize: Double = 7
  ) {
    self.width = width
    self.panelAspect = panelAspect
    self.fontSize = fontSize
    self.lineWidth = lineWidth
    self.markerSize = markerSize
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let fallback = ChartStyle()
    func value(_ key: CodingKeys, _ path: KeyPath<ChartStyle, Double>) throws -> Double {
      try container.decodeIfPresent(Double.self, forKey: key) ?? fallback[keyPath: path]
    }
    self.init(
      width: try value(.width, \.width), panelAspect: try value(.panelAspect, \.panelAspect),
      fontSize: try value(.fontSize, \.fontSize), lineWidth: try value(.lineWidth, \.lineWidth),
      markerSize: try value(.markerSize, \.markerSize))
  }

  /// The same within limits that can be drawn.
  var drawable: ChartStyle {
    func limited(_ value: Double, _ range: ClosedRange<Double>, _ fallback: Double) -> Double {
      value.isFinite ? min(max(value, range.lowerBound), range.upperBound) : fallback
    }
    let fallback = ChartStyle()
    return ChartStyle(
      width: limited(width, 200...8000, fallback.width),
      panelAspect: limited(panelAspect, 0.1...5, fallback.panelAspect),
      fontSize: limited(fontSize, 4...60, fallback.fontSize),
      lineWidth: limited(lineWidth, 0...20, fallback.lineWidth),
      markerSize: limited(markerSize, 0...60, fallback.markerSize))
  }

  var smallFontSize: Double { fontSize * 0.88 }

  /// Titles of rows of panels.
  var headingSize: Double { fontSize * 1.08 }
}
