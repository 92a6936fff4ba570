import Testing

@testable import Numerics

/// How coarsely each algorithm rounds, against sums in `Double`, for the layers of a ResNet-18.
@Suite struct ConvolutionRoundingTests {
  /// Root mean square errors over that of the result. The figures stand in docs/engine.md; the bound is twice the largest.
  @Test(arguments: [(32, 16), (16, 32), (8, 64), (4, 128), (8, 256), (4, 512)])
  func roundsNoCoarserThanStated(_ layer: (side: Int, channels: Int)) throws {
    let shape = ConvolutionTests.shape(layer.side, layer.side, layer.channels, layer.channels, kernel: 3)
    let images = 2
    let problem = ConvolutionProblem(
      shape: shape, images: images, input: ConvolutionProblem.normals(images * shape.inputCount, seed: 5),
      weights: ConvolutionProblem.normals(shape.weightCount, seed: 6),
      outputGradient: ConvolutionProblem.normals(images * shape.outputCount, seed: 7))
    let exact = DoubleConvolution(problem)
    for (kind, bound) in [(Convolution.winograd, 1e-5), (.direct, 2e-6), (.tiles, MatrixTiles.areUsed ? 8e-6 : 2e-6)] {
      let solution = problem.solve(kind.algorithm(for: shape), threads: 2)
      let errors = [
        exact.error(solution.output, exact.output), exact.error(solution.inputGradient, exact.inputGradient),
        exact.error(solution.weightGradient, exact.weightGradient),
      ]
      print("\(kind) \(layer.channels) channels, \(layer.side)×\(layer.side): \(errors)")
      #expect(errors.allSatisfy { $0 <= bound }, "\(kind): \(errors)")
    }
  }
}

/// A convolution and its gradients in `Double`, row by row, without padding's products.
private struct DoubleConvolution {
  var output: [Double]
  var inputGradient: [Double]
  var weightGradient: [Double]

  init(_ problem: ConvolutionProblem) {
    let (shape, images) = (problem.shape, problem.images)
    let (x, w, g) = (
      problem.input.map(Double.init), problem.weights.map(Double.init), problem.outputGradient.map(Double.init)
    )
    let (inputs, outputs, side) = (shape.inputChannels, shape.outputChannels, shape.inputWidth)
    var (y, dx, dw) = (
      [Double](repeating: 0, count: g.count), [Double](repeating: 0, count: x.count),
      [Double](repeating: 0, count: w.count)
    )
    // For each tap, all pixels that it joins as one matrix product.
    for tap in 0..<9 {
      let (down, right) = (tap / 3 - 1, tap % 3 - 1)
      var (from, to): ([Double], [Double]) = ([], [])
      var places: [(Int, Int)] = []
      for image in 0..<images {
        for row in 0..<side where (0..<side).contains(row + down) {
          for column in 0..<side where (0..<side).contains(column + right) {
            let source = (image * side + row + down) * side + column + right
            let target = (image * side + row) * side + column
            places.append((source, target))
            from += x[source * inputs..<(source + 1) * inputs]
            to += g[target * outputs..<(target + 1) * outputs]
          }
        }
      }
      let left = DoubleMatrix(rows: places.count, columns: inputs, values: from)
      let gradients = DoubleMatrix(rows: places.count, columns: outputs, values: to)
      let kernel = DoubleMatrix(
        rows: inputs, columns: outputs, values: Array(w[tap * inputs * outputs..<(tap + 1) * inputs * outputs]))
      let product = left.multiplied(by: kernel)
      let back = gradients.multiplied(by: kernel, transposingOther: true)
      let slope = left.multiplied(by: gradients, transposingSelf: true)
      for (index, (source, target)) in places.enumerated() {
        for channel in 0..<outputs { y[target * outputs + channel] += product.values[index * outputs + channel] }
        for channel in 0..<inputs { dx[source * inputs + channel] += back.values[index * inputs + channel] }
      }
      for index in slope.values.indices { dw[tap * inputs * outputs + index] += slope.values[index] }
    }
    (output, inputGradient, weightGradient) = (y, dx, dw)
  }

  func error(_ actual: [Float], _ exact: [Double]) -> Double {
    let difference = zip(actual, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
