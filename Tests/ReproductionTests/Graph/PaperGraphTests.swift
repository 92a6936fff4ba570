import Foundation
import Pipeline
import Testing

@testable import Reproduction

/// The graph of the configuration that ships: which nodes there are, and which of them a change reaches.
@Suite struct PaperGraphTests {
  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  private func graph(_ overrides: String...) throws -> Graph {
    try Project(file: Self.root.appending(path: "pipeline.json"), overrides: overrides).graph
  }

  /// Nodes whose own parameters differ between two graphs of the same nodes.
  private func changed(_ first: Graph, _ second: Graph) -> [String] {
    #expect(first.ids == second.ids)
    return first.nodes.filter { $0.parameters != second[$0.id]?.parameters }.map(\.id.text).sorted()
  }

  @Test func paperIsFortyCells() throws {
    let graph = try graph("profile=paper")
    let stages = Dictionary(grouping: graph.nodes, by: \.stage).mapValues(\.count)
    #expect(stages["train"] == 40)
    #expect(stages["bound"] == 40)
    // A probe for each cell, and one for the pixels of each dataset.
    #expect(stages["probe"] == 42)
    #expect(stages["download"] == 2)
    #expect(stages["report"] == 1)
  }

  @Test(arguments: ["quick", "laptop", "workstation", "paper"])
  func everyProfileMakesAGraphThatEndsInTheReport(profile: String) throws {
    let graph = try graph("profile=\(profile)")
    let needed = graph.closure(of: ["report/index"])
    let unused = graph.ids.filter { !needed.contains($0) }
    // The report sets the table itself, from the same measurements.
    #expect(unused == ["table/table1"], "\(unused)")
  }

  @Test func markerSizeIsTheBusinessOfOneFigure() throws {
    #expect(try changed(graph(), graph("figures.fig4.markerSize=9")) == ["figure/fig4"])
  }

  @Test func epochsOfOneDatasetReachItsTrainingsAlone() throws {
    let changed = try changed(
      graph(),
      graph(
        "profiles.quick.sweeps[0].methods.barlow-twins.epochs=12",
        "profiles.quick.sweeps[0].methods.barlow-twins.recordEvery=1"))
    let trainings = changed.filter { $0.hasPrefix("train/") }
    #expect(!trainings.isEmpty)
    #expect(trainings.allSatisfy { $0.hasPrefix("train/fashion-mnist/barlow-twins/") })
    #expect(changed.allSatisfy { $0.hasPrefix("train/") || $0 == "report/index" })
  }

  @Test func rangeOfAFitTrainsNothing() throws {
    let changed = try changed(graph(), graph("profiles.quick.sweeps[0].methods.barlow-twins.fitAfterEpoch=5"))
    #expect(
      changed == [
        "claim/figure-4/barlow-twins/ours", "claim/figure-4/moves-left", "claim/figure-4/nears-the-line", "figure/fig4",
      ])
  }

  @Test func whereImagesComeFromIsNotInTheKey() throws {
    #expect(
      try changed(
        graph("profile=paper"),
        graph("profile=paper", #"datasets.cifar-10.sources=["/elsewhere/cifar-10-binary.tar.gz"]"#)
      ).isEmpty)
    // Without a digest nothing but the source says what the images are.
    let loose = "datasets.cifar-10.sha256=null"
    #expect(
      try changed(
        graph("profile=paper", loose),
        graph("profile=paper", loose, #"datasets.cifar-10.sources=["/elsewhere/cifar-10-binary.tar.gz"]"#))
        == ["download/cifar-10"])
  }
}
