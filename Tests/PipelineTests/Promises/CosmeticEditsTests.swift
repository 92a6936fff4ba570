import Foundation
import Testing

@testable import Pipeline

/// Others' users: “cosmetic edits rerun everything, and no one sees why” (snakemake 1694, 3819; showyourwork 341).
@Suite("Promise: a cosmetic edit costs nothing, and what does cost is explained")
struct CosmeticEditsTests {
  /// The code of a stage is in the key through its version alone.
  @Test func editingTheCodeOfAStageRerunsNothing() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let edited = StageRegistry(
      ["join", "other"].map { name in
        StageDefinition(name: name, version: 1, isLight: true) { context in
          // Another body with the same version.
          let text = "\(context.node)"
          try Data(text.utf8).write(to: context.output("out"))
        }
      })
    let coordinator = Coordinator(
      folder: bench.folder, registry: edited, executor: InProcessExecutor(registry: edited), files: bench.files)
    let summary = try coordinator.run(
      diamond(), targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    #expect(summary.executed == [] && summary.upToDateCount == 4)
  }

  /// Names, order, threads, memory and hints are not in the key either.
  @Test func renamingAndReorderingRerunNothing() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let renamed = try Graph(
      diamond().nodes.reversed().map { node in
        Node(
          id: try NodeID("new/\(node.id)"), stage: node.stage, parameters: node.parameters,
          inputs: try node.inputs.map { input in
            NodeInput(input.name, .output(of: try NodeID("new/\(try #require(input.source.node))"), named: "out"))
          }, outputs: node.outputs, resources: Resources(threads: 3, memoryMegabytes: 99), expectedCost: 1234)
      })
    let summary = try bench.run(renamed)
    #expect(summary.executed == [] && summary.reused.count == 4)
  }

  @Test func aRaisedVersionIsNamedAndCanBeAccepted() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["join"] = 2
    let report = try bench.status(diamond())
    #expect(report.groups.first?.reason == "stage version changed from 1 to 2")
    #expect(try bench.reader.plan(diamond(), registry: bench.registry).stale == ["a"])
    let accepted = try bench.accept(["a", "b", "d"], of: diamond(), reason: "a comment")
    #expect(accepted.count == 3)
    #expect(try bench.run(diamond()).executed == [])
    #expect(try bench.reader.acceptances().map(\.reason) == ["a comment", "a comment", "a comment"])
  }
}
