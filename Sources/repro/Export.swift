import ArgumentParser
import Foundation
import Pipeline

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes results into one archive that another machine can take in.",
    discussion: """
      A tar archive with the records of the results and their artifacts, each named by the digest of its bytes; compressed
      where the name ends in .gz.

      Examples:
        repro export results.tar
        repro export trainings.tar.gz --only 'train' --only 'augment'
      """)

  @Argument(help: "The archive to write.")
  var archive: String

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: .long, help: ArgumentHelp("Only nodes that match, and what they need; may be repeated.", valueName: "pattern")
  )
  var only: [String] = []

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let graph = project.graph
      let nodes = only.isEmpty ? nil : Set(graph.closure(of: try graph.select(only)))
      let exported = try CacheReader(project.cache).export(nodes, to: URL(filePath: archive).path)
      if json {
        try JSONOutput.print(
          ExportedDocument(
            archive: archive, results: exported.results, artifacts: exported.artifacts, bytes: exported.bytes))
      } else {
        print(
          "\(exported.results) results with \(exported.artifacts) artifacts, \(CacheText.bytes(exported.bytes)): \(archive)"
        )
      }
    }
  }
}
