import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes results into one archive that another machine can take in.",
    usage: "repro export <archive> [<options>]",
    discussion: """
      A tar archive with the records of the results and their artifacts, each named by the digest of \
      its bytes; compressed where the name ends in .gz.

      With --ro-crate: instead a folder with report, figures, tables and configuration, described as a \
      Workflow Run RO-Crate for archives of research.

      Examples:
        repro export results.tar
        repro export crate --ro-crate
        repro export trainings.tar.gz --only 'train' --only 'augment'
      """)

  @Argument(help: "The archive to write; with --ro-crate the folder.")
  var archive: String

  @OptionGroup var experiment: ExperimentOptions

  @OptionGroup var selection: Selection

  @Flag(
    name: .customLong("ro-crate"),
    help: "A folder as a Workflow Run RO-Crate, of what the last run of everything laid out.")
  var isCrate = false

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if isCrate, !selection.only.isEmpty { throw ValidationError("A crate is of everything; leave out --only.") }
  }

  func run() throws {
    try reporting {
      let project = try experiment.project()
      if isCrate {
        let files = try ResearchCrate.write(project, cache: CacheReader(project.cache), to: URL(filePath: archive))
        try Answer.print(CrateDocument(schema: "repro.export.crate/1", folder: archive, files: files), json: json) {
          "\(files.count) files in \(archive), described by \(archive)/ro-crate-metadata.json"
        }
        return
      }
      let graph = project.graph
      let nodes = try selection.targets(of: graph).map { Set(graph.closure(of: $0)) }
      let progress = ByteProgress("Writing \(archive)")
      defer { progress.end() }
      let exported = try CacheReader(project.cache).export(
        nodes, to: URL(filePath: archive).path, onProgress: progress.update)
      progress.end()
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

private struct CrateDocument: Codable {
  let schema: String
  let folder: String
  let files: [String]
}
