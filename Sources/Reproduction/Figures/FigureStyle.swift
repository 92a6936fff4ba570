import Charts
import Foundation

/// What a user may change of a figure's looks; what is `nil` keeps the figure's own default. Sizes are pixels of the
/// drawing, 96 an inch.
public struct FigureStyle: Sendable, Equatable, Codable {
  /// Width of the whole drawing.
  public var width: Double?
  /// Height of a panel relative to its width.
  public var panelAspect: Double?
  public var fontSize: Double?
  public var lineWidth: Double?
  /// Diameter of a point.
  public var markerSize: Double?

  public init(
    width: Double? = nil, panelAspect: Double? = nil, fontSize: Double? = nil, lineWidth: Double? = nil,
    markerSize: Double? = nil
  ) {
    self.width = width
    self.panelAspect = panelAspect
    self.fontSize = fontSize
    self.lineWidth = lineWidth
    self.markerSize = markerSize
  }

  /// `base` with what is set here.
  func applied(to base: ChartStyle) -> ChartStyle {
    ChartStyle(
      width: width ?? base.width, panelAspect: panelAspect ?? base.panelAspect, fontSize: fontSize ?? base.fontSize,
      lineWidth: lineWidth ?? base.lineWidth, markerSize: markerSize ?? base.markerSize)
  }
}

/// Text that several figures share.
enum FigureText {
  /// Eq. 11's name as the paper sets it.
  static let bound: RichText = .italic("ℒ") + .sub("bound")
  static let accuracy: RichText = "kNN accuracy (%)"

  /// `text` with every "L_bound" set as the paper sets it.
  static func typeset(_ text: String) -> RichText {
    let parts = text.replacing("L_bound", with: "ℒ_bound").split(separator: "ℒ_bound", omittingEmptySubsequences: false)
    return parts.dropFirst().reduce(RichText(parts.first.map(String.init) ?? "")) { $0 + bound + RichText(String($1)) }
  }

  /// A caption without the report's markup.
  static func plain(_ text: String) -> String {
    text.replacing("_{", with: "_").replacing("^{", with: "^").replacing("}", with: "")
  }

  /// `text` with "ℒ_cor" and "ℒ_uniform" set as the paper sets them.
  static func typesetLosses(_ text: String) -> RichText {
    var result = RichText("")
    var rest = Substring(text)
    while let start = rest.range(of: "ℒ_") {
      let name = rest[start.upperBound...].prefix { $0.isLetter }
      result = result + RichText(String(rest[..<start.lowerBound])) + .italic("ℒ") + .sub(String(name))
      rest = rest[name.endIndex...]
    }
    return result + RichText(String(rest))
  }

  /// "d = 64"
  static func dimension(_ value: Int) -> RichText { .italic("d") + RichText(" = \(value)") }

  /// The mark and the colour of a method, the same in every figure: by its place among the methods of the experiment.
  static func look(of method: String, among methods: [String]) -> (symbol: MarkerSymbol, color: Color) {
    let place = methods.uniqued().firstIndex(of: method) ?? 0
    let looks: [(MarkerSymbol, Color)] = [
      (.circle, .blue), (.diamond, .green), (.square, .orange), (.triangle, .vermilion),
    ]
    return looks[place % looks.count]
  }

  /// "(0.54, −0.84)"
  static func place(_ coordinates: [Double]) -> String {
    "(" + coordinates.map { NumberFormat.fixed($0, decimals: 2) }.joined(separator: ", ") + ")"
  }

  /// "r = −0.93", or why there is none.
  static func correlation(_ fit: LinearFit) -> RichText {
    if let r = fit.r { return .italic("r") + RichText(" = " + NumberFormat.fixed(r, decimals: 3)) }
    return fit.count == 2 ? "two points: no " + .italic("r") : "equal accuracies: no " + .italic("r")
  }

  /// "y = 88.1 − 24.3 x"
  static func equation(_ fit: LinearFit) -> RichText {
    let intercept = NumberFormat.significant(fit.intercept, digits: 3, keepsZeros: true)
    let slope = NumberFormat.significant(abs(fit.slope), digits: 3, keepsZeros: true)
    return .italic("y") + RichText(" = \(intercept) \(fit.slope < 0 ? "−" : "+") \(slope) ") + .italic("x")
  }
}
