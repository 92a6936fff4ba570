import Foundation
import Testing

/// Compares `text` with the file `Snapshots/name` beside the tests.
///
/// With REPRO_RECORD_SNAPSHOTS=1 the file is written and the test fails, so that recording cannot pass for testing.
func expectSnapshot(
  _ text: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let url = URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "Snapshots/\(name)")
  if ProcessInfo.processInfo.environment["REPRO_RECORD_SNAPSHOTS"] == "1" {
    try Data(text.utf8).write(to: url)
    Issue.record(
      "the snapshot \(name) was recorded; look at it, and run again without REPRO_RECORD_SNAPSHOTS",
      sourceLocation: sourceLocation)
    return
  }
  guard let expected = try? String(decoding: Data(contentsOf: url), as: UTF8.self) else {
    Issue.record(
      "there is no snapshot \(name); record it with REPRO_RECORD_SNAPSHOTS=1", sourceLocation: sourceLocation)
    return
  }
  guard text != expected else { return }
  let (lines, golden) = (text.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
  let index = zip(lines, golden).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, golden.count)
  Issue.record(
    """
    \(name) differs from its snapshot in line \(index + 1):
    expected: \(index < golden.count ? golden[index] : "the end")
    found:    \(index < lines.count ? lines[index] : "the end")
    """, sourceLocation: sourceLocation)
}
