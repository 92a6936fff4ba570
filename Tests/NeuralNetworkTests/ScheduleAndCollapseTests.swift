import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

@Suite struct LearningRateScheduleTests {
  @Test func warmsUpThenFallsAlongACosine() {
    let schedule = LearningRateSchedule(base: 2, warmupSteps: 4, steps: 12)
    #expect((0..<5).map(schedule.learningRate) == [0.5, 1, 1.5, 2, 2])
    #expect(abs(schedule.learningRate(8) - 1) < 1e-12)
    #expect(abs(schedule.learningRate(11) - (1 + cos(.pi * 7 / 8))) < 1e-12)
    #expect((4..<11).allSatisfy { schedule.learningRate($0) > schedule.learningRate($0 + 1) })
    #expect(LearningRateSchedule(base: 3, warmupSteps: 0, steps: 5).learningRate(0) == 3)
  }
}

@Suite struct CollapseMeasureTests {
  @Test func collapsedOutputs() throws {
    let same = try CollapseMeasure(outputs: Matrix(rows: 6, columns: 4, repeating: 2))
    #expect(same.spread < 1e-9)
    #expect(abs(same.effectiveRank - 1) < 1e-6)
  }

  @Test func spreadOutputs() throws {
    // ± each axis: on the sphere, uncorrelated, mean zero.
    var axes = Matrix(rows: 10, columns: 5)
    for index in 0..<10 { axes[index, index / 2] = index % 2 == 0 ? 3 : -3 }
    for outputs in [axes, axes.rows(0..<4)] {
      let measure = try CollapseMeasure(outputs: outputs)
      let rank = Double(outputs.rows) / 2
      #expect(abs(measure.effectiveRank - rank) < 1e-6)
      #expect(
        abs(measure.spread - (rank / 5).squareRoot()) < 1e-6 || outputs.rows == 10 && abs(measure.spread - 1) < 1e-6)
    }
  }

  @Test func wideOutputsUseTheSmallerGramMatrix() throws {
    var stream = RandomStream(seed: 1, purpose: 12)
    let values = stream.normals(6 * 40).map(Float.init)
    let wide = try CollapseMeasure(outputs: Matrix(rows: 6, columns: 40, values: values))
    // Repeating the rows changes neither measure, but which Gram matrix is smaller.
    let repeated = (0..<8).flatMap { _ in values }
    let tall = try CollapseMeasure(outputs: Matrix(rows: 48, columns: 40, values: repeated))
    #expect(abs(wide.effectiveRank - tall.effectiveRank) < 1e-6)
    #expect(abs(wide.spread - tall.spread) < 1e-9)
  }
}
