import Foundation
import Numerics
import Testing

@testable import Theory

@Suite struct UniformityTests {
  @Test(arguments: [2, 7, 300, 600]) func agreesWithAllPairs(rows: Int) throws {
    let matrix = Samples.random(rows: rows, columns: 5, seed: 31, mean: 0.2)
    let points = Samples.sphere(matrix, radius: 1)
    var (sum, pairs) = (0.0, 0.0)
    for a in 0..<rows {
      for b in 0..<a {
        let distance = Samples.distance(points[a], points[b])
        sum += exp(-2 * distance * distance)
        pairs += 1
      }
    }
    let uniformity = try Uniformity(SphereFeatures(matrix))
    #expect(isClose(uniformity.value, log(sum / pairs)))
    #expect(uniformity.isExact)
    #expect(try Uniformity(SphereFeatures(matrix), threads: 3) == uniformity)
  }

  @Test func oppositePointsAtAnyTemperature() throws {
    let features = try SphereFeatures(Matrix(rows: 2, columns: 2, values: [1, 0, -1, 0]))
    #expect(isClose(try Uniformity(features).value, -8))
    // exp(−4t) underflows here; its logarithm does not.
    #expect(isClose(try Uniformity(features, t: 1000).value, -4000))
  }

  @Test func collapseIsZeroAndSamplingIsSaid() throws {
    let features = try SphereFeatures(Matrix(rows: 20, columns: 3, repeating: 0.5))
    let uniformity = try Uniformity(features, maximumRows: 10)
    #expect(abs(uniformity.value) < 1e-12)
    #expect(uniformity.rows == 10 && !uniformity.isExact)
    #expect(throws: FeatureError.self) { try Uniformity(features, maximumRows: 1) }
  }
}
