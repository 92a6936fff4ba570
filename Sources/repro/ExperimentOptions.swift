import ArgumentParser
import Foundation
import Pipeline
import Reproduction

/// Which experiment: the options that every subcommand shares.
struct ExperimentOptions: ParsableArguments {
  @Option(name: .long, help: "The scale to run: a profile of the configuration.")
  var profile: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Change a setting before anything is read; may be repeated.",
      discussion: "For instance --set profiles.quick.seeds=[0,1] or --set figures.fig4.markerSize=5.",
      valueName: "path=value"))
  var set: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("The configuration; searched upwards from here if not given.", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The cache's folder (default: .repro beside the configuration).", valueName: "folder"))
  var cache: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where results are laid out (default: outputs beside the configuration).", valueName: "folder"))
  var outputs: String?

  /// The project that these options speak of.
  ///
  /// - Throws: an error that is one sentence, or several for a configuration with several mistakes.
  func project(isOffline: Bool = false) throws -> Project {
    let overrides = (profile.map { ["profile=\($0)"] } ?? []) + set
    return try Project(
      file: try configurationFile(), overrides: overrides, cache: cache.map { URL(filePath: $0) },
      outputs: outputs.map { URL(filePath: $0) }, isOffline: isOffline)
  }

  private func configurationFile() throws -> URL {
    if let config { return URL(filePath: config).absoluteURL }
    var folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    while true {
      let file = folder.appending(path: "pipeline.json")
      if FileManager.default.fileExists(atPath: file.path) { return file }
      let parent = folder.deletingLastPathComponent()
      if parent.path == folder.path { break }
      folder = parent
    }
    throw StageError(
      "there is no pipeline.json here or in a folder above; run repro inside the project, or name the file with --config"
    )
  }
}
