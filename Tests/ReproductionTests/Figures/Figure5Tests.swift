import Charts
import SnapshotSupport
import Testing

@testable import Reproduction

@Suite struct Figure5Tests {
  @Test func drawing() throws {
    try expectSnapshot(withPixelDigests(FigureExamples.figure5().chart().svg()), named: "figure-5.svg")
    try expectSnapshot(FigureExamples.figure5().summaryCSV(), named: "figure-5-summary.csv")
  }

  private func correlation(_ side: Int, _ values: [Float]) -> Figure5.Correlation {
    Figure5.Correlation(
      title: "batch 1", dimension: side, values: values, side: side, distance: 1.25, samplingFloor: 0.5,
      sampleCount: 64)
  }

  @Test func onlyTheCornerOfALargeMatrixIsDrawn() throws {
    let values = (0..<36).map { Float($0) }
    let figure = Figure5(encoders: [.init(name: "e", correlations: [correlation(6, values)])], maximumSide: 2)
    #expect(try figure.chart().svg().contains(">first 2 of 6 dimensions<"))
    #expect(
      figure.csv() == """
        encoder,matrix,row,column,value
        e,batch 1,0,0,0.0
        e,batch 1,0,1,1.0
        e,batch 1,1,0,6.0
        e,batch 1,1,1,7.0

        """)
  }

  @Test func normsStandBeneath() throws {
    let svg = try Figure5(encoders: [.init(name: "e", correlations: [correlation(1, [1])])]).chart().svg()
    #expect(svg.contains("‖² = 1.25") && svg.contains("sampling floor 0.5") && svg.contains("64 samples"))
    #expect(!svg.contains("never below"))
    var wide = correlation(2, [1, 0, 0, 1])
    wide.dimension = 100
    #expect(try Figure5(encoders: [.init(name: "e", correlations: [wide])]).chart().svg().contains("never below 56.25"))
  }

  @Test func degenerateMatrices() throws {
    #expect(try Figure5(encoders: []).chart().svg().contains("no data"))
    #expect(try Figure5(encoders: [.init(name: "e", correlations: [])]).chart().svg().contains("no data"))
    #expect(
      try Figure5(encoders: [.init(name: "e", correlations: [correlation(0, [])])]).chart().svg().contains("no data"))
    let broken = correlation(2, [.nan, 1, -.infinity, .infinity])
    for limit in [1, 0, -1, Double.nan] {
      let figure = Figure5(encoders: [.init(name: "e", correlations: [broken])], limit: limit)
      #expect(try figure.chart().svg().contains("1 elements are not numbers (grey)"))
    }
  }

  @Test func sevenMatricesTakeTwoRows() {
    let seven = Figure5(encoders: [.init(name: "e", correlations: (0..<7).map { _ in correlation(1, [1]) })])
    #expect(seven.chart().panels.map(\.count) == [4, 3])
  }
}
