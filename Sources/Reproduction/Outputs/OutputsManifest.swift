import Foundation
import Pipeline

/// Which files of `outputs/` a run of everything laid out: `manifest.json`, from which the next one knows what it may remove.
struct OutputsManifest: Equatable {
  struct Entry: Codable, Equatable {
    let node: NodeID
    /// The output of the node that the file shows.
    let output: String
    /// Of the file as it was laid out.
    let digest: Digest
    /// Of the report: the root of its seal.
    var root: String?
  }

  static let fileName = "manifest.json"

  /// By path below the folder.
  var files: [String: Entry] = [:]

  /// The manifest of a folder; empty where there is none that can be read, so that nothing is removed.
  static func load(from folder: URL) -> OutputsManifest {
    guard let data = try? Data(contentsOf: folder.appending(path: fileName)),
      let files = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return OutputsManifest() }
    return OutputsManifest(files: files)
  }

  /// As JSON, sorted by path.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(files) + Data("\n".utf8)
  }

  /// What it lists, as files of `folder`.
  func files(in folder: URL) -> LaidOutFiles { LaidOutFiles(folder: folder, digests: files.mapValues { [$0.digest] }) }
}
