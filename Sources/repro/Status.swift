import ArgumentParser
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
