extension StatusReport {
  /// For people.
  ///
  /// - Parameter limit: how many nodes of a group are named.
  public func text(limit: Int = 8) -> String {
    var lines: [String] = []
    if let running { lines.append(running.sentence) }
    if isUpToDate {
      lines.append("Everything is up to date: \(Wording.count(counts.upToDate, "node")).")
      return lines.joined(separator: "\n")
    }
    lines.append(summary)
    if counts.stale + counts.waiting > 0 { lines.append(timeSentence) }
    for group in groups {
      lines.append("")
      let number = group.nodes.count > 1 ? "\(group.nodes.count) nodes: " : ""
      let seconds = group.seconds > 0 ? " (\(Wording.duration(group.seconds)))" : ""
      lines.append(number + group.reason + seconds)
      lines += group.nodes.prefix(limit).map { "  " + $0 }
      if group.nodes.count > limit { lines.append("  and \(group.nodes.count - limit) more") }
    }
    return lines.joined(separator: "\n")
  }

  private var summary: String {
    var parts = ["\(counts.stale) to execute"]
    if counts.waiting > 0 { parts.append("\(counts.waiting) that wait for \(counts.stale == 1 ? "it" : "them")") }
    if counts.reusable > 0 { parts.append("\(counts.reusable) to be found again") }
    if counts.impossible > 0 { parts.append("\(counts.impossible) that lack a raw file") }
    parts.append("\(counts.upToDate) up to date")
    return parts.joined(separator: ", ") + "."
  }

  private var timeSentence: String {
    let total = counts.stale + counts.waiting
    let basis =
      time.withoutHistory == 0
      ? "as it took last" : time.withoutHistory == total ? "estimated" : "\(time.withoutHistory) of them estimated"
    let path = "\(Wording.duration(time.longestPathSeconds)) along the longest path"
    let ends =
      time.longestPath.count > 1
      ? " (\(time.longestPath[0]) … \(time.longestPath[time.longestPath.count - 1]))" : ""
    return "About \(Wording.duration(time.workSeconds)) of work, \(basis); \(path)\(ends)."
  }
}
