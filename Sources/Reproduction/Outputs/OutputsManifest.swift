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

  /// Removes the files that this manifest lists and `next` does not, and folders that are empty then.
  ///
  /// - Throws: `StageError` where a file cannot be removed.
  func removeFiles(notIn next: OutputsManifest, from folder: URL) throws {
    for path in files.keys.sorted() where next.files[path] == nil && Self.isBelow(folder, path) {
      let file = folder.appending(path: path)
      // A link is removed, not what it leads to.
      guard (try? FileManager.default.attributesOfItem(atPath: file.path)) != nil else { continue }
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw StageError("cannot remove \(file.path), which is of an earlier run: \(error.localizedDescription)")
      }
      var parent = (path as NSString).deletingLastPathComponent
      while !parent.isEmpty, rmdir(folder.appending(path: parent).path) == 0 {
        parent = (parent as NSString).deletingLastPathComponent
      }
    }
  }

  /// Whether a path of the manifest, which somebody may have edited, leads to a file below the folder.
  private static func isBelow(_ folder: URL, _ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }) else { return false }
    let root = folder.resolvingSymlinksInPath().path
    let parent = folder.appending(path: path).deletingLastPathComponent().resolvingSymlinksInPath().path
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: folder.appending(path: path).path, isDirectory: &isFolder)
    return isThere && !isFolder.boolValue
      && (parent == root || parent.hasPrefix(root.hasSuffix("/") ? root : root + "/"))
  }
}
