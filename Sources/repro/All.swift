import ArgumentParser
import Foundation

struct All: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "Everything, from raw images to the report.",
    usage: "repro all [<options>]",
    discussion: """
      Examples:
        repro all
        repro all --profile laptop --offline
        repro all --only 'train/fashion-mnist'    those nodes and what they need
        repro all --dry-run
      """)

  @OptionGroup var selection: Selection
  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func run() throws {
    try reporting {
      let project = try experiment.project(isOffline: how.offline)
      let targets = try selection.targets(of: project.graph)
      let files = try how.bringUpToDate(project, targets: targets)
      guard !how.dryRun else { return }
      if files.contains(where: { $0.lastPathComponent == "table1.html" }) {
        print("Table 1: \(project.outputs.folder.appending(path: "tables/table1.md").path)")
      }
      if files.contains(project.outputs.report) {
        print("Report:  \(project.outputs.report.path)")
        if let root = project.outputs.rootOfReport { print("Seal:    \(root)") }
      } else if files.isEmpty {
        print("Nothing to lay out: the chosen nodes have no table, figure or report.")
      } else {
        print("\(files.count) files laid out in \(project.outputs.folder.path)")
      }
    }
  }
}
