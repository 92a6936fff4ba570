import Numerics
import Testing

@testable import NeuralNetwork

/// The small layers against sums written out, and all of a block against finite differences.
@Suite struct LayerTests {
  private func normals(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: 9)
    return stream.normals(count).map(Float.init)
  }

  @Test func linear() {
    for (images, inputs, outputs) in [(1, 1, 1), (3, 5, 2), (130, 7, 33)] {
      let store = ParameterStore()
      let layer = LinearLayer("map", inputs: inputs, outputs: outputs, store: store)
      store.allocate(gradients: true)
      let weights = normals(inputs * outputs, seed: 1)
      store.load(weights, into: store.tensors[0])
      let (input, gradient, inputGradient) = (FloatBuffer(), FloatBuffer(), FloatBuffer())
      let (x, g) = (normals(images * inputs, seed: 2), normals(images * outputs, seed: 3))
      input.assign(x)
      gradient.assign(g)
      let pass = Pass(images: images, views: 1, training: true, threads: 2)
      let output = layer.forward(input, pass)
      layer.backward(gradient, input: input, inputGradient: inputGradient, pass)
      var (y, dx, dw) = ([Float](repeating: 0, count: g.count), [Float](repeating: 0, count: x.count), weights)
      for index in dw.indices { dw[index] = 0 }
      for image in 0..<images {
        for row in 0..<outputs {
          for column in 0..<inputs {
            y[image * outputs + row] += weights[row * inputs + column] * x[image * inputs + column]
            dx[image * inputs + column] += weights[row * inputs + column] * g[image * outputs + row]
            dw[row * inputs + column] += x[image * inputs + column] * g[image * outputs + row]
          }
        }
      }
      expectClose(output.array(y.count), y, tolerance: 1e-5, "output")
      expectClose(inputGradient.array(dx.count), dx, tolerance: 1e-5, "input")
      expectClose(store.gradients.array(dw.count), dw, tolerance: 1e-5, "weight")
    }
  }

  @Test func globalAveragePool() {
    let layer = GlobalAveragePool(pixels: 3, channels: 2)
    let (input, gradient, inputGradient) = (FloatBuffer(), FloatBuffer(), FloatBuffer())
    input.assign([1, 10, 2, 20, 6, 60, 0, 0, 0, 3, 3, 0])
    gradient.assign([3, 6, 9, 12])
    let pass = Pass(images: 2, views: 1, training: true, threads: 1)
    #expect(layer.forward(input, pass).array(4) == [3, 30, 1, 1])
    layer.backward(gradient, inputGradient: inputGradient, pass)
    #expect(inputGradient.array(12) == [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4])
  }

  /// Both kinds of shortcut: ⟨∂loss/∂x, v⟩ against (loss(x + hv) − loss(x − hv)) / 2h.
  @Test(arguments: [
    (3, 1, 3, 3), (3, 2, 3, 5), (3, 1, 4, 6), (3, 1, 16, 16), (3, 2, 16, 32), (8, 1, 16, 16),
  ])
  func basicBlock(_ sizes: (side: Int, stride: Int, inputs: Int, outputs: Int)) {
    let images = 6
    let store = ParameterStore()
    let block = BasicBlock(
      "block", side: sizes.side, inputs: sizes.inputs, outputs: sizes.outputs, stride: sizes.stride, store: store)
    store.allocate(gradients: true)
    var stream = RandomStream(seed: 3, purpose: 1)
    block.initialise(&stream)
    let pass = Pass(images: images, views: 2, training: true, threads: 1)
    let pool = BufferPool()
    let count = images * block.outputShape.outputCount
    let weights = normals(count, seed: 4)
    let x = normals(images * sizes.side * sizes.side * sizes.inputs, seed: 5)
    let blocks = RowBlocks(
      height: block.outputShape.outputHeight, width: block.outputShape.outputWidth, channels: sizes.outputs,
      images: images, groups: 2)
    var kept: [FloatBuffer] = []
    func forward(_ input: FloatBuffer) -> FloatBuffer {
      // What comes in is made by whoever reads it.
      let rows = FloatBuffer(capacity: x.count)
      kept.append(rows)
      let work = BlockWork { block in
        for index in block.rows.lowerBound * sizes.inputs..<block.rows.upperBound * sizes.inputs {
          rows.pointer[index] = input.pointer[index]
        }
      }
      return block.forward(PendingRows(rows: rows, work: work), pass).made(blocks, pass)
    }
    func loss(_ x: [Float]) -> Double {
      let input = FloatBuffer()
      input.assign(x)
      let output = forward(input).array(count)
      return zip(output, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let input = FloatBuffer()
    input.assign(x)
    _ = forward(input)
    let gradient = pool.take(count)
    gradient.assign(weights)
    block.receive(gradient, adding: nil, blocks).run(blocks, threads: 1)
    let inputGradient = block.backward(
      gradient, pool, pass,
      below: { result, other, _ in
        BlockWork { block in
          guard let other else { return }
          for index in block.rows.lowerBound * sizes.inputs..<block.rows.upperBound * sizes.inputs {
            result.pointer[index] += other.pointer[index]
          }
        }
      }
    ).array(x.count)
    let weightGradients = store.gradients.array(store.parameterCount)

    let direction = normals(x.count, seed: 6)
    let step: Float = 2e-4
    let difference =
      (loss(zip(x, direction).map { $0 + step * $1 }) - loss(zip(x, direction).map { $0 - step * $1 }))
      / (2 * Double(step))
    let product = zip(inputGradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    // What a random direction has of a gradient is as large as the gradient; units that turn at ReLU's kink cost some.
    let scale = Double(inputGradient.reduce(0) { $0 + $1 * $1 }).squareRoot()
    #expect(abs(difference - product) < 2e-2 * max(1, abs(product), scale), "input: \(difference), \(product)")

    let values = store.values.array(store.parameterCount)
    let turn = normals(values.count, seed: 7)
    store.values.assign(zip(values, turn).map { $0 + step * $1 })
    let above = loss(x)
    store.values.assign(zip(values, turn).map { $0 - step * $1 })
    let slope = (above - loss(x)) / (2 * Double(step))
    let expected = zip(weightGradients, turn).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    let weightScale = Double(weightGradients.reduce(0) { $0 + $1 * $1 }).squareRoot()
    #expect(abs(slope - expected) < 2e-2 * max(1, abs(expected), weightScale), "weights: \(slope), \(expected)")
  }

  /// Where both gradients of a convolution are made block by block: the same as by patches and GEMM.
  @Test(arguments: [(8, 1, 16, 16), (16, 2, 16, 32), (8, 1, 32, 32)])
  func gradientsBlockByBlock(_ sizes: (side: Int, stride: Int, inputs: Int, outputs: Int)) {
    func gradients() -> (input: [Float], weights: [Float]) {
      let images = 6
      let store = ParameterStore()
      let block = BasicBlock(
        "block", side: sizes.side, inputs: sizes.inputs, outputs: sizes.outputs, stride: sizes.stride, store: store)
      store.allocate(gradients: true)
      var stream = RandomStream(seed: 8, purpose: 1)
      block.initialise(&stream)
      let pass = Pass(images: images, views: 2, training: true, threads: 2)
      let input = FloatBuffer()
      input.assign(normals(images * sizes.side * sizes.side * sizes.inputs, seed: 9))
      let shape = block.outputShape
      let blocks = RowBlocks(
        height: shape.outputHeight, width: shape.outputWidth, channels: sizes.outputs, images: images, groups: 2)
      _ = block.forward(PendingRows(rows: input, work: BlockWork { _ in }), pass).made(blocks, pass)
      let pool = BufferPool()
      let gradient = pool.take(images * shape.outputCount)
      gradient.assign(normals(images * shape.outputCount, seed: 10))
      block.receive(gradient, adding: nil, blocks).run(blocks, threads: 1)
      let inputGradient = block.backward(gradient, pool, pass) { _, _, _ in BlockWork { _ in } }
      return (
        inputGradient.array(images * sizes.side * sizes.side * sizes.inputs),
        store.gradients.array(store.parameterCount)
      )
    }
    let actual = gradients()
    let expected = Convolution.$forced.withValue(.gemm) { gradients() }
    // A unit that turns at ReLU's kink between the two would be off by far more; with these seeds none does.
    expectClose(actual.input, expected.input, tolerance: 1e-4, "input")
    expectClose(actual.weights, expected.weights, tolerance: 1e-4, "weights")
  }

  @Test func initialWeightsFollowTorchvision() {
    let model = Model(EncoderConfiguration(width: 16, inputChannels: 3, side: 8, outputDimension: 32))
    model.initialise(seed: 5)
    for tensor in model.store.tensors {
      let values = model.store.export(tensor).map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      if tensor.isConvolution {
        let expected = (2 / Double(tensor.shape[0] * tensor.shape[2] * tensor.shape[3])).squareRoot()
        #expect(abs(deviation / expected - 1) < 0.12, "\(tensor.name)")
        #expect(abs(mean) < 4 * expected / Double(values.count).squareRoot(), "\(tensor.name)")
      } else if tensor.name == "projector.weight" {
        #expect(abs(deviation - 1 / (3 * 128.0).squareRoot()) < 0.002)
        #expect(values.allSatisfy { abs($0) <= 1 / 128.0.squareRoot() })
      } else {
        let expected = tensor.name.hasSuffix("weight") || tensor.name.hasSuffix("running_var") ? 1.0 : 0
        #expect(values.allSatisfy { $0 == expected }, "\(tensor.name)")
      }
    }
    // One stem, 16 convolutions of 3×3, three 1×1, twenty batch norms of four tensors, one projector.
    #expect(model.store.tensors.count == 20 + 20 * 4 + 1)
    #expect(model.store.tensors.map(\.name).contains("layer2.0.downsample.0.weight"))
  }

  @Test func multiplyAddsAreTheKnownOnes() {
    // recipes: 555.4 million at width 64 and 32×32, 35.1 at width 16.
    func millions(_ width: Int, _ side: Int) -> Double {
      Double(EncoderConfiguration(width: width, inputChannels: 3, side: side, outputDimension: 1).multiplyAdds) / 1e6
    }
    #expect(abs(millions(64, 32) - 555.4) < 0.1)
    #expect(abs(millions(16, 32) - 35.1) < 0.1)
  }
}
