import Foundation
import Pipeline
import Testing

@testable import Reproduction

@Suite final class SiteTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "repro-site-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func outputs(_ files: [String: String]) throws -> Outputs {
    let root = folder.appending(path: "outputs")
    var manifest = OutputsManifest()
    for (path, text) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      manifest.files[path] = OutputsManifest.Entry(
        node: "report/index", output: "x", digest: Digest(of: Data(text.utf8)))
    }
    try manifest.encoded().write(to: root.appending(path: OutputsManifest.fileName))
    return Outputs(folder: root)
  }

  private func everything(below folder: URL) -> [String] {
    (FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []).filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder.appending(path: path).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  @Test func copiesTheReportAndItsDownloads() throws {
    let outputs = try outputs([
      "report/index.html": "page", "figures/fig3.pdf": "pdf", "tables/table1.csv": "csv", "numbers.tex": "n",
      "cells/a/encoder.safetensors": "large",
    ])
    try Data("mine".utf8).write(to: outputs.folder.appending(path: "report/notes.txt"))
    let site = folder.appending(path: "site")
    let expected = [
      ".nojekyll", "404.html", "figures/fig3.pdf", "index.html", "numbers.tex", "report/index.html", "site.json",
      "tables/table1.csv",
    ]
    #expect(try Site(outputs).publish(to: site) == expected)
    #expect(everything(below: site) == expected)
    #expect(try String(contentsOf: site.appending(path: "report/index.html"), encoding: .utf8) == "page")
    for page in ["index.html", "404.html"] {
      let text = try String(contentsOf: site.appending(path: page), encoding: .utf8)
      #expect(!text.contains("href=\"/") && !text.contains("url=/") && !text.contains(folder.path))
    }
  }

  /// A site that is published again loses what is no longer of it, and keeps what somebody added.
  @Test func replacesAnEarlierSite() throws {
    let site = folder.appending(path: "site")
    try Site(outputs(["report/index.html": "1", "figures/old.svg": "x"])).publish(to: site)
    try Data("example.org".utf8).write(to: site.appending(path: "CNAME"))
    try FileManager.default.removeItem(at: folder.appending(path: "outputs"))
    try Site(outputs(["report/index.html": "2"])).publish(to: site)
    #expect(
      everything(below: site) == [".nojekyll", "404.html", "CNAME", "index.html", "report/index.html", "site.json"])
  }

  @Test func leavesOtherFoldersAlone() throws {
    let outputs = try outputs(["report/index.html": "page"])
    let other = folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: other.appending(path: "thesis.tex"))
    #expect(throws: StageError.self) { try Site(outputs).publish(to: other) }
    #expect(everything(below: other) == ["thesis.tex"])
    let file = folder.appending(path: "file")
    try Data().write(to: file)
    #expect(throws: StageError.self) { try Site(outputs).publish(to: file) }
  }

  @Test func refusesWhatWasChanged() throws {
    let outputs = try outputs(["report/index.html": "page", "tables/table1.csv": "1"])
    try Data("2".utf8).write(to: outputs.folder.appending(path: "tables/table1.csv"))
    let site = folder.appending(path: "site")
    #expect { try Site(outputs).publish(to: site) } throws: { "\($0)".contains("tables/table1.csv was changed") }
    #expect(!FileManager.default.fileExists(atPath: site.path))
    #expect(throws: StageError.self) {
      try Site(Outputs(folder: self.folder.appending(path: "none"))).publish(to: site)
    }
  }
}
