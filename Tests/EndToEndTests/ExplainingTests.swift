import Foundation
import Testing

/// The commands that explain and plan, on the program as it was built.
@Suite struct ExplainingTests {
  @Test func everyQuestionHasAnAnswer() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    func ask(_ arguments: String..., status: Int32 = 0) throws -> String {
      let outcome = try workspace.start(arguments).wait()
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      return status == 0 ? outcome.output : outcome.errors
    }
    func json(_ arguments: String...) throws -> [String: Any] {
      let outcome = try workspace.start(arguments + ["--json"]).wait()
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }
    // Before anything was run.
    #expect(try ask("status").contains("never built"))
    #expect(try ask("plan", "--no-calibration").contains("guesses"))
    #expect(try ask("log", status: 1).contains("nothing was run yet"))
    #expect(!FileManager.default.fileExists(atPath: workspace.folder.appending(path: ".repro").path))

    #expect(try workspace.repro("all", "--offline").status == 0)
    let dry = try ask("all", "--dry-run", "--set", "figures.fig4.markerSize=7")
    #expect(dry.contains("1 to execute, 1 that wait for it"))
    #expect(dry.contains("parameters.style.markerSize changed from 4 to 7"))
    #expect(try ask("figure", "fig4", "--dry-run", "--set", "figures.fig4.markerSize=7").contains("figure/fig4"))
    #expect(try ask("log").split(separator: "\n").count == 2, "a dry run is no run")
    #expect(try ask("status", "--only", "train").contains("Everything is up to date: 5 nodes."))
    let status = try json("status", "--set", "figures.fig4.markerSize=7")
    #expect((status["time"] as? [String: Any])?["longestPath"] as? [String] == ["figure/fig4", "report/index"])

    #expect(try workspace.repro("all", "--set", "figures.fig4.markerSize=7").status == 0)
    let since = try ask("why", "report/index", "--since", "1")
    #expect(since.contains("figure/fig4  parameters.style.markerSize changed from 4 to 7  ← first cause"))
    #expect(try json("why", "report/index", "--since", "last~1")["firstCauses"] as? [String] == ["figure/fig4"])
    let nodes = try #require(json("status")["counts"] as? [String: Int]).values.reduce(0, +)
    #expect(try ask("diff", "1", "last").contains("2 nodes have another result, 0 are new, \(nodes - 2) have the same"))
    #expect(try ask("log", "last").contains("2 executed"))
    #expect(try ask("log", "train/shapes/simsiam/d8/s0").contains("run 1"))
    #expect(try ask("show", "outputs/figures/fig4.svg").contains("figure4, version "))
    let made = try json("show", "train/shapes/simsiam/d8/s0")
    let execution = try #require(made["execution"] as? [String: Any])
    #expect(
      (execution["peakMemory"] as? Int ?? 0) > 1_000_000
        && (execution["machine"] as? [String: String])?["openblas"] != nil)
    #expect(try ask("query", "SELECT count(*) AS n FROM cells") == "n\n4\n")
    #expect(try ask("query", "DELETE FROM runs", status: 1).contains("more than read"))
    #expect(try ask("graph").hasPrefix("<svg"))
    #expect(try ask("graph", "--format", "mermaid", "--collapse", "stages").hasPrefix("flowchart LR"))
    #expect(try ask("graph", "--output", "graph.pdf") == "")
    #expect(try Data(contentsOf: workspace.folder.appending(path: "graph.pdf")).starts(with: Array("%PDF".utf8)))
    let plan = try json("plan", "--set", "profiles.quick.seeds=[1]", "--no-calibration")
    let stages = try #require(plan["stages"] as? [[String: Any]])
    for (stage, count) in ["download": 0, "train": 4, "bound": 4, "figure4": 1, "audit": 0, "report": 1] {
      #expect(stages.first { $0["stage"] as? String == stage }?["toExecute"] as? Int ?? 0 == count, "\(stage)")
    }
    #expect(try ask("accept", "train", "--reason", "nothing").contains("Nothing to accept"))
    #expect(
      try ask("accept", "figure/fig4", "--set", "figures.fig4.markerSize=9", "--reason", "x", status: 1)
        .contains("more changed than its stage's version: parameters.style.markerSize"))
    #expect(
      try ask(
        "accept", "figure/fig4", "--set", "figures.fig4.markerSize=9", "--reason", "as large as before", "--including",
        "parameters.style.markerSize"
      ).contains("as large as before"))
    #expect(try ask("query", "SELECT reason FROM accepted_results", "--csv") == "reason\r\nas large as before\r\n")
  }

  /// What is stored can be asked although the configuration is broken by now.
  @Test func aBrokenConfigurationHidesNothing() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    #expect(try workspace.repro("all", "--offline", "--only", "train/shapes/simsiam").status == 0)
    try Data("{".utf8).write(to: workspace.folder.appending(path: "pipeline.json"))
    #expect(try workspace.repro("status").status == 78)
    #expect(try workspace.repro("show", "train/shapes/simsiam/d8/s0").status == 0)
    #expect(try workspace.repro("why", "train/shapes/simsiam/d8/s0", "--since", "1").output.contains("the same result"))
    #expect(try workspace.repro("log").status == 0)
    #expect(try workspace.repro("query", "SELECT 1").output == "1\n1\n")
  }

  @Test func mistypedNamesAreCorrected() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let node = "train/shapes/simsiam/d8/s0"
    for arguments in [
      ["why", "train/shapes/simsaim/d8/s0"], ["all", "--only", "train/shapes/simsaim/d8/s0"],
      ["accept", "train/shapes/simsaim/d8/s0", "--reason", "x"],
    ] {
      let outcome = try workspace.start(arguments).wait()
      #expect(
        outcome.status == 1 && outcome.errors.contains("the nearest is \(node)"), "\(arguments): \(outcome.errors)")
    }
    #expect(try workspace.repro("all", "--offline", "--only", node).status == 0)
    for command in ["show", "log", "why"] {
      let outcome = try workspace.repro(command, "train/shapes/simsaim/d8/s0")
      #expect(outcome.status == 1 && outcome.errors.contains("the nearest is \(node)"), "\(command): \(outcome.errors)")
    }
    #expect(try workspace.repro("diff", "1", "first").status == 64)
    #expect(try workspace.repro("diff", "1", "7").errors.contains("There is no run 7: the last is 1."))
  }

  @Test func theShellKnowsTheNodes() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let script = try workspace.repro("--generate-completion-script", "bash")
    #expect(script.status == 0 && script.output.contains("---completion"))
    let names = try workspace.repro(
      "---completion", "why", "--", "positional@0", "1", "10", "repro", "why", "train/shapes/simsiam/d8")
    #expect(names.output.contains("train/shapes/simsiam/d8/s0"), "\(names.output) \(names.errors)")
    #expect(script.output.contains("--keep-profile") && script.output.contains("--rerun"))
  }

  @Test func helpHasExamplesAndNamesThePages() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    #expect(try workspace.repro("--help").output.contains("docs/staleness.md"))
    for command in [
      "status", "why", "show", "log", "diff", "graph", "query", "accept", "plan", "all", "figure", "table", "verify",
      "gc", "export", "import",
    ] {
      #expect(try workspace.repro(command, "--help").output.contains("repro \(command)"), "\(command)")
    }
  }
}
