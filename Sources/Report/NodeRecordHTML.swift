import Foundation

/// The address of a node's record within its page.
func nodeAnchor(_ name: String) -> String { "node/" + htmlIdentifier(name) }

extension NodeRecord {
  /// What `nodes.mustache` reads. Everything stands in the page itself, so that it can be read without a script.
  ///
  /// - Parameter known: the records of the page by their names.
  func htmlContext(known: [String: NodeRecord]) -> [String: Any] {
    let shownKey = key.isEmpty ? "—" : key
    var context: [String: Any] = [
      "id": nodeAnchor(name), "name": name, "group": group, "isGrouped": group != name, "stage": stage,
      "version": version.map { "version \($0)" } ?? "of no recorded version",
      "state": state.rawValue, "stateTitle": state.title, "key": shownKey, "shortKey": String(shownKey.prefix(12)),
      "seeds": otherSeeds.isEmpty
        ? [] : [["count": String(otherSeeds.count + 1), "others": Self.links(otherSeeds)] as [String: Any]],
      "command": command.isEmpty ? [] : [["text": command]], "note": note.isEmpty ? [] : [["text": note]],
      "time": execution.map { formatDuration($0.seconds) } ?? "—",
      "run": execution.map { String($0.run) } ?? "—",
      "parameters": parameters.isEmpty
        ? [] : [["text": htmlText(parameters.map { "\($0.name) = \($0.value)" }.joined(separator: "\n"))]],
      "hasInputs": !inputs.isEmpty,
      "inputs": inputs.map { $0.htmlContext(from: $0.node.flatMap { known[$0] }) },
      "hasOutputs": !outputs.isEmpty, "outputs": outputs.map(\.htmlContext),
      "hasRawFiles": !rawFiles.isEmpty, "rawFiles": rawFiles.map(\.htmlContext),
    ]
    if let execution {
      context["execution"] =
        [
          "run": String(execution.run), "attempt": execution.attempt > 1 ? [["number": String(execution.attempt)]] : [],
          "started": formatTime(execution.started), "time": formatDuration(execution.seconds),
          "memory": execution.peakMemory.map { [["size": formatBytes($0)]] } ?? [], "machine": execution.machine,
          "log": execution.log.isEmpty ? [] : [["text": htmlText(execution.log.joined(separator: "\n"))]],
        ] as [String: Any]
    }
    return context
  }

  private static func links(_ names: [String]) -> [[String: String]] {
    names.map { ["href": nodeAnchor($0), "name": $0] }
  }

  /// A step of the scale that the graph is coloured by: 0 for below a tenth of a second, then tenfold each.
  static func heat(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite else { return "none" }
    return String([0.1, 1, 10, 60, 600].count { seconds >= $0 })
  }
}

private func digestContext(_ digest: String?) -> [[String: String]] { digest.map { [["hex": $0]] } ?? [] }

extension NodeRecord.Input {
  /// - Parameter source: the record of the node that it came from, if the page has one.
  fileprivate func htmlContext(from source: NodeRecord?) -> [String: Any] {
    // What is named as its node is, is told by the link alone.
    let isNamed = source.map { name != $0.name } ?? true
    // A digest that stands with the node that made the file need not be here as well: the script brings it.
    let isThere = source.map { $0.outputs.count == 1 && digest != nil && $0.outputs[0].digest == digest } ?? false
    return [
      "label": isNamed ? [["text": name]] : [],
      "link": source.map { [["href": nodeAnchor($0.name), "name": $0.name, "isNamed": isNamed] as [String: Any]] }
        ?? [],
      "digest": isThere ? [] : digestContext(digest), "isUnknown": digest == nil,
    ]
  }
}

extension NodeRecord.File {
  fileprivate var htmlContext: [String: Any] {
    [
      "name": name, "digest": digestContext(digest), "isUnknown": digest == nil,
      "size": size.map { [["text": formatBytes($0)]] } ?? [],
      "origin": origin.map { [["text": $0]] } ?? [],
    ]
  }
}

/// Bytes as a person says them, in powers of ten: `812 B`, `3.4 kB`, `1.21 GB`.
public func formatBytes(_ count: Int) -> String {
  guard count >= 1000 else { return "\(max(0, count)) B" }
  var value = Double(count)
  var unit = -1
  while value >= 999.5, unit < 4 {
    value /= 1000
    unit += 1
  }
  let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  return String(format: "%.\(digits)f ", value) + ["kB", "MB", "GB", "TB", "PB"][unit]
}

/// A time as `2026-11-22 13:55:02 UTC`; "—" where it is none.
public func formatTime(_ secondsSince1970: Double) -> String {
  guard secondsSince1970.isFinite, abs(secondsSince1970) < 1e11 else { return "—" }
  let text = Date(timeIntervalSince1970: secondsSince1970.rounded(.down)).formatted(.iso8601)
  return text.replacing("T", with: " ").replacing("Z", with: " UTC")
}
