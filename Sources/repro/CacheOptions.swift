import ArgumentParser
import Foundation
import Pipeline
import Reproduction

/// Where things lie: the options of every subcommand.
struct CacheOptions: ParsableArguments {
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

  /// The cache, for commands that ask what is stored: the configuration need not be right, or there at all.
  func reader() throws -> CacheReader {
    try CacheReader(try CacheFolder(cache.map { URL(filePath: $0) } ?? beside(".repro")))
  }

  func outputsFolder() throws -> Outputs {
    Outputs(folder: try outputs.map { URL(filePath: $0) } ?? beside("outputs"))
  }

  private func beside(_ name: String) throws -> URL {
    try configurationFile().deletingLastPathComponent().appending(path: name)
  }

  /// Where the cache would be if it was not named; nil where there is no configuration.
  var cacheFolderBesideConfiguration: URL? {
    foundConfigurationFile?.deletingLastPathComponent().appending(path: ".repro")
  }

  func configurationFile() throws -> URL {
    if let file = foundConfigurationFile { return file }
    throw StageError(
      "There is no pipeline.json here or in a folder above; run repro inside the project, or name the file with --config."
    )
  }

  /// The one that was named, or the nearest upwards from here.
  private var foundConfigurationFile: URL? {
    if let config { return URL(filePath: config).absoluteURL }
    var folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    while true {
      let file = folder.appending(path: "pipeline.json")
      if FileManager.default.fileExists(atPath: file.path) { return file }
      let parent = folder.deletingLastPathComponent()
      if parent.path == folder.path { return nil }
      folder = parent
    }
  }
}
