import Foundation
import Pipeline
import Testing

@testable import Reproduction

/// Every document that the commands print fits its definition in `docs/output.schema.json`, which allows no other members.
@Suite struct DocumentSchemaTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
  private let schema: JSONNode

  init() throws {
    schema = try JSONParser.parse(
      Array(Data(contentsOf: Self.root.appending(path: "docs/output.schema.json"))), name: "output.schema.json")
  }

  private func check(
    _ document: some Encodable, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(document)
    let value = try JSONParser.parse(Array(data), name: name)
    let definitions = schema.member("$defs")?.node.members ?? []
    var fitting: [String] = []
    for definition in definitions
    where schema.member("oneOf")?.node.elements.contains(where: {
      $0.member("$ref")?.node.string == "#/$defs/\(definition.name)"
    }) == true {
      let validator = JSONSchemaValidator(root: schema)
      if try validator.accepts(value, against: definition.node) { fitting.append(definition.name) }
    }
    #expect(fitting == [name], "\(String(decoding: data, as: UTF8.self).prefix(2000))", sourceLocation: sourceLocation)
  }

  @Test func everyDocumentFits() throws {
    let small = try SmallProject()
    let empty = try small.project()
    try check(
      CacheReader.status(empty.graph, registry: empty.registry, folder: empty.cache, listsNodes: true), "status")
    try small.run()
    try small.run("figures.fig3.markerSize=9")
    let project = try small.project("profiles.quick.seeds=[0,1]", "figures.fig4.markerSize=3")
    let reader = try small.reader()
    try check(
      CacheReader.status(project.graph, registry: project.registry, folder: project.cache, listsNodes: true), "status")
    try check(CacheReader.status(project.graph, registry: project.registry, folder: project.cache), "status")
    for node in ["report/index", "figure/fig4", "download/shapes"] as [NodeID] {
      try check(CacheReader.why(node, graph: project.graph, registry: project.registry, folder: project.cache), "why")
      try check(Explanation(try reader.changes(of: node, since: 1)), "why")
      try check(reader.provenance(of: node), "show")
      try check(reader.executions(of: node), "logOfNode")
    }
    let lookup = ProvenanceLookup(reader, outputs: project.outputs, graph: project.graph)
    try check(lookup.provenance(of: small.folder.appending(path: "outputs/figures/fig4.svg").path), "show")
    try check(reader.runList(limit: 1), "log")
    try check(reader.executions(of: reader.run(#require(RunReference("last")))), "logOfRun")
    try check(
      reader.compare(reader.run(#require(RunReference("1"))), reader.run(#require(RunReference("2")))), "diff")
    try check(
      ClaimList(of: small.project(), nodes: ClaimList.nodes(of: small.project()), from: reader), "claims")
    let plan = try CacheReader.plan(project.graph, registry: project.registry, folder: project.cache)
    try check(GraphView(plan, collapse: .never), "graph")
    try check(GraphView(plan, collapse: .stages), "graph")
    try check(
      Estimating(project: project, threads: 2, measures: true, measuresAgain: false).estimate(targets: nil) { _ in },
      "plan")
    let version2 = try project.acceptingVersion2(of: StageName.table)
    try check(version2, "accept")
    #expect(version2.map(\.node) == ["table/table1"])
    try check(reader.provenance(of: "table/table1" as NodeID), "show")
  }

  @Test func everyCommandIsOnThePage() throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/json.md"), encoding: .utf8)
    for definition in schema.member("oneOf")?.node.elements ?? [] {
      let name = try #require(definition.member("$ref")?.node.string).dropFirst("#/$defs/".count)
      #expect(page.contains("| `\(name)` |"), "\(name)")
    }
  }
}

extension Project {
  /// Raises the version of a stage and accepts its nodes, with the configuration as the last run had it.
  func acceptingVersion2(of stage: String) throws -> [Acceptance] {
    let project = try Project(file: root.appending(path: "pipeline.json"), isOffline: true)
    let registry = project.registry.raising(stage)
    let nodes = project.graph.nodes.filter { $0.stage == stage }.map(\.id)
    return try Coordinator(folder: cache, registry: registry, executor: InProcessExecutor(registry: registry))
      .accept(nodes, of: project.graph, reason: "renamed variables")
  }
}

extension StageRegistry {
  /// The same with the next version of one stage.
  func raising(_ name: String) -> StageRegistry {
    var registry = StageRegistry(
      definitions.map { stage in
        StageDefinition(
          name: stage.name, version: stage.version + (stage.name == name ? 1 : 0), isLight: stage.isLight,
          run: stage.run)
      }, environment: environment)
    registry.views = views
    return registry
  }
}
