import ArgumentParser
import Foundation
import Pipeline

struct Figure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One figure and what it needs, as SVG, PNG, PDF and CSV.",
    discussion: """
      Examples:
        repro figure fig4
        repro figure fig3 --profile laptop
      """)

  @Argument(help: "The figure: fig3, fig4 or fig5.")
  var name: String

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func run() throws {
    try reporting { try buildOne("figure", name, experiment, how) }
  }
}

struct Table: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One table and what it needs, as HTML, CSV, Markdown and LaTeX.",
    discussion: """
      Example:
        repro table table1
      """)

  @Argument(help: "The table: table1.")
  var name: String = "table1"

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func run() throws {
    try reporting { try buildOne("table", name, experiment, how) }
  }
}

/// Brings one figure or table up to date and prints where its files are.
private func buildOne(_ kind: String, _ name: String, _ experiment: ExperimentOptions, _ how: RunArguments) throws {
  let project = try experiment.project(isOffline: how.offline)
  let known = project.graph.ids.map(\.text).filter { $0.hasPrefix("\(kind)/") }.map {
    String($0.dropFirst(kind.count + 1))
  }
  guard known.contains(name) else {
    throw StageError("there is no \(kind) '\(name)'; there are: \(known.sorted().joined(separator: ", "))")
  }
  for file in try how.bringUpToDate(project, targets: [try NodeID("\(kind)/\(name)")]) { print(file.path) }
}
