/// Where a value of the configuration was written, so that every complaint can point at it.
public enum SourceLocation: Sendable, Equatable, CustomStringConvertible {
  /// A place in a file. Line and column start at 1; columns count Unicode scalars.
  case file(name: String, line: Int, column: Int)
  /// A `--set` argument, as it was given.
  case argument(String)

  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .argument(let text): "--set \(text)"
    }
  }

  /// The order in which problems are listed: through the file from the top, then the arguments.
  static func precedes(_ first: SourceLocation, _ second: SourceLocation) -> Bool {
    switch (first, second) {
    case (.file(_, let line, let column), .file(_, let otherLine, let otherColumn)):
      (line, column) < (otherLine, otherColumn)
    case (.file, .argument): true
    case (.argument, .file): false
    case (.argument(let text), .argument(let other)): text < other
    }
  }
}
