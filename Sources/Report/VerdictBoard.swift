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
    let edges = Self.edges(counts.map { max(0, $0.count) })
    let bars = zip(counts, zip(edges, edges.dropFirst())).map { count, ends -> [String: Any] in
      ["verdict": count.verdict.rawValue, "x": String(ends.0), "width": String(ends.1 - ends.0)]
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

extension VerdictBoard {
  /// Where the bars of some counts begin and end on a line of 1000, without a gap; each that is not zero can be seen.
  static func edges(_ counts: [Int]) -> [Int] {
    let least = 6.0
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return [Int](repeating: 0, count: counts.count + 1) }
    let room = 1000 - least * Double(counts.count { $0 > 0 })
    var end = 0.0
    return [0]
      + counts.map { count in
        if count > 0 { end += least + room * Double(count) / total }
        return Int(end.rounded())
      }
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

  var word: String {
    switch self {
    case .holds: "holds"
    case .fails: "fails"
    case .undecided: "cannot tell"
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
