import Charts
import Foundation
import Testing

/// Compares `actual` with the file `Snapshots/<name>` of this target. With REPRO_RECORD_SNAPSHOTS=1 it writes the
/// file instead and fails, so that a recording run is never taken for a passing one.
func expectSnapshot(
  _ actual: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation, file: String = #filePath
) throws {
  let url = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Snapshots/\(name)")
  let text = try withPixelDigests(actual)
  if ProcessInfo.processInfo.environment["REPRO_RECORD_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
    Issue.record("recorded \(name); run again without REPRO_RECORD_SNAPSHOTS", sourceLocation: sourceLocation)
    return
  }
  guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
    Issue.record("no snapshot \(name): record it with REPRO_RECORD_SNAPSHOTS=1", sourceLocation: sourceLocation)
    return
  }
  guard text != expected else { return }
  let (actualLines, expectedLines) = (text.split(separator: "\n"), expected.split(separator: "\n"))
  let index = zip(actualLines, expectedLines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  let line = index ?? min(actualLines.count, expectedLines.count)
  Issue.record(
    """
    \(name) differs from line \(line + 1):
    recorded: \(line < expectedLines.count ? expectedLines[line] : "(end)")
    now:      \(line < actualLines.count ? actualLines[line] : "(end)")
    """, sourceLocation: sourceLocation)
}

/// `svg` with embedded PNGs replaced by a digest of their pixels: the bytes of a PNG depend on the version of zlib.
private func withPixelDigests(_ svg: String) throws -> String {
  let start = "data:image/png;base64,"
  var parts = svg.components(separatedBy: start)
  for index in parts.indices.dropFirst() {
    let encoded = parts[index].prefix { $0 != "\"" }
    let png = try PNGEncoder.decode([UInt8](Data(base64Encoded: String(encoded)) ?? Data()))
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in stride(from: 0, to: png.rgb.count, by: 7) {
      digest = (digest ^ UInt64(png.rgb[offset])) &* 0x100_0000_01B3
    }
    parts[index] = "\(png.width)x\(png.height):\(String(digest, radix: 16))" + parts[index].dropFirst(encoded.count)
  }
  return parts.joined(separator: start)
}
