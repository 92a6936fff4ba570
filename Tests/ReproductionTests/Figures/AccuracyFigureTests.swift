import Charts
import Testing

@testable import Reproduction

@Suite struct AccuracyFigureTests {
  private func figure(_ published: [AccuracyFigure.Entry], dataset: String?) -> AccuracyFigure {
    AccuracyFigure(groups: [
      AccuracyFigure.Group(
        method: "SimSiam", dataset: "Fashion-MNIST", classCount: 10,
        entries: [
          .init(dimension: 4, accuracy: 51.25, spread: 1.5, node: "probe/a"),
          .init(dimension: 64, accuracy: 70, isCollapsed: true, node: "probe/b"),
        ], published: published, publishedDataset: dataset, references: [.init(label: "raw pixels", accuracy: 79.7)])
    ])
  }

  @Test func thePapersPointsStandInOutline() throws {
    let svg = try figure([.init(dimension: 4, accuracy: 76.05)], dataset: "CIFAR-10").chart().svg()
    #expect(svg.contains("The paper: SimSiam, CIFAR-10, d = 4: kNN 76.05%"))
    #expect(svg.contains("outline: the paper&#39;s CIFAR-10"))
    // White with a coloured rim, and no node of this run.
    let paper = try #require(svg.firstMatch(of: /<g>\s*<title>The paper[^<]*<\/title>\s*<circle [^>]*fill="([^"]*)"/))
    #expect(paper.output.1 == "#ffffff")
    #expect(svg.contains("SimSiam, Fashion-MNIST, d = 4: kNN 51.25 ± 1.50%") && svg.contains("data-node=\"probe/a\""))
    #expect(svg.contains("d = 64 (collapsed)") && svg.contains(">raw pixels 79.7<"))
    // K and 2K lie among the dimensions.
    #expect(svg.contains(">K<") && svg.contains(">2K<"))
  }

  @Test func withoutThePaper() throws {
    let none = figure([], dataset: nil)
    #expect(try !none.chart().svg().contains("outline"))
    #expect(none.csv().split(separator: "\n").count == 3)
    #expect(try AccuracyFigure(groups: []).chart().svg().contains("</svg>"))
    let same = figure([.init(dimension: 4, accuracy: 76.05)], dataset: "Fashion-MNIST")
    #expect(try !same.chart().svg().contains("outline: the paper&#39;s Fashion-MNIST"))
    #expect(same.csv().contains("paper,SimSiam,Fashion-MNIST,10,4,76.05,,"))
  }

  @Test(arguments: [
    ("cifar-10", 10, "cifar-10", true), ("cifar-100", 100, "cifar-100", true), ("fashion-mnist", 10, "cifar-10", false),
    ("shapes-100", 100, "cifar-100", false),
  ])
  func datasetsToCompareWith(dataset: String, classes: Int, paper: String, isSame: Bool) throws {
    func cell(_ classes: Int) -> CellSummary {
      CellSummary(
        method: "m", methodTitle: "M", dataset: dataset, datasetTitle: "D", classCount: classes, dimension: 4, seed: 0)
    }
    let found = try #require(PublishedDataset(comparableTo: cell(classes)))
    #expect(found.name == paper && found.isSame == isSame)
    #expect(PublishedDataset(comparableTo: cell(7)) == nil || dataset == "cifar-10")
  }
}
