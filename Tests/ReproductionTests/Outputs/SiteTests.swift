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
      // Whatever it leads to is there; the page that stands for every address that is not leads nowhere.
      let links = text.matches(of: /href="([^"]*)"/).map { String($0.output.1) }
      #expect(links == (page == "index.html" ? ["report/index.html", "tables/table1.csv"] : []))
    }
  }

  /// A site that is published again loses what is no longer of it, and keeps what somebody added.
  @Test func replacesAnEarlierSite() throws {
    let site = folder.appending(path: "site")
    try Site(outputs(["report/index.html": "1", "figures/old.svg": "x"])).publish(to: site)
    try Data("example.org".utf8).write(to: site.appending(path: "CNAME"))
    try FileManager.default.removeItem(at: folder.appending(path: "outputs"))
    try Site(outputs(["report/index.html": "2"])).publish(to: site)
    let front = try String(contentsOf: site.appending(path: "index.html"), encoding: .utf8)
    #expect(front.contains("report/index.html") && !front.contains("table1.csv"))
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

  /// A site whose list somebody edited: nothing that it did not publish is touched, and it says what stands in the way.
  @Test(arguments: [
    ".", "", "..", "/etc/hosts", "../precious", "a/../../precious", "folder", "link", "link/precious", "mine",
  ])
  func removesNothingThatIsNotIts(path: String) throws {
    let files = FileManager.default
    let site = folder.appending(path: "site")
    try Site(outputs(["report/index.html": "1"])).publish(to: site)
    let precious = folder.appending(path: "precious")
    try files.createDirectory(at: precious, withIntermediateDirectories: true)
    for file in [precious.appending(path: "precious"), site.appending(path: "mine")] {
      try Data("x".utf8).write(to: file)
    }
    try files.createDirectory(at: site.appending(path: "folder"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: site.appending(path: "folder/x"))
    try files.createSymbolicLink(at: site.appending(path: "link"), withDestinationURL: precious)
    let before = everything(below: folder)
    // The digest is that of the file that the path leads to, or of none.
    let digest = Digest(of: Data((path == "mine" ? "published" : "x").utf8))
    var listed = everything(below: site).filter { !["site.json", "mine", "folder/x"].contains($0) }.map {
      ($0, Digest(of: (try? Data(contentsOf: site.appending(path: $0))) ?? Data()))
    }
    listed.append((path, digest))
    try JSONEncoder().encode(Dictionary(listed) { $1 }).write(to: site.appending(path: "site.json"))
    #expect(throws: StageError.self) { try Site(self.outputs(["report/index.html": "2"])).publish(to: site) }
    #expect(everything(below: folder) == before)
    #expect(try String(contentsOf: site.appending(path: "report/index.html"), encoding: .utf8) == "1")
  }

  @Test func whatWasChangedInTheSiteStays() throws {
    let site = folder.appending(path: "site")
    try Site(outputs(["report/index.html": "1", "figures/old.svg": "x"])).publish(to: site)
    try Data("mine".utf8).write(to: site.appending(path: "figures/old.svg"))
    #expect { try Site(self.outputs(["report/index.html": "2"])).publish(to: site) } throws: {
      "\($0)".contains("figures/old.svg is not a file that was published there")
    }
    #expect(try String(contentsOf: site.appending(path: "figures/old.svg"), encoding: .utf8) == "mine")
  }

  /// A disk that is full leaves the earlier site as it was; what is cut off is published again.
  @Test func aFailureLeavesTheEarlierSite() throws {
    struct Full: Error {}
    let site = folder.appending(path: "site")
    try Site(outputs(["report/index.html": "1", "figures/old.svg": "x"])).publish(to: site)
    let before = everything(below: site)
    let next = try outputs(["report/index.html": "2", "figures/new.svg": "y"])
    for limit in 0..<6 {
      var written = 0
      #expect(throws: Full.self) {
        try Site(next).publish(to: site) { data, file in
          written += 1
          if written > limit { throw Full() }
          try Site.write(data, to: file)
        }
      }
      #expect(everything(below: site) == before)
      #expect(try String(contentsOf: site.appending(path: "report/index.html"), encoding: .utf8) == "1")
    }
    // Everything in place but the last list: the next one goes on from there.
    var lists = 0
    #expect(throws: Full.self) {
      try Site(next).publish(to: site) { data, file in
        if file.lastPathComponent == "site.json" { lists += 1 }
        if lists > 1 { throw Full() }
        try Site.write(data, to: file)
      }
    }
    let paths = try Site(next).publish(to: site)
    #expect(everything(below: site) == paths && paths.contains("figures/new.svg") && !paths.contains("figures/old.svg"))
    let list = try String(contentsOf: site.appending(path: "site.json"), encoding: .utf8)
    #expect(!list.contains("old.svg") && !list.contains("earlier"))
  }
}
