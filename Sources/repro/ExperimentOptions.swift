import ArgumentParser
import Foundation
import Pipeline
import Reproduction

/// Which experiment: the options of the subcommands that look at the graph.
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

  @OptionGroup var place: CacheOptions

  /// The project that these options speak of.
  ///
  /// - Throws: an error that is one sentence, or several for a configuration with several mistakes.
  ///
  /// - Parameter other: a profile in place of the one that was asked for.
  func project(isOffline: Bool = false, profile other: String? = nil) throws -> Project {
    let overrides = ((other ?? profile).map { ["profile=\($0)"] } ?? []) + set
    return try Project(
      file: try place.configurationFile(), overrides: overrides, cache: place.cache.map { URL(filePath: $0) },
      outputs: place.outputs.map { URL(filePath: $0) }, isOffline: isOffline)
  }

  /// The cache, for what can do without one.
  ///
  /// - Returns: nil where no folder is named and none stands beside a configuration, or where there is no configuration.
  /// - Throws: whatever keeps a cache that is there from being read, or options that say nothing sensible.
  func readerIfThere() throws -> CacheReader? {
    if profile != nil || !set.isEmpty || place.config != nil { _ = try project() }
    if place.cache == nil {
      guard let folder = place.cacheFolderBesideConfiguration,
        FileManager.default.fileExists(atPath: folder.path)
      else { return nil }
    }
    return try place.reader()
  }
}
