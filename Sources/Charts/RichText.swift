/// A line of text with italic, bold, subscript and superscript runs.
public struct RichText: Sendable, Equatable, ExpressibleByStringInterpolation {
  public enum Baseline: Sendable { case normal, sub, `super` }

  public struct Run: Sendable, Equatable {
    public var text: String
    public var isItalic: Bool
    public var isBold: Bool
    public var baseline: Baseline

    public init(_ text: String, isItalic: Bool = false, isBold: Bool = false, baseline: Baseline = .normal) {
      self.text = text
      self.isItalic = isItalic
      self.isBold = isBold
      self.baseline = baseline
    }
  }

  public var runs: [Run]

  public init(runs: [Run]) { self.runs = runs }
  public init(_ text: String) { self.init(runs: text.isEmpty ? [] : [Run(text)]) }
  public init(stringLiteral text: String) { self.init(text) }

  public static func italic(_ text: String) -> RichText { RichText(runs: [Run(text, isItalic: true)]) }
  public static func bold(_ text: String) -> RichText { RichText(runs: [Run(text, isBold: true)]) }
  public static func sub(_ text: String) -> RichText { RichText(runs: [Run(text, baseline: .sub)]) }
  public static func `super`(_ text: String) -> RichText { RichText(runs: [Run(text, baseline: .super)]) }

  public static func + (left: RichText, right: RichText) -> RichText { RichText(runs: left.runs + right.runs) }

  /// The same in bold.
  public var bold: RichText {
    RichText(
      runs: runs.map { run in
        var run = run
        run.isBold = true
        return run
      })
  }

  /// The same characters without their styles, for descriptions and widths.
  public var plain: String { runs.map(\.text).joined() }

  /// The same in one line of plain letters, with `_` before what is lowered: "λ_p".
  var spoken: String {
    var result = ""
    var last = Baseline.normal
    for run in runs {
      if run.baseline != last, run.baseline != .normal { result += run.baseline == .sub ? "_" : "^" }
      last = run.baseline
      result += run.text
    }
    return result
  }

  public var isEmpty: Bool { runs.allSatisfy(\.text.isEmpty) }
}
