import Foundation

@testable import Reproduction

/// Data like the paper's: accuracies from its Table 1, bounds that could belong to them.
enum FigureExamples {
  static let dimensions = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]

  /// Table 1 of the paper, from d = 4 to 2048.
  static let published: [(method: String, dataset: String, classCount: Int, accuracies: [Double])] = [
    ("Barlow Twins", "CIFAR-10", 10, [57.16, 62.49, 67.94, 72.73, 77.19, 78.94, 81.05, 82.79, 84.60, 85.61]),
    ("Barlow Twins", "CIFAR-100", 100, [21.13, 25.17, 29.62, 33.34, 36.25, 40.67, 45.22, 48.75, 52.54, 53.30]),
    ("SimSiam", "CIFAR-10", 10, [76.05, 82.14, 83.20, 84.56, 85.05, 85.78, 85.99, 87.63, 88.18, 88.15]),
    ("SimSiam", "CIFAR-100", 100, [28.30, 44.45, 48.14, 51.63, 52.91, 53.84, 54.12, 54.74, 54.50, 55.01]),
  ]

  static func figure3() -> Figure3 {
    Figure3(
      groups: published.map { row in
        let cells = zip(dimensions, row.accuracies).enumerated().map { index, cell in
          let d = Double(cell.0)
          let lambda = 0.35 / d.squareRoot() * (1 + 0.2 * noise(index, row.classCount))
          return Figure3.Cell(
            dimension: cell.0, bound: lambda + (Double(row.classCount) - d) / (d * d), accuracy: cell.1)
        }
        return Figure3.Group(
          method: row.method, dataset: row.dataset, classCount: row.classCount, cells: cells,
          references: [
            .init(label: "raw pixels", accuracy: row.classCount == 10 ? 35.4 : 16.2),
            .init(label: "untrained encoder", accuracy: row.classCount == 10 ? 39.8 : 14.9),
          ],
          hiddenDimensions: row.classCount == 100 ? [4, 8] : [])
      },
      reading: "kNN (cosine, k = 200) on the output; ℒ_bound on the output over the whole view bank")
  }

  /// The small profile: four dimensions, spread over seeds, a collapsed encoder, too few points for a fit.
  static func smallFigure3() -> Figure3 {
    let datasets = [("Fashion-MNIST", 10, 60.0), ("Shapes-100", 100, 9.0)]
    let groups = ["Barlow Twins", "SimSiam"].enumerated().flatMap { methodIndex, method in
      datasets.map { dataset, classCount, floor in
        let cells = [4, 16, 64, 256].enumerated().map { index, d in
          let isCollapsed = method == "SimSiam" && d == 256
          let value = Double(classCount - d) / Double(d * d)
          return Figure3.Cell(
            dimension: d, bound: (isCollapsed ? 1.9 : 0.5 / Double(index + 1)) + value,
            accuracy: isCollapsed ? floor - 2 : floor + 7 * Double(index) + 3 * Double(methodIndex),
            boundSpread: 0.04, accuracySpread: 1.2, isCollapsed: isCollapsed)
        }
        return Figure3.Group(
          method: method, dataset: dataset, classCount: classCount, cells: cells,
          references: [
            .init(label: "raw pixels", accuracy: floor + 4), .init(label: "untrained encoder", accuracy: floor + 5),
          ])
      }
    }
    return Figure3(
      groups: groups, reading: "kNN on the output; ℒ_bound over the whole view bank; bars: ± one deviation over 3 seeds"
    )
  }

  static func figure4(records: Int = 12, epochsBetween: Int = 2, dimensions: [Int] = [4, 16, 64, 256]) -> Figure4 {
    Figure4(
      series: published.enumerated().flatMap { rowIndex, row in
        dimensions.enumerated().map { column, d in
          let last = row.accuracies[FigureExamples.dimensions.firstIndex(of: d) ?? 0]
          let value = (Double(row.classCount) - Double(d)) / Double(d * d)
          let points = (1...records).map { index in
            let progress = 1 - exp(-4 * Double(index) / Double(records))
            let early = index < records / 5 ? 0.35 : 0
            let seed = 100 * rowIndex + 10 * column + index
            return Figure4.Record(
              epoch: index * epochsBetween,
              bound: value + 1.3 - progress * (1 - 0.1 * Double(column)) - early
                + 0.03 * noise(seed, 1), accuracy: last * (0.5 + 0.5 * progress) + 0.6 * noise(seed, 2))
          }
          return Figure4.Series(
            method: row.method, dataset: row.dataset, dimension: d, records: points,
            fitAfterEpoch: (row.method == "SimSiam" ? records / 4 : records / 5) * epochsBetween)
        }
      }, reading: "kNN (cosine, k = 200) on the output; ℒ_bound on the output over the whole view bank")
  }

  static func figure5() -> Figure5 {
    let side = 128
    func matrix(_ batch: Int, _ deviation: Double) -> [Float] {
      (0..<side * side).map { index in
        let (row, column) = (index / side, index % side)
        let sample = deviation * noise(min(row, column) * side + max(row, column), batch) * 1.7
        return Float(row == column ? 1 + sample : sample)
      }
    }
    var large = (1...4).map { batch in
      Figure5.Correlation(
        title: "batch \(batch)", dimension: 2048, values: matrix(batch, 0.044), side: side,
        distance: 8203.4 + Double(batch), samplingFloor: 8188.0, sampleCount: 512)
    }
    large.append(
      Figure5.Correlation(
        title: "whole bank", dimension: 2048, values: matrix(9, 0.01), side: side, distance: 422.71,
        samplingFloor: 419.2, sampleCount: 10_000))
    let small = (1...2).map { batch in
      Figure5.Correlation(
        title: "batch \(batch)", dimension: 4,
        values: (0..<16).map {
          Float($0 % 5 == 0 ? 1 : 0.4 * noise(min($0 / 4, $0 % 4) * 4 + max($0 / 4, $0 % 4), batch))
        },
        side: 4, distance: 0.5 * Double(batch), samplingFloor: nil, sampleCount: 256)
    }
    return Figure5(encoders: [
      .init(name: "SimSiam, CIFAR-10, d = 2048, epoch 600", correlations: large),
      .init(name: "Barlow Twins, Shapes-100, d = 4, epoch 16", correlations: small),
    ])
  }

  /// Uniform in −1 … 1, the same on every machine (SplitMix64).
  static func noise(_ index: Int, _ stream: Int) -> Double {
    var z = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(stream) &* 0xD1B5_4A32_D192_ED03 &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) / Double(UInt64(1) << 52) - 1
  }
}
