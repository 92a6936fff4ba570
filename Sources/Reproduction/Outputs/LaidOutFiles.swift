import Foundation
import Pipeline

/// Files that were laid out in a folder, by path, each with the digest that it had then. What may be removed or replaced is
/// what still has that digest: whatever somebody else put there or changed is left alone.
struct LaidOutFiles {
  /// What stands at a path of the folder.
  enum State: Equatable {
    case missing
    /// The file as it was laid out.
    case ours
    /// A file with other bytes, a folder, a link, or what lies behind one.
    case others
  }

  let folder: URL
  /// The digests that a file may have had: two where one was to replace another, and nobody knows how far that went.
  let digests: [String: [Digest]]

  /// Paths, which somebody may have edited, that lead to no file below the folder are `others`.
  func state(of path: String) -> State {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }) else { return .others }
    let file = folder.appending(path: path)
    let root = folder.resolvingSymlinksInPath().path
    let parent = file.deletingLastPathComponent().resolvingSymlinksInPath().path
    guard parent == root || parent.hasPrefix(root.hasSuffix("/") ? root : root + "/") else { return .others }
    guard let type = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.type] as? FileAttributeType else {
      return .missing
    }
    guard type == .typeRegular, let known = digests[path],
      let digest = try? LocalFileSystem().digest(of: file.path(percentEncoded: false)), known.contains(digest)
    else { return .others }
    return .ours
  }

  /// Removes the files that `isKept` does not keep, and folders that are empty then.
  ///
  /// - Returns: those that were left alone because they are no longer as they were laid out, sorted.
  /// - Throws: `StageError` where a file cannot be removed.
  @discardableResult
  func remove(except isKept: (String) -> Bool) throws -> [String] {
    var left: [String] = []
    for path in digests.keys.sorted() where !isKept(path) {
      switch state(of: path) {
      case .missing: continue
      case .others: left.append(path)
      case .ours:
        let file = folder.appending(path: path)
        do {
          try FileManager.default.removeItem(at: file)
        } catch {
          throw StageError("Cannot remove \(file.path), which is of an earlier run: \(error.localizedDescription)")
        }
        var parent = (path as NSString).deletingLastPathComponent
        while !parent.isEmpty, rmdir(folder.appending(path: parent).path) == 0 {
          parent = (parent as NSString).deletingLastPathComponent
        }
      }
    }
    return left
  }
}
