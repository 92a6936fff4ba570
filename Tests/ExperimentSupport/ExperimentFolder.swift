import Foundation

/// A folder of its own for an experiment, as a checkout has it: `pipeline.json`, and what the paper published and claims.
public struct ExperimentFolder {
  public let url: URL
  /// Of this package.
  public static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  /// - Parameter configuration: the text of pipeline.json.
  public init(_ configuration: String) throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "repro-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url.appending(path: "paper"), withIntermediateDirectories: true)
    for name in ["published.json", "claims.json", "errata.md"] {
      try FileManager.default.copyItem(
        at: Self.root.appending(path: "paper/\(name)"), to: url.appending(path: "paper/\(name)"))
    }
    try Data(configuration.utf8).write(to: url.appending(path: "pipeline.json"))
  }

  public func remove() {
    try? FileManager.default.removeItem(at: url)
  }
}
