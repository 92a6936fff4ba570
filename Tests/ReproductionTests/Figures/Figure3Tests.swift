import Charts
import SnapshotSupport
import Testing

@testable import Reproduction

@Suite struct Figure3Tests {
  @Test func drawing() throws {
    try expectSnapshot(withPixelDigests(FigureExamples.figure3().chart().svg()), named: "figure-3.svg")
    try expectSnapshot(withPixelDigests(FigureExamples.smallFigure3().chart().svg()), named: "figure-3-small.svg")
  }

  @Test func data() throws {
    try expectSnapshot(FigureExamples.smallFigure3().csv(), named: "figure-3-small.csv")
  }

  private func group(_ cells: [Figure3.Cell], classCount: Int = 10, hidden: Set<Int> = []) -> Figure3.Group {
    Figure3.Group(
      method: "SimSiam", dataset: "CIFAR-10", classCount: classCount, cells: cells, hiddenDimensions: hidden)
  }

  private func cells(_ dimensions: [Int]) -> [Figure3.Cell] {
    dimensions.map { Figure3.Cell(dimension: $0, bound: 1 / Double($0), accuracy: 90 - 100 / Double($0)) }
  }

  @Test func onlyDimensionsAboveKAreFitted() throws {
    // Points with d ≤ K lie elsewhere: were they fitted, the line would not be found.
    let outliers = [4, 8, 10].map { Figure3.Cell(dimension: $0, bound: Double($0), accuracy: 3) }
    let group = group(outliers + cells([16, 32, 64]))
    let fit = try #require(Figure3(groups: [group]).fit(group))
    #expect(fit.count == 3 && abs(fit.slope + 100) < 1e-9 && abs(fit.intercept - 90) < 1e-9)
    let svg = try Figure3(groups: [group]).chart().svg()
    #expect(svg.contains("−1.000") && svg.contains("90.0 − 100"))
  }

  @Test func collapsedCellsAreMarkedAndNotFitted() throws {
    var collapsed = Figure3.Cell(dimension: 128, bound: 2, accuracy: 10, isCollapsed: true)
    let group = group(cells([16, 32, 64]) + [collapsed])
    #expect(Figure3(groups: [group]).fit(group)?.count == 3)
    #expect(Figure3(groups: [group], fitsCollapsed: true).fit(group)?.count == 4)
    let svg = try Figure3(groups: [group]).chart().svg()
    #expect(svg.contains(">collapsed (not in the fit)<") && svg.contains(">128<"))
    collapsed.isCollapsed = false
    #expect(try !Figure3(groups: [self.group([collapsed])]).chart().svg().contains("collapsed"))
  }

  @Test func tooFewPointsSaySo() throws {
    for dimensions in [[], [4], [4, 8, 10], [4, 8, 16]] {
      let group = group(cells(dimensions))
      #expect(Figure3(groups: [group]).fit(group) == nil)
      #expect(try Figure3(groups: [group]).chart().svg().contains("fit needs two dimensions above"))
    }
    let two = group(cells([16, 32]))
    #expect(Figure3(groups: [two]).fit(two)?.r == nil)
    #expect(try Figure3(groups: [two]).chart().svg().contains("two points: no "))
  }

  @Test func hiddenDimensionsAreNamedAndStayInTheData() throws {
    let figure = Figure3(groups: [group(cells([4, 8, 16, 32, 64]), hidden: [4, 8, 2048])])
    #expect(try figure.chart().svg().contains("= 4, 8 not shown"))
    #expect(figure.csv().contains(",8,0.125,,77.5,,false,false,false,"))
  }

  @Test func nothingToDraw() throws {
    #expect(try Figure3(groups: []).chart().svg().contains("</svg>"))
    #expect(try Figure3(groups: [group([])]).chart().svg().contains("no data"))
    let broken = group([
      Figure3.Cell(dimension: 16, bound: .nan, accuracy: .nan), .init(dimension: 32, bound: .infinity, accuracy: 5),
    ])
    #expect(try Figure3(groups: [broken]).chart().svg().contains("2 points not drawn"))
    #expect(Figure3(groups: [broken]).csv().contains(",16,NaN,,NaN,"))
  }

  @Test func fieldsWithCommasAreQuoted() {
    var group = group(cells([16]))
    group.dataset = "a, \"b\"\nc"
    #expect(Figure3(groups: [group]).csv().contains("cell,SimSiam,\"a, \"\"b\"\"\nc\",10,16,"))
  }

  @Test func styleIsApplied() {
    let chart = Figure3(groups: [], style: FigureStyle(width: 500, markerSize: 3)).chart()
    #expect(chart.style.width == 500 && chart.style.markerSize == 3 && chart.style.fontSize == 13.5)
  }
}
