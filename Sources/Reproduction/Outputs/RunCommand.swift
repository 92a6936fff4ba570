import Pipeline

/// The command of a run, as the ledger keeps it, turned into one that makes a single node again.
struct RunCommand {
  private let words: [String]

  init(_ command: String) {
    words = command.split(separator: " ").map(String.init)
  }

  /// Options whose values are places of one machine.
  private static let places: Set<String> = ["--cache", "--outputs", "--config", "--only", "--jobs", "-j"]
  private static let withValue: Set<String> = ["--profile", "--set"]

  /// The same profile and settings, for this node and what it needs.
  func again(_ node: NodeID) -> String {
    var result = ["repro", "all"]
    var rest = words.dropFirst(2)
    while let word = rest.popFirst() {
      let name = String(word.prefix { $0 != "=" })
      if Self.places.contains(name) {
        if !word.contains("=") { _ = rest.popFirst() }
      } else if Self.withValue.contains(name) {
        result.append(Self.quoted(word))
        if !word.contains("="), let value = rest.popFirst() { result.append(Self.quoted(value)) }
      }
    }
    return (result + ["--only", Self.quoted(node.text)]).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_=./,:@+".contains($0)) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
