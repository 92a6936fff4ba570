/// Numbers and sentences for a LaTeX document, so that its prose holds none of its own: `\repro{cells}` is the number named
/// `cells`, and a name that is none is an error of the document.
public struct LaTeXNumbers: Sendable, Equatable {
  /// Two numbers of one name, of which a document could not tell which it gets.
  public struct NameTaken: Error, Equatable, CustomStringConvertible {
    public let name: String
    /// What the two were to be called, where that differs.
    public let asked: [String]

    public var description: String {
      "two numbers for LaTeX have the name \(name) (\(asked.joined(separator: ", "))): give what they are named after names"
        + " that differ in letters, digits, -, /, . or _"
    }
  }

  private var values: [String: (asked: String, latex: String)] = [:]

  public init() {}

  /// - Parameters:
  ///   - name: letters, digits, `-`, `/`, `.` and `_`; other characters become `-`.
  ///   - text: as in `InlineText`.
  /// - Throws: `NameTaken` where there is one of that name.
  public mutating func set(_ name: String, _ text: String) throws {
    try put(name, InlineText(text).latex)
  }

  /// A number as tables show it; nothing where it is nil.
  ///
  /// - Throws: `NameTaken` where there is one of that name.
  public mutating func set(_ name: String, _ value: Double?, decimals: Int) throws {
    guard let value else { return }
    try set(name, Cell.format(value, decimals: decimals))
  }

  /// - Throws: `NameTaken` where there is one of that name.
  public mutating func set(_ name: String, _ value: Int) throws {
    try set(name, String(value).replacing("-", with: "−"))
  }

  /// Sentences, one paragraph of a list each; an empty list is one that says so.
  ///
  /// - Throws: `NameTaken` where there is one of that name.
  public mutating func setList(_ name: String, _ items: [String], none: String) throws {
    // The braces keep a bracket that an item begins with from being its label.
    let list = items.map { "  \\item{} \(InlineText($0).latex)\n" }.joined()
    try put(name, items.isEmpty ? InlineText(none).latex : "\\begin{itemize}\n\(list)\\end{itemize}")
  }

  private mutating func put(_ asked: String, _ latex: String) throws {
    let name = Self.name(asked)
    if let first = values[name] { throw NameTaken(name: name, asked: [first.asked, asked]) }
    values[name] = (asked, latex)
  }

  public static func == (left: LaTeXNumbers, right: LaTeXNumbers) -> Bool { left.text == right.text }

  /// The file, in ASCII: sorted by name, the same bytes for the same numbers.
  public var text: String {
    """
    % Made by repro from the results of a run; not to be edited. Needs no package.
    \\providecommand{\\repro}[1]{\\ifcsname repro@#1\\endcsname\\csname repro@#1\\endcsname\\else\\errmessage{There is no number named #1}\\fi}

    """
      + values.sorted { $0.key < $1.key }.map { name, value in
        "\\expandafter\\def\\csname repro@\(name)\\endcsname{\(value.latex)}\n"
      }.joined()
  }

  private static func name(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-/._".contains($0)) ? $0 : "-" })
  }
}
