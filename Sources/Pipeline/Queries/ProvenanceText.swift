extension Provenance {
  /// For people.
  ///
  /// - Parameter limit: how many lines of a long list are shown.
  public func text(limit: Int = 40) -> String {
    var lines: [String] = []
    if let file {
      lines += [
        "\(file.output)  \(Wording.bytes(Double(file.size))), \(file.state)", "  sha256  \(file.digest)",
        "  stored  \(file.path)", "",
      ]
    }
    lines += heading + made
    for acceptance in acceptances { lines.append("  kept across a change: \(acceptance.sentence)") }
    lines += section("Parameters", parameters.map { [$0.name, $0.value] }, limit)
    lines += section(
      "Inputs",
      inputs.map { input in
        let source = [input.node, input.source].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
        return [input.name, String(input.digest.prefix(12)), source]
      }, limit)
    lines += section(
      "Outputs",
      outputs.map { [$0.output, String($0.digest.prefix(12)), Wording.bytes(Double($0.size)), $0.state] }, limit)
    lines += section(
      "Metrics",
      metrics.map { metric in
        [metric.name, metric.value.map(Wording.number) ?? "not a number", metric.step.map { "at \($0)" } ?? ""]
      }, limit)
    lines += section(
      "Made from",
      ancestors.map { [$0.node, "\($0.stage) version \($0.version)", "key \($0.key.prefix(12))"] }, limit)
    if rawFiles.isEmpty {
      lines += ["", "Raw files: none that is stored."]
    } else {
      lines += ["", "Raw files"]
      for file in rawFiles.prefix(limit) {
        let size = file.size.map { ", \(Wording.bytes(Double($0)))" } ?? ""
        lines.append("  \(file.name)\(size), read by \(file.node)" + (file.origin.map { ", from \($0)" } ?? ""))
        lines.append("    sha256 \(file.digest)")
      }
      if rawFiles.count > limit { lines.append("  and \(rawFiles.count - limit) more") }
    }
    return lines.joined(separator: "\n")
  }

  private var heading: [String] {
    var lines = ["\(node)" + (isCurrent ? "" : "  (an earlier result; the node has another one now)")]
    if !sharedWith.isEmpty { lines.append("  shared with \(Wording.some(sharedWith, 4))") }
    lines.append("  stage   \(stage), version \(version)")
    lines.append("  key     \(key)")
    return lines
  }

  private var made: [String] {
    guard let execution else { return ["  made    nothing is stored of how"] }
    var lines = [
      "  made    \(Wording.localTime(iso8601: execution.started)) in \(Wording.duration(execution.seconds)), by run "
        + "\(execution.run)" + (execution.attempt > 1 ? ", attempt \(execution.attempt)" : "")
    ]
    let memory = execution.peakMemory.map { ", peak memory \(Wording.bytes(Double($0)))" } ?? ""
    lines.append("  on      \(execution.host)\(memory)")
    for (name, value) in execution.machine.sorted(by: { $0.key < $1.key }) {
      lines.append("          \(name): \(value)")
    }
    if let command = execution.command { lines.append("  with    \(command)") }
    if let log = execution.log { lines.append("  log     \(log)") }
    return lines
  }

  private func section(_ title: String, _ rows: [[String]], _ limit: Int) -> [String] {
    guard !rows.isEmpty else { return [] }
    let more = rows.count > limit ? ["  and \(rows.count - limit) more"] : []
    return ["", title] + Wording.columns(Array(rows.prefix(limit)), indent: "  ") + more
  }
}
