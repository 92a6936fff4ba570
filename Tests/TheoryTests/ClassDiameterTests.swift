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

  /// All first views before all second ones, as a bank has them.
  @Test func spreadOfViews() throws {
    let (first, second) = (
      Samples.random(rows: 30, columns: 6, seed: 43), Samples.random(rows: 30, columns: 6, seed: 44)
    )
    func spread(_ first: Matrix, _ second: Matrix) throws -> ViewSpread {
      let both = Matrix(rows: 60, columns: 6, values: first.values + second.values)
      return try ViewSpread(SphereFeatures(both), imageOfRow: (0..<60).map { $0 % 30 })
    }
    let distances = zip(Samples.sphere(first, radius: 1), Samples.sphere(second, radius: 1)).map(Samples.distance)
    let found = try spread(first, second)
    #expect(isClose(found.maximum, distances.max() ?? 0))
    #expect(abs(found.quantiles.median - distances.sorted()[15]) < 0x1p-16)
    #expect(try spread(first, first).maximum == 0)
  }

  /// Views of one image are of one class, whichever way the two distances are computed.
  @Test func viewsAreNoFartherApartThanClasses() throws {
    let matrix = Samples.random(rows: 20, columns: 5, seed: 46)
    // Every class is one image with two views that are hardly apart.
    var close = matrix
    for column in 0..<5 { close[0, column] *= 1 + 1e-6 }
    let both = try SphereFeatures(Matrix(rows: 40, columns: 5, values: matrix.values + close.values))
    let images = (0..<40).map { $0 % 20 }
    let quantities = try AuditQuantities(both, labels: images.map(UInt16.init), classCount: 20, imageOfRow: images)
    #expect(quantities.viewEpsilon <= quantities.epsilon)
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

  /// ε by sample, over all views of an image, against plain loops.
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
    #expect(throws: FeatureError.self) { try ViewSpread(features, imageOfRow: [1]) }
  }
}
