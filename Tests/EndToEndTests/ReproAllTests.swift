import Foundation
import Testing

/// The program as it was built, on an experiment of a few seconds.
@Suite struct ReproAllTests {
  @Test func everythingOnceAndThenNothing() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let first = try workspace.repro("all", "--offline")
    #expect(first.status == 0, "\(first.errors)")
    for path in [
      "report/index.html", "tables/table1.html", "tables/table1.csv", "tables/table1.md", "tables/table1.tex",
      "figures/fig3.svg", "figures/fig3.png", "figures/fig3.pdf", "figures/fig3.csv", "figures/fig4.svg",
      "figures/fig5.svg", "datasets/shapes/classes.png", "cells/shapes/simsiam/d8/s0/history.csv",
      "cells/shapes/simsiam/d8/s0/probe.csv", "cells/shapes/simsiam/d8/s0/bound.csv",
      "cells/shapes/simsiam/d8/s0/encoder.safetensors",
    ] {
      let file = workspace.folder.appending(path: "outputs/\(path)")
      let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
      #expect(size > 0, "\(path)")
    }
    #expect(first.executed.contains("train/shapes/simsiam/d8/s0") && first.executed.contains("report/index"))
    let page = try String(contentsOf: workspace.folder.appending(path: "outputs/report/index.html"), encoding: .utf8)
    #expect(page.contains("OpenBLAS kernel"))
    #expect(!page.contains("not recorded"))

    let table = workspace.folder.appending(path: "outputs/tables/table1.csv").path
    let written = try FileManager.default.attributesOfItem(atPath: table)[.modificationDate] as? Date
    #expect(try executedNodes(workspace, "all", "--offline") == [])
    #expect(try FileManager.default.attributesOfItem(atPath: table)[.modificationDate] as? Date == written)
    #expect(try workspace.repro("status").output.hasPrefix("Everything is up to date"))
    #expect(try workspace.repro("why", "report/index").output == "report/index is up to date.\n")

    // The marker size of Figure 4 is the business of that figure and of the report.
    let why = try workspace.repro("why", "report/index", "--set", "figures.fig4.markerSize=7").output
    #expect(why.split(separator: "\n").map { $0.prefix { $0 != " " } } == ["figure/fig4", "report/index"], "\(why)")
    #expect(
      try executedNodes(workspace, "all", "--set", "figures.fig4.markerSize=7") == ["figure/fig4", "report/index"])
    // Going back executes nothing: the old results are still there.
    #expect(try executedNodes(workspace, "all") == [])
  }

  @Test func outputsAreOfOneRun() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    func path(_ name: String) -> String { workspace.folder.appending(path: "outputs/\(name)").path }
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    #expect(try workspace.repro("all", "--offline").status == 0)
    #expect(isThere("cells/shapes/simsiam/d2/s0/history.csv") && isThere("cells/shapes/simsiam/d2/s0/speed.csv"))
    // What differs from run to run is no part of what was computed.
    let history = try String(contentsOfFile: path("cells/shapes/simsiam/d2/s0/history.csv"), encoding: .utf8)
    #expect(history.hasPrefix("epoch,loss,") && !history.contains("pairs_per_second"))
    #expect(try manifest(workspace).allSatisfy { isThere($0) })

    // Files of the user's, one of them where files of the run are, one that the manifest must not lead to.
    for name in ["notes.txt", "cells/shapes/simsiam/d2/s0/notes.txt", "../outside.txt"] {
      try Data("mine".utf8).write(to: URL(filePath: path(name)))
    }
    let entry = """
      {"../outside.txt": {"node": "a", "output": "b", "digest": "\(String(repeating: "0", count: 64))"},
      """
    let edited = try entry + String(contentsOfFile: path("manifest.json"), encoding: .utf8).dropFirst()
    try Data(edited.utf8).write(to: URL(filePath: path("manifest.json")))

    let smaller = Workspace.small.replacingOccurrences(of: "[2, 8]", with: "[8]")
    try Data(smaller.utf8).write(to: workspace.folder.appending(path: "pipeline.json"))
    // A part is no reason to remove anything.
    #expect(try workspace.repro("all", "--only", "train/*").status == 0)
    #expect(isThere("cells/shapes/simsiam/d2/s0/history.csv"))
    let outcome = try workspace.repro("all", "--offline")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.executed.contains { $0.hasPrefix("train/") })
    #expect(!isThere("cells/shapes/simsiam/d2/s0/history.csv"))
    #expect(!isThere("cells/shapes/barlow-twins/d2"))
    #expect(isThere("cells/shapes/simsiam/d8/s0/history.csv"))
    for name in ["notes.txt", "cells/shapes/simsiam/d2/s0/notes.txt", "../outside.txt"] { #expect(isThere(name)) }
    let listed = try manifest(workspace)
    #expect(listed.contains("report/index.html") && listed.allSatisfy { isThere($0) && !$0.contains("/d2/") })
  }

  @Test func sameBitsFromAnEmptyCacheAndAfterKill() throws {
    let undisturbed = try Workspace()
    let killed = try Workspace()
    defer {
      undisturbed.remove()
      killed.remove()
    }
    let whole = try undisturbed.repro("all", "--offline", "--jobs", "2")
    #expect(whole.status == 0)
    let expected = try undisturbed.objects()
    #expect(expected.count > 30)

    var finished: Set<String> = []
    for _ in 0..<3 {
      let running = try killed.start(["all", "--offline", "--jobs", "1"])
      try running.waitUntilSomethingIsDone()
      kill(running.process.processIdentifier, SIGKILL)
      let outcome = try running.wait()
      try #require(running.process.terminationReason == .uncaughtSignal, "it ended before it was killed")
      #expect(finished.isDisjoint(with: outcome.executed))
      finished.formUnion(outcome.executed)
    }
    #expect(finished.count >= 3)
    let last = try killed.repro("all", "--offline", "--jobs", "1")
    #expect(last.status == 0, "\(last.errors)")
    #expect(finished.isDisjoint(with: last.executed))
    #expect(finished.union(last.executed).isSubset(of: whole.executed))
    #expect(try killed.objects() == expected)
  }

  @Test func interruptionKeepsWhatWasFinished() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let running = try workspace.start(["all", "--offline", "--jobs", "1"])
    try running.waitUntilSomethingIsDone()
    kill(running.process.processIdentifier, SIGINT)
    let interrupted = try running.wait()
    try #require(interrupted.status == 130, "\(interrupted.errors)")
    #expect(interrupted.errors.contains("Interrupted"))
    let rest = try workspace.repro("all", "--offline")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(!interrupted.executed.isEmpty && !rest.executed.isEmpty)
    #expect(Set(interrupted.executed).isDisjoint(with: rest.executed))
  }

  /// The nodes that a command executed, after it succeeded.
  private func executedNodes(_ workspace: Workspace, _ arguments: String...) throws -> [String] {
    let outcome = try workspace.start(arguments).wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.executed
  }

  /// The paths that the manifest of the outputs lists.
  private func manifest(_ workspace: Workspace) throws -> [String] {
    let data = try Data(contentsOf: workspace.folder.appending(path: "outputs/manifest.json"))
    let files = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: String]])
    return files.keys.sorted()
  }
}
