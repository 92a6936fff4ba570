import ArgumentParser
import Pipeline

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What is stale, why, and how long it will take.",
    usage: "repro status [<options>]",
    discussion: """
      Nodes with the same reason are one group. Times are those that nodes took last, or estimates by \
      their stage's pace. Nothing is executed, and a running repro is not waited for: it is named.

      Examples:
        repro status
        repro status --only figure/fig4 --set figures.fig4.markerSize=5
        repro status --json | jq '.nodes[] | select(.state != "up-to-date")'

      How staleness works: docs/staleness.md. The JSON: docs/json.md.
      """)

  @OptionGroup var selection: Selection
  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "Name every node of a group.")
  var all = false
  @Flag(name: .long, help: "As JSON: groups, times, and all nodes with state, key and reasons.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let report = try CacheReader.status(
        project.graph, targets: selection.targets(of: project.graph), registry: project.registry, folder: project.cache,
        listsNodes: json, leavesMemory: true)
      try Answer.print(report, json: json) { report.text(limit: all ? .max : 8) }
    }
  }
}
