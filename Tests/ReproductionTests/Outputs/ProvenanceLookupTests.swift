import Foundation
import Pipeline
import Testing

@testable import Reproduction

/// `repro show`: nodes, artifacts, and files of `outputs/`.
@Suite struct ProvenanceLookupTests {
  @Test func anythingOfTheResultsIsFound() throws {
    let small = try SmallProject()
    try small.run()
    let project = try small.project()
    let reader = try small.reader()
    let lookup = ProvenanceLookup(reader, outputs: project.outputs, graph: project.graph)
    func path(_ name: String) -> String { small.folder.appending(path: "outputs/\(name)").path }
    func sentence(of text: String) -> String {
      do {
        return "found \(try lookup.provenance(of: text).node)"
      } catch {
        return Pipeline.sentence(of: error)
      }
    }
    let figure = try lookup.provenance(of: "figure/fig3")
    #expect(figure.node == "figure/fig3" && figure.file == nil)
    #expect(figure.ancestors.map(\.stage).contains("train") && figure.ancestors.first?.node == "download/shapes")
    #expect(figure.execution?.machine["openblas"] != nil && figure.execution?.machine["processor"] != nil)
    let table = try lookup.provenance(of: path("tables/table1.csv"))
    #expect(table.node == "table/table1" && table.file?.output == "table1.csv")
    #expect(table.rawFiles.map(\.name) == ["published.json"])
    // These files are put together when they are laid out: no artifact has their bytes.
    for name in ["history.csv", "speed.csv"] {
      #expect(sentence(of: path("cells/shapes/barlow-twins/d4/s0/\(name)")) == "found train/shapes/barlow-twins/d4/s0")
    }
    #expect(sentence(of: path("report/index.html")) == "found report/index")
    #expect(sentence(of: String(figure.key.prefix(8))) == "found figure/fig3")
    #expect(sentence(of: String(figure.outputs[0].digest.prefix(12))) == "found figure/fig3")
    #expect(sentence(of: "0123456789abcdef0123").contains("begins with"))
    #expect(sentence(of: "figure/fig9").contains("the nearest is figure/fig"))

    try Data("mine".utf8).write(to: URL(filePath: path("tables/table1.csv")))
    #expect(
      sentence(of: path("tables/table1.csv")).contains("was laid out from table1.csv of table/table1, but was changed"))
    try Data("else".utf8).write(to: small.folder.appending(path: "notes.txt"))
    #expect(
      sentence(of: small.folder.appending(path: "notes.txt").path).contains("No result that is stored has the bytes"))
  }

  @Test func cellsAreAsTheGraphNamesThem() throws {
    let small = try SmallProject()
    try small.run()
    let reader = try small.reader()
    let cells = try reader.query("SELECT dataset, method, dimension, seed, train, probe, bound FROM cells")
    #expect(
      cells.rows
        == [2, 4].map { (dimension: Int64) in
          let path = "shapes/barlow-twins/d\(dimension)/s0"
          return [
            .text("shapes"), .text("barlow-twins"), .integer(dimension), .integer(0), .text("train/\(path)"),
            .text("probe/\(path)"), .text("bound/\(path)"),
          ]
        })
    let losses = try reader.query(
      "SELECT epoch, value FROM cell_metrics WHERE stage = 'train' AND metric = 'loss' AND dimension = 4 ORDER BY epoch"
    )
    let recorded = try reader.ledger.metrics(of: "train/shapes/barlow-twins/d4/s0").filter { $0.name == "loss" }
    #expect(losses.rows == recorded.map { [.integer(Int64($0.step ?? -1)), .real($0.value)] })
    #expect(losses.rows.count == 2)
    #expect(
      try reader.query("SELECT count(*) FROM cell_metrics WHERE metric = 'knn_output'").rows == [[.integer(6)]],
      "two cells, each at epochs 0 to 2")
  }

  /// What was accepted is in the report as long as the ledger lasts.
  @Test func theReportShowsWhatWasAccepted() throws {
    let small = try SmallProject()
    try small.run()
    let report = small.folder.appending(path: "outputs/report/index.html")
    #expect(try !String(contentsOf: report, encoding: .utf8).contains("renamed variables"))
    let project = try small.project()
    _ = try project.acceptingVersion2(of: StageName.figure3)
    func lay(_ registry: StageRegistry) throws -> [NodeID] {
      let coordinator = Coordinator(
        folder: project.cache, registry: registry, executor: InProcessExecutor(registry: registry))
      return try coordinator.run(project.graph) { summary, cache in
        try project.outputs.lay(
          out: project.graph.ids, of: project.graph, from: cache, executed: [], isEverything: true)
      }.executed
    }
    #expect(try lay(project.registry.raising(StageName.figure3)) == [])
    let page = try String(contentsOf: report, encoding: .utf8)
    #expect(page.contains("One result was kept across a change") && page.contains("renamed variables"))
    // A later version is executed; that there was an acceptance stays on record.
    #expect(try lay(project.registry.raising(StageName.figure3).raising(StageName.figure3)) == ["figure/fig3"])
    #expect(try String(contentsOf: report, encoding: .utf8).contains("the node was executed since"))
  }
}
