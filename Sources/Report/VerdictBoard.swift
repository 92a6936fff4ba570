/// What came of the claims, in one glance: how many hold, how many fail, how many cannot be told.
public struct VerdictBoard: Sendable, Equatable {
  public struct Count: Sendable, Equatable {
    public let verdict: ClaimVerdict.Verdict
    public let count: Int
    /// The id of the place that tells of them.
    public let anchor: String?

    public init(_ verdict: ClaimVerdict.Verdict, _ count: Int, anchor: String? = nil) {
      self.verdict = verdict
      self.count = count
      self.anchor = anchor
    }
  }

  /// What was run, at what scale, on what; a sentence.
  public let setting: String
  public let counts: [Count]

  public init(setting: String, counts: [Count]) {
    self.setting = setting
    self.counts = counts
  }

  var html: String {
    let total = counts.reduce(0) { $0 + max(0, $1.count) }
    var left = 0
    let bars = counts.map { count -> [String: Any] in
      let width = total == 0 ? 0 : 1000 * max(0, count.count) / total
      defer { left += width }
      return ["verdict": count.verdict.rawValue, "x": String(left), "width": String(width)]
    }
    return Templates.verdict.render(
      [
        "setting": InlineText(setting).html, "bars": bars,
        "counts": counts.map { count -> [String: Any] in
          [
            "verdict": count.verdict.rawValue, "sign": count.verdict.sign, "count": String(count.count),
            "words": count.count == 1 ? count.verdict.singular : count.verdict.plural,
            "anchor": count.anchor.map { [["id": htmlIdentifier($0)]] } ?? [],
          ]
        },
      ] as [String: Any])
  }
}

extension ClaimVerdict.Verdict {
  var sign: String {
    switch self {
    case .holds: "✓"
    case .fails: "✗"
    case .undecided: "?"
    }
  }

  fileprivate var singular: String {
    switch self {
    case .holds: "claim holds"
    case .fails: "claim fails"
    case .undecided: "claim cannot be told at this scale"
    }
  }

  fileprivate var plural: String {
    switch self {
    case .holds: "claims hold"
    case .fails: "claims fail"
    case .undecided: "claims cannot be told at this scale"
    }
  }
}
