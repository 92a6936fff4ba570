import Foundation
import Pipeline

/// The command of a run, as the ledger keeps it, turned into one that makes a single node again.
struct RunCommand {
  private let words: [String]?

  /// - Parameter stored: as `RunWords` keeps it.
  init(_ stored: String) { words = RunWords.words(of: stored) }

  /// Subcommands that execute the nodes of a configuration.
  private static let building: Set<String> = ["all", "figure", "table", "report", "claims"]
  /// What decides which node it is; all else is where and how.
  private static let deciding: Set<String> = ["--profile", "--set", "--config"]

  /// The same configuration, profile and settings, for this node and what it needs. Nil where the ledger does not say what
  /// they were: for results that were taken in from elsewhere, and for runs of versions that did not keep the words apart.
  func again(_ node: NodeID) -> String? {
    guard let words, words.count > 1, Self.building.contains(words[1]) else { return nil }
    var result = ["repro", "all"]
    var rest = words.dropFirst(2)
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard Self.deciding.contains(parts[0]) else { continue }
      guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else { return nil }
      result += [parts[0], parts[0] == "--config" ? Self.place(value) : value]
    }
    return (result + ["--only", node.text]).map(RunWords.quoted).joined(separator: " ")
  }

  /// A file as it is named within the project: where that lies on one machine tells nobody else anything.
  private static func place(_ path: String) -> String {
    let isElsewhere = path.hasPrefix("/") || path.hasPrefix("~") || path.split(separator: "/").contains("..")
    return isElsewhere ? URL(filePath: path).lastPathComponent : path
  }
}
