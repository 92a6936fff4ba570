import Foundation

/// The address of a node's record within its page.
func nodeAnchor(_ name: String) -> String { "node/" + htmlIdentifier(name) }

/// Records are written here and not by a template: there are hundreds of them, and a template's engine, which looks names up by
/// reflection, takes longer for them than all else that a finished run does.
extension NodeRecord {
  /// The node's row in the list of all nodes.
  var htmlRow: String {
    let (anchor, escaped) = (htmlEscaped(nodeAnchor(name)), htmlEscaped(name))
    let time = execution.map { formatDuration($0.seconds) } ?? "—"
    var html = "<tr data-node=\"\(escaped)\""
    if group != name { html += " data-group=\"\(htmlEscaped(group))\"" }
    html += "><th scope=\"row\" class=\"l\"><a href=\"#\(anchor)\"><code>\(escaped)</code></a></th>"
    html += "<td class=\"l state \(state.rawValue)\">\(htmlEscaped(state.title))</td>"
    html += "<td class=\"r\">\(execution.map { String($0.run) } ?? "—")</td><td class=\"r\">\(htmlEscaped(time))</td>"
    html += "<td class=\"l\"><code>\(htmlEscaped(String(shownKey.prefix(12))))</code></td></tr>\n"
    return html
  }

  /// Everything about the node. It stands in the page itself, so that it can be read without a script.
  ///
  /// - Parameter known: the records of the page by their names.
  func htmlArticle(known: [String: NodeRecord]) -> String {
    let (escaped, stage) = (htmlEscaped(name), htmlEscaped(stage))
    let version = htmlEscaped(version.map { "version \($0)" } ?? "of no recorded version")
    var html = "<article class=\"node\" id=\"\(htmlEscaped(nodeAnchor(name)))\" data-seal=\"Node \(escaped)\""
    html +=
      " data-name=\"\(escaped)\" data-stage=\"\(stage)\">\n<h4><code>\(escaped)</code></h4>\n<dl class=\"facts\">\n"
    html += fact("Stage", "\(stage), \(version)")
    html += fact("State", htmlEscaped(state.title))
    html += fact("Key", "<code>\(htmlEscaped(shownKey))</code>")
    if let execution { html += execution.htmlFacts }
    if !otherSeeds.isEmpty {
      let links = otherSeeds.map { " <a href=\"#\(htmlEscaped(nodeAnchor($0)))\"><code>\(htmlEscaped($0))</code></a>" }
      html += fact("Seeds", "One of \(otherSeeds.count + 1); what is told of their mean is also of\(links.joined())")
    }
    if !command.isEmpty { html += fact("Again by", "<code class=\"command\">\(htmlEscaped(command))</code>") }
    if !note.isEmpty { html += fact("Note", htmlEscaped(note)) }
    html += "</dl>\n"
    html += fileList("Read", "files", inputs.map { $0.html(from: $0.node.flatMap { known[$0] }) })
    html += fileList("Taken in from outside", "files raw", rawFiles.map(\.html))
    html += fileList("Made", "files made", outputs.map(\.html))
    html += lines("Parameters", "Parameters", parameters.map { "\($0.name) = \($0.value)" })
    html += lines("Last lines of its log", "Log", execution?.log ?? [])
    return html + "</article>\n"
  }

  private var shownKey: String { key.isEmpty ? "—" : key }

  /// A step of the scale that the graph is coloured by: 0 for below a tenth of a second, then tenfold each.
  static func heat(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite else { return "none" }
    return String([0.1, 1, 10, 60, 600].count { seconds >= $0 })
  }
}

private func fact(_ name: String, _ html: String) -> String { "<div><dt>\(name)</dt><dd>\(html)</dd></div>\n" }

/// A heading and a list; nothing where there are no items.
private func fileList(_ title: String, _ kind: String, _ items: [String]) -> String {
  items.isEmpty
    ? "" : "<h5>\(title)</h5>\n<ul class=\"\(kind)\">\n\(items.map { "<li>\($0)</li>\n" }.joined())</ul>\n"
}

/// A heading and lines as they are; nothing where there are none.
private func lines(_ title: String, _ label: String, _ lines: [String]) -> String {
  lines.isEmpty
    ? ""
    : "<h5>\(title)</h5>\n<pre tabindex=\"0\" aria-label=\"\(label)\">\n\(htmlText(lines.joined(separator: "\n")))</pre>\n"
}

private func digestHTML(_ digest: String?) -> String { digest.map { " <code>\(htmlEscaped($0))</code>" } ?? "" }

private func unknown(_ digest: String?) -> String { digest == nil ? ", without a recorded digest" : "" }

extension NodeRecord.Execution {
  fileprivate var htmlFacts: String {
    fact(
      "Made",
      "by run \(run)\(attempt > 1 ? ", attempt \(attempt)" : ""), from \(formatTime(started)) on, in"
        + " \(htmlEscaped(formatDuration(seconds)))"
        + (peakMemory.map { ", with up to \(formatBytes($0)) of memory" } ?? ""))
      + fact("Machine", htmlEscaped(machine))
  }
}

extension NodeRecord.Input {
  /// - Parameter source: the record of the node that it came from, if the page has one.
  fileprivate func html(from source: NodeRecord?) -> String {
    // What is named as its node is, is told by the link alone.
    let isNamed = source.map { name != $0.name } ?? true
    // A digest that stands with the node that made the file need not be here as well: the script brings it.
    let isThere = source.map { $0.outputs.count == 1 && digest != nil && $0.outputs[0].digest == digest } ?? false
    let link = source.map {
      (isNamed ? " of " : "") + "<a href=\"#\(htmlEscaped(nodeAnchor($0.name)))\">\(htmlEscaped($0.name))</a>"
    }
    return (isNamed ? htmlEscaped(name) : "") + (link ?? "") + (isThere ? "" : digestHTML(digest)) + unknown(digest)
  }
}

extension NodeRecord.File {
  fileprivate var html: String {
    htmlEscaped(name) + (size.map { ", \(formatBytes($0))" } ?? "")
      + (origin.map { ", from <span class=\"origin\">\(htmlEscaped($0))</span>" } ?? "") + digestHTML(digest)
      + unknown(digest)
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
