import Foundation
import Pipeline

/// What the commands that keep the cache say to people.
enum CacheText {
  static func bytes(_ count: Int) -> String { Wording.bytes(Double(count)) }

  static func describe(_ collected: Collected, isDone: Bool) -> String {
    var lines = first(
      collected.results.map { result in
        "\(result.node.isEmpty ? result.stage : result.node)  \(result.key.prefix(12))  \(bytes(result.bytes))"
      })
    lines += first(
      collected.progress.map { progress in
        "progress  \(progress.node.isEmpty ? "of nobody" : progress.node)  \(progress.name.prefix(12))  \(bytes(progress.bytes))"
      })
    lines += first(collected.logs.map { "log  \($0.name)  \(bytes($0.bytes))" })
    let verb = isDone ? "Removed" : "Would remove"
    lines.append(
      "\(verb) \(collected.results.count) results and \(collected.artifacts) artifacts, \(bytes(collected.bytes))"
        + more(collected.progress.map(\.bytes), "folder of progress", "folders of progress")
        + more(collected.logs.map(\.bytes), "log", "logs")
        + (collected.strays > 0 ? ", and \(collected.strays) stray files, \(bytes(collected.strayBytes))" : "")
        + "; \(collected.keptResults) results stay.")
    let count = collected.results.count + collected.strays + collected.progress.count + collected.logs.count
    if !isDone && count > 0 { lines.append("To remove them, add --delete.") }
    return lines.joined(separator: "\n")
  }

  private static func first(_ lines: [String]) -> [String] {
    lines.count > 40 ? lines.prefix(40) + ["… and \(lines.count - 40) more"] : lines
  }

  private static func more(_ sizes: [Int], _ one: String, _ many: String) -> String {
    sizes.isEmpty ? "" : ", \(sizes.count) \(sizes.count == 1 ? one : many), \(bytes(sizes.reduce(0, +)))"
  }

  static func describe(_ imported: Coordinator.Imported) -> String {
    var text =
      "\(imported.results) results taken in, with \(imported.artifacts) artifacts that were not there, "
      + "\(bytes(imported.bytes)); \(imported.known) were there already."
    if !imported.incomplete.isEmpty {
      text += " Not taken in, since artifacts are missing: \(imported.incomplete.map(\.text).joined(separator: ", "))."
    }
    return text
  }

  static func describe(_ verified: Verified) -> String {
    var lines = verified.bad.map { bad in
      let owners = bad.outputs.isEmpty ? "no current result" : bad.outputs.joined(separator: ", ")
      return "\(bad.problem.rawValue)  \(bad.digest)  (\(owners))"
    }
    lines += verified.damagedEntries.map { "damaged  the entry of \($0) in the ledger" }
    lines += verified.ledgerProblems.map { "ledger   \($0)" }
    lines += verified.contradicted.map { "differs  the entry of \($0) in the ledger, from the record of its result" }
    if verified.damagedRecords > 0 { lines.append("records  \(verified.damagedRecords) cannot be read") }
    lines += verified.unrecorded.map { "records  the result of \($0) has none" }
    lines.append(
      "\(verified.artifacts) artifacts read, \(bytes(verified.bytes)): "
        + (verified.isSound ? "everything is as it was written." : remedies(for: verified).joined(separator: " ")))
    return lines.joined(separator: "\n")
  }

  private static func remedies(for verified: Verified) -> [String] {
    var remedies: [String] = []
    if !verified.bad.isEmpty || !verified.damagedEntries.isEmpty || !verified.ledgerProblems.isEmpty {
      remedies.append("Run again to make anew what is damaged.")
    }
    if !verified.contradicted.isEmpty {
      remedies.append("Move the ledger away: the next run writes it anew from the records.")
    }
    if verified.damagedRecords > 0 || !verified.unrecorded.isEmpty {
      remedies.append("`repro gc --delete` writes records anew from the ledger.")
    }
    return remedies
  }

  static func describe(_ again: Reexecuted) -> String {
    switch again.verdict {
    case .sameBits: "\(again.node)  the same bits"
    case .withinTolerance(let relative):
      "\(again.node)  within tolerance (greatest relative difference \(String(format: "%.2g", relative)))"
    case .differs(let output, let relative):
      "\(again.node)  DIFFERS in \(output)"
        + (relative.isFinite ? " (greatest relative difference \(String(format: "%.2g", relative)))" : "")
    case .failed(let sentence): "\(again.node)  FAILED: \(sentence)"
    }
  }
}
