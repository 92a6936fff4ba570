/// The graph in the languages that other programs draw.
extension GraphView {
  /// For Graphviz.
  public var dot: String {
    var lines = [
      "digraph repro {", "  rankdir=LR;", "  node [shape=box, style=filled, fontname=\"sans-serif\", fontsize=10];",
      "  edge [color=\"#888888\"];",
    ]
    for box in boxes {
      let colors = box.state.colors
      let label = isCollapsed ? "\(Self.dotText(box.id))\\n\(Self.dotText(box.detail))" : Self.dotText(box.id)
      lines.append(
        "  \"\(Self.dotText(box.id))\" [label=\"\(label)\", fillcolor=\"\(colors.fill)\", color=\"\(colors.rim)\", "
          + "tooltip=\"\(Self.dotText(box.detail))\"];")
    }
    for edge in essentialEdges {
      let label = isCollapsed ? " [label=\"\(edge.count)\"]" : ""
      lines.append("  \"\(Self.dotText(boxes[edge.from].id))\" -> \"\(Self.dotText(boxes[edge.to].id))\"\(label);")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// For Mermaid, as Markdown viewers draw it.
  public var mermaid: String {
    var lines = ["flowchart LR"]
    for (index, box) in boxes.enumerated() {
      let label =
        isCollapsed ? "\(Self.mermaidText(box.id))<br/>\(Self.mermaidText(box.detail))" : Self.mermaidText(box.id)
      lines.append("  n\(index)[\"\(label)\"]:::\(box.state.mermaidClass)")
    }
    for edge in essentialEdges {
      lines.append("  n\(edge.from) -->\(isCollapsed ? "|\(edge.count)|" : "") n\(edge.to)")
    }
    for state in NodeStatus.State.allCases {
      let colors = state.colors
      lines.append("  classDef \(state.mermaidClass) fill:\(colors.fill),stroke:\(colors.rim),color:#000000")
    }
    return lines.joined(separator: "\n")
  }

  /// One name a line.
  public var names: String { boxes.map(\.id).joined(separator: "\n") }

  private static func dotText(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  private static func mermaidText(_ text: String) -> String {
    text.replacing("\"", with: "#quot;").replacing("<", with: "#lt;").replacing(">", with: "#gt;")
  }
}

extension NodeStatus.State {
  /// A name of letters.
  fileprivate var mermaidClass: String {
    switch self {
    case .upToDate: "upToDate"
    case .reusable, .stale, .waits, .impossible: rawValue
    }
  }
}
