import Report

/// Every number that the note's prose may use, and the sentences that depend on how they came out.
struct Numbers {
  let table: Table1
  let findings: Findings
  let claims: [JudgedClaim]
  let profile: String

  /// - Throws: `LaTeXNumbers.NameTaken` where two datasets or methods cannot be told apart by their names.
  func latex() throws -> LaTeXNumbers {
    var numbers = LaTeXNumbers()
    try numbers.set("profile", literal(profile))
    let counts = findings.counts
    for (name, value) in [
      ("encoders", table.cells.count), ("panels", counts.panels), ("panels-of-dimensions", counts.ofDimensions),
      ("panels-rising", counts.rising), ("panels-with-untrained", counts.withUntrained),
      ("panels-learning", counts.learning), ("panels-with-pixels", counts.withPixels),
      ("panels-beyond-pixels", counts.beyondPixels),
      ("encoders-collapsed", counts.collapsed), ("queries", table.queries),
    ] {
      try numbers.set(name, value)
    }
    try numbers.set("standard-error", table.standardError, decimals: 1)
    try numbers.set("margin", Findings.margin)
    try numbers.set("setting", findings.setting)
    try numbers.set("claims", claims.count)
    for verdict in JudgedClaim.Verdict.allCases {
      let judged = claims.filter { $0.verdict == verdict }
      try numbers.set("claims-\(verdict.rawValue)", judged.count)
      try numbers.setList(
        "claims-\(verdict.rawValue)-list", judged.map { "\($0.claim.statement) (\($0.claim.source)) \($0.ours)." },
        none: "None.")
    }
    try numbers.setList("findings", findings.sentences, none: "Nothing was measured.")
    for seeds in table.cells.groupedBySeeds() {
      let cell = seeds[0].cell
      let name = "\(cell.dataset)/\(cell.method)/d\(cell.dimension)"
      for column in ["knn_output", "knn_backbone", "mean_output", "mean_backbone"] {
        let statistics = SeedStatistics(seeds.compactMap { $0.accuracies(column).last ?? nil })
        let reading = column.replacing("_", with: "-")
        try numbers.set("\(name)/\(reading)", statistics?.mean, decimals: 1)
        try numbers.set("\(name)/\(reading)/spread", statistics?.deviation, decimals: 1)
      }
      for reading in ["minibatch", "bank", "unbiased", "standardised"] {
        let bounds = SeedStatistics(seeds.compactMap { $0.bound.last("l_bound_\(reading)") })
        try numbers.set("\(name)/l-bound-\(reading)", bounds?.mean, decimals: 3)
      }
      try numbers.set(
        "\(name)/epsilon", SeedStatistics(seeds.compactMap { $0.bound.last("epsilon_maximum") })?.mean, decimals: 2)
    }
    return numbers
  }
}
