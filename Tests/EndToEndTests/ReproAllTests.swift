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
    ] {
      let file = workspace.folder.appending(path: "outputs/\(path)")
      let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
      #expect(size > 0, "\(path)")
    }
    #expect(try executedNodes(workspace, "all", "--offline").isEmpty)
    #expect(try workspace.repro("status").output.hasPrefix("Everything is up to date"))

    // The marker size of Figure 4 is the business of that figure and of the report.
    #expect(
      try executedNodes(workspace, "all", "--set", "figures.fig4.markerSize=7") == ["figure/fig4", "report/index"])
    // Going back executes nothing: the old results are still there.
    #expect(try executedNodes(workspace, "all").isEmpty)
  }

  @Test func sameBitsFromAnEmptyCacheAndAfterKill() throws {
    let undisturbed = try Workspace()
    let killed = try Workspace()
    defer {
      undisturbed.remove()
      killed.remove()
    }
    #expect(try undisturbed.repro("all", "--offline", "--jobs", "2").status == 0)
    let expected = try undisturbed.objects()
    #expect(expected.count > 30)

    var kills = 0
    for delay in [0.6, 1.1, 0.9] {
      let running = try killed.start(["all", "--offline", "--jobs", "1"])
      Thread.sleep(forTimeInterval: delay)
      if running.process.isRunning {
        kill(running.process.processIdentifier, SIGKILL)
        kills += 1
      }
      _ = try running.wait()
    }
    #expect(kills > 0, "no run lasted long enough to be killed")
    #expect(try killed.repro("all", "--offline", "--jobs", "1").status == 0)
    #expect(try killed.objects() == expected)
  }

  @Test func interruptionKeepsWhatWasFinished() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let running = try workspace.start(["all", "--offline", "--jobs", "1"])
    Thread.sleep(forTimeInterval: 1)
    kill(running.process.processIdentifier, SIGINT)
    let outcome = try running.wait()
    if outcome.status != 0 {
      #expect(outcome.status == 130, "\(outcome.errors)")
      #expect(outcome.errors.contains("Interrupted"))
    }
    #expect(try workspace.repro("all", "--offline").status == 0)
  }

  /// The nodes that a command executed, out of the lines it prints.
  private func executedNodes(_ workspace: Workspace, _ arguments: String...) throws -> [String] {
    let planned = try workspace.start(["status", "--json"] + arguments.dropFirst().filter { $0 != "--offline" }).wait()
    let document = try JSONDecoder().decode(Document.self, from: Data(planned.output.utf8))
    let pending = document.nodes.filter { $0.state != "up-to-date" && $0.state != "reusable" }.map(\.id)
    let outcome = try workspace.start(arguments).wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return pending.sorted()
  }

  private struct Document: Decodable {
    struct Node: Decodable {
      let id: String
      let state: String
    }

    let nodes: [Node]
  }
}
