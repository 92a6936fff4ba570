extension PlanEstimate {
  /// For people.
  public var text: String {
    var rows = [["stage", "nodes", "to execute", "operations", "disk", "work", "known from"]]
    for stage in stages {
      rows.append([
        stage.stage, "\(stage.nodes)", "\(stage.toExecute)", stage.flops > 0 ? Wording.flops(stage.flops) : "",
        stage.bytes > 0 ? Wording.bytes(stage.bytes) : "",
        stage.toExecute > 0 ? Wording.duration(stage.workSeconds) : "",
        Self.describe(stage.bases),
      ])
    }
    rows.append([
      "all", "\(nodes)", "\(toExecute)", Wording.flops(flops), Wording.bytes(bytes), Wording.duration(workSeconds), "",
    ])
    var lines = Wording.columns(rows, rightAligned: [1, 2, 3, 4, 5])
    lines.append("")
    if toExecute == 0 {
      lines.append("Nothing has to be executed; all of it is \(Wording.flops(flopsOfAll)).")
      return lines.joined(separator: "\n")
    }
    lines.append(
      "About \(Wording.duration(wallSeconds)) on \(Wording.count(threads, "thread")) of this machine; the longest path takes "
        + "\(Wording.duration(longestPathSeconds)).")
    if toExecute < nodes { lines.append("The whole graph is \(Wording.flops(flopsOfAll)).") }
    for rate in rates {
      let basis = rate.basis == .calibration ? "measured for a moment" : "as in earlier runs"
      lines.append("\(Wording.flops(rate.flopsPerSecond))/s for \(rate.kind), \(basis).")
    }
    if let freeBytes, bytes > freeBytes {
      lines.append("Caution: only \(Wording.bytes(freeBytes)) are free on that disk.")
    }
    let guessed = stages.reduce(0) { $0 + ($1.bases[Basis.hint.rawValue] ?? 0) }
    if guessed > 0 {
      lines.append(
        "The times of \(Wording.count(guessed, "node")) are guesses: nothing like them was run or measured here.")
    }
    return lines.joined(separator: "\n")
  }

  private static func describe(_ bases: [String: Int]) -> String {
    let names: [Basis: String] = [
      .history: "history", .rate: "the rate of such nodes", .calibration: "calibration", .pace: "the pace of the stage",
      .hint: "a guess",
    ]
    let known = Basis.allCases.filter { bases[$0.rawValue] != nil }
    return known.map { basis in
      let name = names[basis] ?? basis.rawValue
      return known.count > 1 ? "\(name) (\(bases[basis.rawValue] ?? 0))" : name
    }.joined(separator: ", ")
  }
}
