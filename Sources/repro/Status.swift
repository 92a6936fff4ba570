import ArgumentParser
import Foundation
import Pipeline

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What is stale, and which part of its key changed.",
    discussion: """
      Nothing is executed, and a running repro is not waited for.

      Examples:
        repro status
        repro status --set figures.fig4.markerSize=5
        repro status --json | jq '.nodes[] | select(.state != "up-to-date")'
      """)

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON: nodes with state, key and reasons.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let plan = try CacheReader.plan(project.graph, registry: project.registry, folder: project.cache)
      if json {
        try JSONOutput.print(StatusDocument(plan))
      } else {
        print(PlanText.describe(plan))
      }
    }
  }
}

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Why a node would run, followed upstream to the first cause.",
    discussion: """
      Example:
        repro why bound/shapes-100/simsiam/d16/s0
      """)

  @Argument(help: "The node, as `repro status` names it.")
  var node: String

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let id = try NodeID(node)
      guard project.graph[id] != nil else {
        let hint = project.graph.nearest(to: node).map { "; the nearest is \($0)" } ?? ""
        throw StageError("the graph of profile '\(project.paper.profile.name)' has no node \(node)\(hint)")
      }
      let plan = try CacheReader.plan(project.graph, targets: [id], registry: project.registry, folder: project.cache)
      if json {
        try JSONOutput.print(StatusDocument(plan))
      } else if plan.isUpToDate {
        print("\(node) is up to date.")
      } else {
        print(PlanText.describe(plan))
      }
    }
  }
}

/// What `status --json` and `why --json` print.
struct StatusDocument: Encodable {
  struct Node: Encodable {
    struct Reason: Encodable {
      let text: String
      let component: String?
      let from: String?
      let to: String?
    }

    let id: String
    let stage: String
    let state: String
    let key: String?
    let reasons: [Reason]
    let waitsFor: [String]
    let expectedSeconds: Double
  }

  let nodes: [Node]
  let isUpToDate: Bool

  init(_ plan: Plan) {
    isUpToDate = plan.isUpToDate
    nodes = plan.nodes.map { id in
      let state = plan.state(of: id)
      var key: String?
      var waitsFor: [String] = []
      switch state {
      case .upToDate(let known), .reusable(let known), .stale(let known, _): key = known.hex
      case .waits(let nodes, _): waitsFor = nodes.map(\.text)
      case .impossible: break
      }
      return Node(
        id: id.text, stage: plan.graph[id]?.stage ?? "", state: PlanText.word(state), key: key,
        reasons: PlanText.reasons(state).map(Self.reason), waitsFor: waitsFor,
        expectedSeconds: plan.expectedSeconds(of: id))
    }
  }

  private static func reason(_ reason: StaleReason) -> Node.Reason {
    if case .changed(let component, let from, let to) = reason {
      return Node.Reason(text: reason.description, component: component, from: from, to: to)
    }
    return Node.Reason(text: reason.description, component: nil, from: nil, to: nil)
  }
}

/// JSON on standard output: keys in order, so that it can be compared.
enum JSONOutput {
  static func print(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
