import Numerics
import Testing

@testable import Theory

@Suite struct SpectrumTests {
  @Test func knownSpectrum() throws {
    var matrix = DoubleMatrix(rows: 4, columns: 4)
    for (index, value) in [1.0, 2, 0.001, 1].enumerated() { matrix[index, index] = value }
    let spectrum = try Spectrum(SecondMoment(matrix, count: 10))
    #expect(zip(spectrum.eigenvalues, [2, 1, 1, 0.001]).allSatisfy { isClose($0, $1) })
    #expect(isClose(spectrum.leadingShare, 2 / 4.001))
    #expect(spectrum.deadDirections == 1)
    #expect(!spectrum.isCollapsed())
  }

  @Test(arguments: [1, 3, 16]) func flatAndRankOne(d: Int) throws {
    let flat = try Spectrum(SecondMoment(.identity(d), count: 1))
    #expect(isClose(flat.effectiveRank, Double(d)))
    #expect(isClose(flat.participationRatio, Double(d)))
    #expect(!flat.isCollapsed())
    let line = try Spectrum(SecondMoment(SphereFeatures(Matrix(rows: 2, columns: d, repeating: 1))))
    #expect(isClose(line.effectiveRank, 1, tolerance: 1e-6))
    #expect(isClose(line.participationRatio, 1))
    #expect(line.isCollapsed() == (d > 1))
  }

  @Test func descendsAndSumsToTheTrace() throws {
    let features = try SphereFeatures(Samples.random(rows: 30, columns: 12, seed: 21, mean: 0.5))
    let moment = SecondMoment(features)
    let spectrum = try Spectrum(moment)
    #expect(zip(spectrum.eigenvalues, spectrum.eigenvalues.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(isClose(spectrum.eigenvalues.reduce(0, +), 12))
    #expect(isClose(spectrum.eigenvalues.reduce(0) { $0 + ($1 - 1) * ($1 - 1) }, moment.correlationLoss))
    #expect(spectrum.effectiveRank >= spectrum.participationRatio)
  }

  @Test func notANumberIsNamed() {
    let matrix = DoubleMatrix(rows: 2, columns: 2, repeating: .nan)
    #expect(throws: FeatureError.self) { try Spectrum(SecondMoment(matrix, count: 1)) }
  }
}
