/// Numbers and sentences for a LaTeX document, so that its prose holds none of its own: `\repro{cells}` is the number named
/// `cells`, and a name that is none is an error of the document.
public struct LaTeXNumbers: Sendable, Equatable {
  private var values: [String: String] = [:]

  public init() {}

  /// - Parameters:
  ///   - name: letters, digits, `-`, `/` and `.`; other characters become `-`.
  ///   - text: as in `InlineText`.
  public mutating func set(_ name: String, _ text: String) {
    values[Self.name(name)] = InlineText(text).latex
  }

  /// A number as tables show it; nothing where it is nil.
  public mutating func set(_ name: String, _ value: Double?, decimals: Int) {
    guard let value else { return }
    set(name, Cell.format(value, decimals: decimals))
  }

  public mutating func set(_ name: String, _ value: Int) { set(name, String(value).replacing("-", with: "−")) }

  /// Sentences, one paragraph of a list each; an empty list is one that says so.
  public mutating func setList(_ name: String, _ items: [String], none: String) {
    values[Self.name(name)] =
      items.isEmpty
      ? InlineText(none).latex
      : "\\begin{itemize}\n" + items.map { "  \\item \(InlineText($0).latex)\n" }.joined() + "\\end{itemize}"
  }

  /// The file: sorted by name, the same bytes for the same numbers.
  public var text: String {
    """
    % Made by repro from the results of a run; not to be edited. Needs no package.
    \\providecommand{\\repro}[1]{\\ifcsname repro@#1\\endcsname\\csname repro@#1\\endcsname\\else\\errmessage{There is no number named #1}\\fi}

    """
      + values.sorted { $0.key < $1.key }.map { name, value in
        "\\expandafter\\def\\csname repro@\(name)\\endcsname{\(value)}\n"
      }.joined()
  }

  private static func name(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-/.".contains($0)) ? $0 : "-" })
  }
}
