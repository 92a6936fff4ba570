import Charts
import Report
import Theory

/// Figure 5: the correlation matrix Λ of one encoder in several batches and over the whole view bank.
public struct Figure5: Sendable, Equatable {
  /// Λ = E[f fᵀ] over some samples.
  public struct Correlation: Sendable, Equatable {
    /// "batch 1", "whole bank".
    public var title: String
    /// d.
    public var dimension: Int
    /// The elements of the first `side` dimensions, side × side, row by row. It may be all of Λ (side = d) or its
    /// corner.
    public var values: [Float]
    public var side: Int
    /// ‖Λ − I‖² over all d dimensions.
    public var distance: Double
    /// What ‖Λ − I‖² is on average at this number of samples where the true Λ is I; `nil` when not computed.
    public var samplingFloor: Double?
    public var sampleCount: Int

    /// - Precondition: `values.count == side * side`.
    public init(
      title: String, dimension: Int, values: [Float], side: Int, distance: Double, samplingFloor: Double?,
      sampleCount: Int
    ) {
      precondition(values.count == side * side, "\(values.count) values are not \(side) × \(side)")
      self.title = title
      self.dimension = dimension
      self.values = values
      self.side = side
      self.distance = distance
      self.samplingFloor = samplingFloor
      self.sampleCount = sampleCount
    }
  }

  /// One encoder with its matrices.
  public struct Encoder: Sendable, Equatable {
    /// "SimSiam, CIFAR-10, d = 2048, epoch 600".
    public var name: String
    public var correlations: [Correlation]

    public init(name: String, correlations: [Correlation]) {
      self.name = name
      self.correlations = correlations
    }
  }

  public var encoders: [Encoder]
  /// The colours end at ± this.
  public var limit: Double
  /// How many dimensions of a matrix are drawn at most. Averaging more into a pixel would hide the noise.
  public var maximumSide: Int
  public var style: FigureStyle

  public init(
    encoders: [Encoder], limit: Double = 1, maximumSide: Int = 128, style: FigureStyle = FigureStyle()
  ) {
    self.encoders = encoders
    self.limit = limit
    self.maximumSide = maximumSide
    self.style = style
  }

  public static let caption =
    "Figure 5. How near is the correlation matrix Λ to the identity? Each row is one encoder: its Λ in several batches and "
    + "over the whole view bank. Where it is a red diagonal on white it looks like the identity, but the eye does not add up "
    + "d² small entries: read ‖Λ − I‖² beneath each picture, and under it what as many samples would show if the true Λ were "
    + "the identity: independent ones in a batch, in the bank with views of one image as alike as they are. A batch of B < d samples has rank B and never comes below d²/B − d; nor does a linear "
    + "projector beyond the backbone's dimension b below d²/b − d, whatever the number of samples. "
    + "Entries beyond the ends of the colour scale have its end colours."

  /// An encoder a row; one with more than five matrices takes several.
  public func chart() -> Chart {
    let limit = self.limit.isFinite && self.limit > 0 ? self.limit : 1
    let scale = ColorScale.blueWhiteRed(limit: limit)
    var rows: [[Panel?]] = []
    var titles: [RichText] = []
    for encoder in encoders {
      let count = encoder.correlations.count
      // Rows of at most five, as even as can be: six make two rows of three.
      let width = count > 0 ? (count + (count + 4) / 5 - 1) / ((count + 4) / 5) : 1
      for start in stride(from: 0, to: count, by: width) {
        rows.append(encoder.correlations.dropFirst(start).prefix(width).map { panel($0, scale) })
        // "d = 4" stays on one line.
        titles.append(RichText(encoder.name.replacing(" = ", with: "\u{A0}=\u{A0}")))
      }
    }
    let isEmpty = rows.isEmpty
    if isEmpty { rows = [[Panel()]] }
    let columnCount = rows.map(\.count).max() ?? 1
    let base = ChartStyle(width: max(420, 220 * Double(columnCount) + 60), fontSize: 13)
    return Chart(
      identifier: "figure-5", title: "Figure 5: correlation matrices", summary: summary,
      style: style.applied(to: base), panels: rows, rowTitles: titles,
      colorBar: isEmpty ? nil : ColorBar(scale, title: .italic("Λ") + .sub("ij")))
  }

  private var summary: String {
    encoders.flatMap { encoder in
      encoder.correlations.map {
        "\(encoder.name), \($0.title): squared distance from the identity \(number($0.distance))."
      }
    }.joined(separator: " ")
  }

  private func panel(_ correlation: Correlation, _ scale: ColorScale) -> Panel {
    let side = shownSide(correlation)
    let values = (0..<side * side).map { Double(correlation.values[$0 / side * correlation.side + $0 % side]) }
    let distance: RichText = "‖Λ − " + .italic("I") + RichText("‖² = " + number(correlation.distance))
    var footnotes = [distance]
    footnotes.append(
      RichText(correlation.samplingFloor.map { "sampling floor " + number($0) } ?? "sampling floor not computed"))
    let least = BatchCorrelation.leastLoss(dimension: correlation.dimension, rank: correlation.sampleCount)
    if least > 0 { footnotes.append(RichText("rank \(correlation.sampleCount): never below \(number(least))")) }
    if side < correlation.dimension {
      footnotes.append(RichText("first \(side) of \(correlation.dimension) dimensions"))
    }
    let missing = values.count { $0.isNaN }
    if missing > 0 { footnotes.append(RichText("\(missing) elements are not numbers (grey)")) }
    return Panel(
      title: RichText(correlation.title), subtitles: [RichText("\(correlation.sampleCount) samples")],
      matrix: MatrixImage(
        rows: side, columns: side, values: values, scale: scale, name: "Λ, \(correlation.title)"),
      footnotes: footnotes)
  }

  private func shownSide(_ correlation: Correlation) -> Int { min(correlation.side, max(1, maximumSide)) }

  private func number(_ value: Double) -> String { NumberFormat.significant(value, digits: 4) }

  /// Every drawn element: row and column count from 0.
  public func csv() -> String {
    var csv = CSVText(header: ["encoder", "matrix", "row", "column", "value"])
    for encoder in encoders {
      for correlation in encoder.correlations {
        let side = shownSide(correlation)
        for row in 0..<side {
          for column in 0..<side {
            let value = correlation.values[row * correlation.side + column]
            csv.append([encoder.name, correlation.title, "\(row)", "\(column)", "\(value)"])
          }
        }
      }
    }
    return csv.text
  }

  /// What is printed beneath the pictures, a row each.
  public func summaryCSV() -> String {
    var csv = CSVText(header: [
      "encoder", "matrix", "samples", "d", "dimensions_shown", "squared_distance", "sampling_floor",
    ])
    for encoder in encoders {
      for correlation in encoder.correlations {
        csv.append([
          encoder.name, correlation.title, "\(correlation.sampleCount)", "\(correlation.dimension)",
          "\(shownSide(correlation))", CSVText.number(correlation.distance),
          CSVText.number(correlation.samplingFloor),
        ])
      }
    }
    return csv.text
  }
}
