import Report

/// Every number that the note's prose may use, and the sentences that depend on how they came out.
struct Numbers {
  let table: Table1
  let findings: Findings
  let claims: [JudgedClaim]
  let profile: String

  var latex: LaTeXNumbers {
    var numbers = LaTeXNumbers()
    numbers.set("profile", profile)
    let counts = findings.counts
    for (name, value) in [
      ("encoders", table.cells.count), ("panels", counts.panels), ("panels-rising", counts.rising),
      ("panels-learning", counts.learning), ("panels-beyond-pixels", counts.beyondPixels),
      ("encoders-collapsed", counts.collapsed), ("queries", table.queries),
    ] {
      numbers.set(name, value)
    }
    numbers.set("standard-error", 50 / Double(max(1, table.queries)).squareRoot(), decimals: 1)
    numbers.set("setting", findings.setting)
    numbers.set("claims", claims.count)
    for verdict in JudgedClaim.Verdict.allCases {
      let judged = claims.filter { $0.verdict == verdict }
      numbers.set("claims-\(verdict.rawValue)", judged.count)
      numbers.setList(
        "claims-\(verdict.rawValue)-list", judged.map { "\($0.claim.statement) (\($0.claim.source)) \($0.ours)." },
        none: "None.")
    }
    numbers.setList("findings", findings.sentences, none: "Nothing was measured.")
    for seeds in table.cells.groupedBySeeds() {
      let cell = seeds[0].cell
      let name = "\(cell.dataset)/\(cell.method)/d\(cell.dimension)"
      for column in ["knn_output", "knn_backbone", "mean_output", "mean_backbone"] {
        let statistics = SeedStatistics(seeds.compactMap { $0.accuracies(column).last ?? nil })
        let reading = column.replacing("_", with: "-")
        numbers.set("\(name)/\(reading)", statistics?.mean, decimals: 1)
        numbers.set("\(name)/\(reading)/spread", statistics?.deviation, decimals: 1)
      }
      for reading in ["minibatch", "bank", "unbiased", "standardised"] {
        let bounds = SeedStatistics(seeds.compactMap { $0.bound.last("l_bound_\(reading)") })
        numbers.set("\(name)/l-bound-\(reading)", bounds?.mean, decimals: 3)
      }
      numbers.set(
        "\(name)/epsilon", SeedStatistics(seeds.compactMap { $0.bound.last("epsilon_maximum") })?.mean, decimals: 2)
    }
    return numbers
  }
}
