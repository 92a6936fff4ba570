import Numerics
import Testing

@testable import Theory

@Suite struct NearestClassMeanTests {
  @Test func agreesWithDistances() throws {
    let (matrix, labels) = Samples.clusters(rows: 400, columns: 7, classCount: 5, noise: 1, seed: 61)
    let features = try SphereFeatures(matrix)
    let classes = try ClassStatistics(features, labels: labels, classCount: 6)
    let result = try NearestClassMean(features, classes: classes)
    #expect(try NearestClassMean(features, classes: classes, threads: 4) == result)
    let rows = Samples.sphere(matrix, radius: 7.0.squareRoot())
    var right = 0
    for (index, row) in rows.enumerated() {
      let distances = (0..<5).map { Samples.distance(row, Array(classes.means.row($0))) }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      #expect(Int(result.predictions[index]) == nearest)
      if nearest == Int(labels[index]) { right += 1 }
    }
    #expect(try result.accuracy(labels: labels) == Double(right) / 400)
  }

  @Test func sizesMustAgree() throws {
    let features = try SphereFeatures(Samples.random(rows: 3, columns: 2, seed: 1))
    let classes = ClassStatistics(means: DoubleMatrix(rows: 2, columns: 3), counts: [1, 1])
    #expect(throws: FeatureError.self) { try NearestClassMean(features, classes: classes) }
    let none = ClassStatistics(means: DoubleMatrix(rows: 2, columns: 2), counts: [0, 0])
    #expect(throws: FeatureError.self) { try NearestClassMean(features, classes: none) }
  }
}
