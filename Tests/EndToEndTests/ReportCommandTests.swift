import Foundation
import Testing

/// The report as a user gets it: laid out, compared, published.
@Suite struct ReportCommandTests {
  @Test func compareAndPublish() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    #expect(try workspace.repro("all").status == 0)
    let page = workspace.folder.appending(path: "outputs/report/index.html")
    let first = try String(contentsOf: page, encoding: .utf8)
    for text in ["data-name=\"train/shapes/simsiam/d8/s0\"", "data-node=\"probe/shapes/", "id=\"seal\"", "Timeline."] {
      #expect(first.contains(text), "\(text)")
    }
    // No place of this machine is in it.
    #expect(!first.contains(workspace.folder.path) && !first.contains(NSHomeDirectory() + "/"))

    let itself = try workspace.repro("report", "--compare", "last")
    #expect(itself.status == 1 && itself.errors.contains("Run 1 is the only one so far"), "\(itself.errors)")
    // Nothing was executed, so the page is the same: byte by byte, in a place of its own too.
    let other = workspace.folder.appending(path: "elsewhere")
    #expect(try workspace.repro("all", "--outputs", other.path).executed == [])
    #expect(try String(contentsOf: other.appending(path: "report/index.html"), encoding: .utf8) == first)

    #expect(
      try workspace.repro("all", "--set", "profiles.quick.evaluation.neighbours=3", "--outputs", other.path).status == 0
    )
    let compared = try workspace.repro("report", "--compare", "1", "--outputs", other.path)
    #expect(compared.status == 0, "\(compared.errors)")
    let path = compared.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let comparison = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    #expect(comparison.contains("parameters.neighbours") && comparison.contains("side by side"))
    #expect(try workspace.repro("report", "--with", "1").status == 64)
    #expect(try workspace.repro("report", "--compare", "99").errors.contains("There is no run 99"))

    #expect(try workspace.repro("verify", path, "--json").output.contains("\"isHeldAgainstCache\" : true"))

    let published = try workspace.repro("publish", "site", "--json")
    #expect(published.status == 0, "\(published.errors)")
    let site = workspace.folder.appending(path: "site")
    #expect(try String(contentsOf: site.appending(path: "report/index.html"), encoding: .utf8) == first)
    for file in ["index.html", "404.html", "figures/fig3.pdf", "tables/table1.csv", "numbers.tex"] {
      #expect(FileManager.default.fileExists(atPath: site.appending(path: file).path), "\(file)")
    }
    try Data("changed".utf8).write(to: workspace.folder.appending(path: "outputs/tables/table1.csv"))
    #expect(try workspace.repro("publish", "site").errors.contains("tables/table1.csv was changed"))
  }

  /// What stands between a page and the cache is an error in a sentence, never a page that is held against itself alone.
  @Test func verifyAPage() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let all = try workspace.repro("all")
    let root = try #require(all.output.firstMatch(of: /Seal: +([0-9a-f]{64})/)?.output.1)
    let page = "outputs/report/index.html"
    func verify(_ arguments: String...) throws -> Workspace.Outcome {
      try workspace.start(["verify", page] + arguments).wait()
    }
    let whole = try verify("--root", String(root))
    #expect(whole.status == 0 && whole.output.contains("the same bytes") && whole.output.contains("Root: \(root)"))
    let other = try verify("--root", String(repeating: "0", count: 64))
    #expect(other.status == 1 && other.output.contains("was given"))
    #expect(try verify("--root", "abc").status == 64)

    #expect(try verify("--profile", "lptop").status == 78)
    #expect(try verify("--cache", "nowhere").errors.contains("There is no ledger"))
    let configuration = workspace.folder.appending(path: "pipeline.json")
    let text = try Data(contentsOf: configuration)
    try Data("{".utf8).write(to: configuration)
    #expect(try verify().status == 78)
    try text.write(to: configuration)
    let ledger = workspace.folder.appending(path: ".repro/ledger.sqlite")
    try FileManager.default.moveItem(at: ledger, to: ledger.appendingPathExtension("away"))
    #expect(try verify().status == 1)

    // Without a cache at all the page is held against itself, and it is said that this is so.
    try FileManager.default.removeItem(at: workspace.folder.appending(path: ".repro"))
    let alone = try verify()
    #expect(alone.status == 0 && alone.output.contains("not compared with anything outside of itself"))
    let rooted = try verify("--root", String(root), "--json")
    #expect(rooted.status == 0 && !rooted.output.contains("remark"))
  }

  /// The command that a record says makes its node again, given to a shell, finds the node up to date: it is of the same
  /// configuration, profile and settings.
  @Test func theCommandMakesItAgain() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let configuration = workspace.folder.appending(path: "pipeline.json")
    try FileManager.default.moveItem(at: configuration, to: workspace.folder.appending(path: "other experiment.json"))
    let settings = ["--config", "other experiment.json", "--set", "profiles.quick.seeds=[0, 1]"]
    #expect(try workspace.start(["all"] + settings).wait().status == 0)
    let page = try String(contentsOf: workspace.folder.appending(path: "outputs/report/index.html"), encoding: .utf8)
    let commands = page.matches(of: /<code class="command">([^<]*)<\/code>/).map {
      $0.output.1.replacing("&#39;", with: "'").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
    let command = try #require(commands.first { $0.hasSuffix("--only train/shapes/simsiam/d8/s1") })
    #expect(commands.allSatisfy { $0.hasPrefix("repro all --config 'other experiment.json' --set ") })
    let program = try #require(Workspace.program)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command.replacing(/^repro/, with: program.path) + " --dry-run"]
    process.currentDirectoryURL = workspace.folder
    let outcome = try Workspace.Running(process, folder: workspace.folder).wait()
    #expect(
      outcome.status == 0 && outcome.output.contains("Everything is up to date"),
      "\(command): \(outcome.output) \(outcome.errors)")
  }
}
