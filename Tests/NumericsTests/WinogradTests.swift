import Testing

@testable import Numerics

/// What `ConvolutionTests` does not see: activations on the way in, blocks on the way out, and how coarsely it rounds.
@Suite struct WinogradTests {
  private func normals(_ count: Int, seed: UInt64) -> [Float] { ConvolutionProblem.normals(count, seed: seed) }

  /// Random shapes: the activation on the way in is the same as one made before, group by group.
  @Test func activationOnTheWayIn() throws {
    for seed in 0..<24 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 22)
      func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(stream.uniform(0, Float(range.count) - 0.01))
      }
      let shape = ConvolutionShape(
        inputHeight: pick(1...13), inputWidth: pick(1...13), inputChannels: pick(1...40), outputChannels: pick(1...70),
        kernel: 3, stride: 1, padding: 1)
      let images = 2 * pick(1...5)
      let algorithm = try #require(WinogradConvolution(shape: shape))
      let batch = ConvolutionBatch(images: images, groups: 2, threads: 2, workspace: Workspace())
      let input = normals(images * shape.inputCount, seed: seed)
      let weights = normals(shape.weightCount, seed: seed + 100)
      let gradient = normals(images * shape.outputCount, seed: seed + 200)
      let factor = normals(2 * shape.inputChannels, seed: seed + 300)
      let constant = normals(2 * shape.inputChannels, seed: seed + 400)
      var activated = input
      for index in activated.indices {
        let group = index / (images / 2 * shape.inputCount)
        let table = group * shape.inputChannels + index % shape.inputChannels
        activated[index] = max(0, constant[table].addingProduct(input[index], factor[table]))
      }
      var (expected, actual) = ([Float](repeating: .nan, count: images * shape.outputCount), [Float]())
      actual = expected
      var (expectedGradient, actualGradient) = ([Float](repeating: .nan, count: shape.weightCount), [Float]())
      actualGradient = expectedGradient
      algorithm.forward(
        input: activated, activation: nil, weights: weights, output: &expected, batch: batch, then: nil)
      algorithm.weightGradient(
        input: activated, activation: nil, outputGradient: gradient, weightGradient: &expectedGradient, batch: batch)
      factor.withUnsafeBufferPointer { factor in
        constant.withUnsafeBufferPointer { constant in
          guard let factor = factor.baseAddress, let constant = constant.baseAddress else { return }
          let activation = InputActivation(factor: factor, constant: constant)
          algorithm.forward(
            input: input, activation: activation, weights: weights, output: &actual, batch: batch, then: nil)
          algorithm.weightGradient(
            input: input, activation: activation, outputGradient: gradient, weightGradient: &actualGradient,
            batch: batch)
        }
      }
      #expect(actual == expected, "seed \(seed): output of \(shape)")
      #expect(actualGradient == expectedGradient, "seed \(seed): weight gradient of \(shape)")
    }
  }

  /// Every row is handed out once, when it is written, and no block lies in two groups.
  @Test(arguments: Convolution.allCases) func blocksOnTheWayOut(_ kind: Convolution) {
    for shape in ConvolutionTests.shapes {
      let images = 12
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(images: images, groups: 3, threads: 3, workspace: Workspace())
      let input = normals(images * shape.inputCount, seed: 1)
      let weights = normals(shape.weightCount, seed: 2)
      let blocks = algorithm.outputBlocks(images: images, groups: 3)
      let output = FloatBuffer(capacity: images * shape.outputCount)
      let seen = FloatBuffer(capacity: images * shape.outputCount)
      let calls = FloatBuffer(capacity: blocks.count)
      output.pointer.update(repeating: .nan, count: images * shape.outputCount)
      algorithm.forward(input: input, activation: nil, weights: weights, output: output.pointer, batch: batch) {
        block in
        calls.pointer[block.index] += 1
        let (first, last) = (block.rows.lowerBound, block.rows.upperBound)
        for index in first * shape.outputChannels..<last * shape.outputChannels {
          seen.pointer[index] = output.pointer[index]
        }
      }
      #expect(calls.array(blocks.count).allSatisfy { $0 == 1 }, "\(kind), \(shape)")
      #expect(seen.array(images * shape.outputCount) == output.array(images * shape.outputCount), "\(kind), \(shape)")
      var next = 0
      for index in 0..<blocks.count {
        let block = blocks[index]
        #expect(block.rows.lowerBound == next)
        next = block.rows.upperBound
        let rowsPerGroup = images / 3 * shape.outputPixels
        #expect(block.rows.lowerBound / rowsPerGroup == block.group && (next - 1) / rowsPerGroup == block.group)
      }
      #expect(next == images * shape.outputPixels)
    }
  }

  /// Root mean square errors over that of the result, against sums in `Double`, for the layers of a ResNet-18. The
  /// figures stand in docs/engine.md; the bound is twice the largest.
  @Test(arguments: [(32, 16), (16, 32), (8, 64), (4, 128), (8, 256), (4, 512)])
  func roundsNoCoarserThanStated(_ layer: (side: Int, channels: Int)) throws {
    let shape = ConvolutionShape(
      inputHeight: layer.side, inputWidth: layer.side, inputChannels: layer.channels, outputChannels: layer.channels,
      kernel: 3, stride: 1, padding: 1)
    let images = 2
    let batch = ConvolutionBatch(images: images, threads: 2, workspace: Workspace())
    let input = normals(images * shape.inputCount, seed: 5)
    let weights = normals(shape.weightCount, seed: 6)
    let gradient = normals(images * shape.outputCount, seed: 7)
    let exact = DoubleConvolution(shape: shape, images: images, input: input, weights: weights, gradient: gradient)
    for (kind, bound) in [(Convolution.winograd, 1e-5), (.direct, 2e-6), (.tiles, MatrixTiles.areUsed ? 8e-6 : 2e-6)] {
      let algorithm = kind.algorithm(for: shape)
      var output = [Float](repeating: .nan, count: images * shape.outputCount)
      var inputGradient = [Float](repeating: .nan, count: images * shape.inputCount)
      var weightGradient = [Float](repeating: .nan, count: shape.weightCount)
      algorithm.forward(input: input, activation: nil, weights: weights, output: &output, batch: batch, then: nil)
      algorithm.dataGradient(
        outputGradient: gradient, weights: weights, inputGradient: &inputGradient, batch: batch, then: nil)
      algorithm.weightGradient(
        input: input, activation: nil, outputGradient: gradient, weightGradient: &weightGradient, batch: batch)
      let errors = [
        exact.error(output, exact.output), exact.error(inputGradient, exact.inputGradient),
        exact.error(weightGradient, exact.weightGradient),
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

  init(shape: ConvolutionShape, images: Int, input: [Float], weights: [Float], gradient: [Float]) {
    let (x, w, g) = (input.map(Double.init), weights.map(Double.init), gradient.map(Double.init))
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
      let right2 = DoubleMatrix(rows: places.count, columns: outputs, values: to)
      let kernel = DoubleMatrix(
        rows: inputs, columns: outputs, values: Array(w[tap * inputs * outputs..<(tap + 1) * inputs * outputs]))
      let product = left.multiplied(by: kernel)
      let back = right2.multiplied(by: kernel, transposingOther: true)
      let slope = left.multiplied(by: right2, transposingSelf: true)
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
