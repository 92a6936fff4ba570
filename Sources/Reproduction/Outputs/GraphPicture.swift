import Charts
import Foundation
import Pipeline

/// The graph as a picture.
public struct GraphPicture: Sendable {
  public let view: GraphView
  /// Read out to those who cannot see it.
  public let title: String

  public init(view: GraphView, title: String) {
    self.view = view
    self.title = title
  }

  public var svg: String { diagram.svg() }

  /// - Throws: `ChartError` where it cannot be drawn.
  public var png: Data { get throws { Data(try SVGConverter.png(svg: svg, scale: 2)) } }

  /// - Throws: `ChartError` where it cannot be drawn.
  public var pdf: Data { get throws { Data(try SVGConverter.pdf(svg: svg, title: title)) } }

  var diagram: Diagram {
    let states = NodeStatus.State.allCases.filter { state in view.boxes.contains { $0.count(of: state) > 0 } }
    let counts = states.map { state in
      "\(view.boxes.reduce(0) { $0 + $1.count(of: state) }) \(state.title)"
    }
    return Diagram(
      identifier: "graph", title: title, summary: "What is read by what; \(counts.joined(separator: ", ")).",
      boxes: view.boxes.map { box in
        Diagram.Box(
          RichText(box.id), detail: view.isCollapsed ? RichText(box.detail) : "",
          parts: box.states.map { Diagram.Part(Self.color($0.state.colors.fill), share: Double($0.count)) },
          rim: Self.color(box.state.colors.rim), rimDash: box.state == .waits ? .dashed : .solid)
      },
      arrows: view.essentialEdges.map { Diagram.Arrow(from: $0.from, to: $0.to) },
      legend: zip(states, counts).map { state, text in
        LegendEntry(.marker(.square, Self.color(state.colors.rim), isFilled: true), RichText(text))
      },
      notes: view.isCollapsed ? ["Each box is a stage, with the number of its nodes in each state."] : [])
  }

  /// From `#rrggbb`, which is what other languages draw with.
  private static func color(_ text: String) -> Color { Color(hex: UInt32(text.dropFirst(), radix: 16) ?? 0) }
}

extension GraphView.Box {
  fileprivate func count(of state: NodeStatus.State) -> Int { states.first { $0.state == state }?.count ?? 0 }
}
