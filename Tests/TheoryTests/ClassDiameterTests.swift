import Numerics
import Testing

@testable import Theory

@Suite struct ClassDiameterTests {
  @Test(arguments: [(12, 3), (200, 2), (700, 1), (9, 20)])
  func agreesWithAllPairs(rows: Int, classCount: Int) throws {
    let matrix = Samples.random(rows: rows, columns: 4, seed: 41)
    let labels = Samples.labels(rows, classCount: classCount, seed: 42)
    let points = Samples.sphere(matrix, radius: 1)
    var byClass = [[Double]](repeating: [], count: classCount)
    for a in 0..<rows {
      for b in 0..<a where labels[a] == labels[b] {
        byClass[Int(labels[a])].append(Samples.distance(points[a], points[b]))
      }
    }
    let diameter = try ClassDiameter(SphereFeatures(matrix), labels: labels, classCount: classCount, threads: 2)
    #expect(isClose(diameter.maximum, byClass.joined().max() ?? 0, tolerance: 1e-7))
    #expect(diameter.isExact)
    for label in 0..<classCount {
      #expect(isClose(diameter.maximumByClass[label], byClass[label].max() ?? 0, tolerance: 1e-7))
      #expect(diameter.quantilesByClass[label].pairs == byClass[label].count)
    }
    let all = byClass.joined().sorted()
    guard !all.isEmpty else { return }
    func oracle(_ share: Double) -> Double { all[min(all.count - 1, Int(share * Double(all.count)))] }
    #expect(abs(diameter.quantiles.median - oracle(0.5)) < 0x1p-16)
    #expect(abs(diameter.quantiles.q90 - oracle(0.9)) < 0x1p-16)
    #expect(abs(diameter.quantiles.q99 - oracle(0.99)) < 0x1p-16)
    let limited = try ClassDiameter(
      SphereFeatures(matrix), labels: labels, classCount: classCount, maximumRowsPerClass: 2)
    // The maximum is over all rows, whatever the quantiles are over.
    #expect(isClose(limited.maximum, diameter.maximum, tolerance: 1e-7))
    #expect(zip(limited.maximumByClass, diameter.maximumByClass).allSatisfy { isClose($0, $1, tolerance: 1e-7) })
    #expect(limited.isExact == byClass.allSatisfy { $0.count <= 1 })
  }

  @Test func spreadOfViews() throws {
    let (first, second) = (
      Samples.random(rows: 30, columns: 6, seed: 43), Samples.random(rows: 30, columns: 6, seed: 44)
    )
    let distances = zip(Samples.sphere(first, radius: 1), Samples.sphere(second, radius: 1)).map(Samples.distance)
    let spread = try ViewSpread(SphereFeatures(first), SphereFeatures(second))
    #expect(isClose(spread.maximum, distances.max() ?? 0))
    #expect(abs(spread.quantiles.median - distances.sorted()[15]) < 0x1p-16)
    #expect(try ViewSpread(SphereFeatures(first), SphereFeatures(first)).maximum == 0)
    #expect(throws: FeatureError.self) {
      try ViewSpread(SphereFeatures(first), SphereFeatures(Samples.random(rows: 29, columns: 6, seed: 1)))
    }
  }

  @Test func badLabelsAreNamed() throws {
    let features = try SphereFeatures(Samples.random(rows: 3, columns: 2, seed: 45))
    #expect(throws: FeatureError.labelOutOfRange(row: 1, label: 5, classCount: 5)) {
      try ClassDiameter(features, labels: [0, 5, 1], classCount: 5)
    }
    #expect(throws: FeatureError.mismatch(what: "labels", found: 2, expected: 3)) {
      try ClassStatistics(features, labels: [0, 1], classCount: 5)
    }
  }

  /// ε by sample, over all views of an image, against plain loops; with two views it is the distance of the two.
  @Test func spreadOfSeveralViews() throws {
    let matrix = Samples.random(rows: 30, columns: 4, seed: 35)
    let rows = Samples.sphere(matrix, radius: 1)
    let images = (0..<30).map { $0 % 10 }
    let spread = try ViewSpread(SphereFeatures(matrix), imageOfRow: images)
    var (all, largest) = ([Double](), [Double](repeating: 0, count: 10))
    for a in 0..<30 {
      for b in 0..<a where images[a] == images[b] {
        let distance = Samples.distance(rows[a], rows[b])
        all.append(distance)
        largest[images[a]] = max(largest[images[a]], distance)
      }
    }
    #expect(spread.quantiles.pairs == 30 && spread.quantilesOfImages.pairs == 10)
    #expect(isClose(spread.maximum, try #require(all.max())))
    #expect(abs(spread.quantilesOfImages.median - largest.sorted()[5]) < 1e-4)
    let features = try SphereFeatures(matrix)
    let two = try ViewSpread(features.prefix(20), imageOfRow: (0..<20).map { $0 % 10 })
    let halves = try ViewSpread(features.prefix(10), features.selecting(Array(10..<20)))
    #expect(two == halves)
    #expect(throws: FeatureError.self) { try ViewSpread(features, imageOfRow: [1]) }
  }
}
