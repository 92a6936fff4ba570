/// A result that was kept although its key changed, because somebody judged the change cosmetic.
public struct Acceptance: Codable, Sendable, Hashable {
  public struct Change: Codable, Sendable, Hashable {
    public let component: String
    /// Absent where the component did not exist.
    public let from: String?
    public let to: String?
  }

  public let node: String
  public let reason: String
  /// ISO 8601, UTC.
  public let accepted: String
  /// The run that stands for it in the list of runs.
  public let run: Int64?
  public let fromKey: String
  public let toKey: String
  public let changes: [Change]
  /// Whether a result that some node has now rests on it.
  public let isInEffect: Bool

  /// For people, without the node's name.
  public var sentence: String {
    let what = changes.map { change in
      let name = change.component == "version" ? "stage version" : change.component
      return
        "\(name) \(Wording.value(change.from, of: change.component)) → \(Wording.value(change.to, of: change.component))"
    }.joined(separator: ", ")
    return "\(what): “\(reason)”, \(Wording.localTime(iso8601: accepted))"
      + (isInEffect ? "" : "; the node was executed since")
  }
}

extension CacheReader {
  /// Every acceptance there ever was, the oldest first.
  public func acceptances() throws(LedgerError) -> [Acceptance] { try ledger.acceptances() }
}
