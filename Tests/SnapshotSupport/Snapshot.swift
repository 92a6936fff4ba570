import Foundation
import Testing

/// Compares `actual` with the golden file `Snapshots/<name>` of the calling test target.
///
/// With REPRO_RECORD_SNAPSHOTS=1 the file is written and the test fails, so that recording is never taken for passing.
public func expectSnapshot(
  _ actual: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation, file: String = #filePath
) throws {
  let url = try snapshotFolder(of: file).appending(path: name)
  if ProcessInfo.processInfo.environment["REPRO_RECORD_SNAPSHOTS"] == "1" {
    try Data(actual.utf8).write(to: url)
    Issue.record(
      "recorded \(name); look at it, and run again without REPRO_RECORD_SNAPSHOTS", sourceLocation: sourceLocation)
    return
  }
  guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
    Issue.record("no snapshot \(name); record it with REPRO_RECORD_SNAPSHOTS=1", sourceLocation: sourceLocation)
    return
  }
  // Bytes: strings are equal already where they only look the same.
  guard !actual.utf8.elementsEqual(expected.utf8) else { return }
  let (found, golden) = (actual.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
  let index =
    zip(found, golden).enumerated().first { !$1.0.utf8.elementsEqual($1.1.utf8) }?.offset
    ?? min(found.count, golden.count)
  Issue.record(
    """
    \(name) differs from its snapshot in line \(index + 1):
    recorded: \(index < golden.count ? golden[index] : "the end")
    now:      \(index < found.count ? found[index] : "the end")
    """, sourceLocation: sourceLocation)
}

/// The folder `Snapshots` of the test target that `file` belongs to: beside it or further up.
private func snapshotFolder(of file: String) throws -> URL {
  var folder = URL(filePath: file).deletingLastPathComponent()
  while folder.path != "/" {
    let snapshots = folder.appending(path: "Snapshots")
    if FileManager.default.fileExists(atPath: snapshots.path) { return snapshots }
    folder = folder.deletingLastPathComponent()
  }
  throw CocoaError(.fileNoSuchFile)
}
