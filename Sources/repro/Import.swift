import ArgumentParser
import Foundation
import Pipeline

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Takes in an archive of `repro export`.",
    usage: "repro import <archive> [<options>]",
    discussion: """
      Everything is checked against its digest before anything is kept.

      Example:
        repro import results.tar && repro status
      """)

  @Argument(help: "The archive.")
  var archive: String

  @OptionGroup var experiment: ExperimentOptions

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let progress = ByteProgress("Reading \(archive)")
      defer { progress.end() }
      let imported = try project.coordinator().take(
        archive: URL(filePath: archive).path, observer: TerminalProgress.suitable(), onProgress: progress.update)
      progress.end()
      if json {
        try JSONOutput.print(ImportedDocument(imported))
      } else {
        print(CacheText.describe(imported))
      }
    }
  }
}
