import Foundation
import Testing

@testable import Pipeline

@Suite struct ProvenanceTests {
  @Test func everythingUpstreamIsTold() throws {
    let bench = try Workbench()
    bench.machine = ["kernel": "Haswell"]
    let file = bench.root.appending(path: "raw.txt")
    try Data("raw".utf8).write(to: file)
    var nodes = try diamond().nodes.filter { $0.id != "a" }
    nodes.append(
      Node(
        id: "a", stage: "join", parameters: ["text": "a"], inputs: [NodeInput("raw", .file(file))], outputs: ["out"]))
    try bench.run(Graph(nodes))
    let made = try bench.reader.provenance(of: "d" as NodeID)
    #expect(made.isCurrent && made.stage == "join" && made.version == 1)
    #expect(made.execution?.machine == bench.machine && made.execution?.run == 1)
    #expect(made.parameters == [.init(name: "text", value: "\"d\"")])
    #expect(made.inputs.map(\.node) == ["b", "c"] && made.inputs.map(\.source) == ["out", "out"])
    #expect(made.ancestors.map(\.node) == ["a", "b", "c"])
    #expect(made.rawFiles.map(\.digest) == [Digest(of: "raw").hex])
    #expect(made.rawFiles.first?.node == "a" && made.rawFiles.first?.origin == file.path)
    #expect(made.metrics.map(\.name) == ["length"])
    #expect(made.outputs.map(\.state) == ["intact"])
    #expect(made.text().contains("sha256 \(Digest(of: "raw").hex)"))
  }

  @Test func anArtifactLeadsToWhatMadeIt() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let digest = try #require(try bench.ledger.lastResult(of: "b")).outputs[0].artifact.digest
    let made = try bench.reader.provenance(of: digest)
    #expect(made.node == "b" && made.file?.digest == digest.hex && made.file?.output == "out")
    let found = try bench.reader.digests(beginningWith: String(digest.hex.prefix(10)))
    #expect(found.artifacts == [digest] && found.keys == [])
    #expect(throws: StageError.self) { try bench.reader.provenance(of: Digest(of: "nothing")) }
    // An earlier result is told as such.
    try bench.run(diamond(b: ["text": "B"]))
    #expect(try bench.reader.provenance(of: digest).isCurrent == false)
    #expect(try bench.reader.provenance(of: Key(#require(Digest(hex: made.key)))).node == "b")
  }

  @Test func damageIsSeen() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let path = try bench.objectPath(of: "b")
    chmod(path, 0o644)
    try Data("damaged bytes".utf8).write(to: URL(filePath: path))
    #expect(try bench.reader.provenance(of: "b" as NodeID).outputs.map(\.state) == ["damaged"])
    try FileManager.default.removeItem(atPath: path)
    #expect(try bench.reader.provenance(of: "b" as NodeID).outputs.map(\.state) == ["missing"])
  }

  @Test func filesFromOutsideAreKept() throws {
    let bench = try Workbench()
    let fetched = RawFile(
      name: "images.gz", digest: Digest(of: "images"), size: 6, origin: "https://example.org/images.gz")
    let fetch = StageDefinition(name: "fetch", version: 1, isLight: true) { context in
      context.rawFile(RawFile(name: "images.gz", digest: Digest(of: "a first try"), size: 1))
      context.rawFile(fetched)
      try Data("x".utf8).write(to: context.output("out"))
    }
    var registry = bench.registry
    registry.add(fetch)
    let graph = try Graph([Node(id: "get", stage: "fetch", outputs: ["out"]), join("use", from: ["get"])])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    _ = try coordinator.run(
      graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    let raw = try bench.reader.provenance(of: "use" as NodeID).rawFiles
    #expect(
      raw == [
        .init(name: "images.gz", digest: Digest(of: "images").hex, node: "get", size: 6, origin: fetched.origin)
      ])
  }

  @Test func resultsOfTwinsAreShared() throws {
    let bench = try Workbench()
    try bench.run(Graph([join("a", ["text": "same"]), join("b", ["text": "same"])]))
    let made = try bench.reader.provenance(of: "b" as NodeID)
    #expect(made.sharedWith == ["a"] && made.isCurrent)
  }

  @Test func namesThatAreNearAreOffered() throws {
    let bench = try Workbench()
    try bench.run(Graph([join("train/shapes/simsiam/d8/s0"), join("figure/fig4")]))
    func hint(_ text: String) -> String {
      do {
        return try bench.reader.node(named: text, graph: nil).text
      } catch {
        return sentence(of: error)
      }
    }
    #expect(hint("figure/fig4") == "figure/fig4")
    #expect(hint("fig4") == "There is no node “fig4”; the nearest is figure/fig4.")
    #expect(hint("train/shapes/simsaim/d8/s0").hasSuffix("the nearest is train/shapes/simsiam/d8/s0."))
    #expect(hint("train/shapes/simsiam/d9/s0").hasSuffix("the nearest is train/shapes/simsiam/d8/s0."))
    #expect(!hint("qqqqqqqqqq").contains("nearest"))
    #expect(hint("not a name") == "There is no node “not a name”, nor one with a name like it.")
  }
}
