@testable import Numerics

/// Random images, weights and output gradient of a convolution, and what is to be computed from them.
struct ConvolutionProblem {
  let shape: ConvolutionShape
  let images: Int
  var input: [Float]
  var weights: [Float]
  var outputGradient: [Float]

  struct Solution: Equatable {
    var output: [Float]
    var inputGradient: [Float]
    var weightGradient: [Float]
  }

  static func normals(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: 21)
    return stream.normals(count).map(Float.init)
  }

  func solve(
    _ algorithm: any ConvolutionAlgorithm, threads: Int, groups: Int = 1, activation: InputActivation? = nil
  ) -> Solution {
    // Whatever was in memory must not matter.
    var solution = Solution(
      output: [Float](repeating: .nan, count: images * shape.outputCount),
      inputGradient: [Float](repeating: .nan, count: images * shape.inputCount),
      weightGradient: [Float](repeating: .nan, count: shape.weightCount))
    let batch = ConvolutionBatch(images: images, groups: groups, threads: threads, workspace: Workspace())
    algorithm.forward(
      input: input, activation: activation, weights: weights, output: &solution.output, batch: batch, then: nil)
    algorithm.dataGradient(
      outputGradient: outputGradient, weights: weights, inputGradient: &solution.inputGradient, batch: batch, then: nil)
    algorithm.weightGradient(
      input: input, activation: activation, outputGradient: outputGradient, weightGradient: &solution.weightGradient,
      batch: batch)
    return solution
  }

  /// By the definition, in `Double`: every product is met once and goes into all three sums.
  func reference() -> (output: [Double], inputGradient: [Double], weightGradient: [Double]) {
    var output = [Double](repeating: 0, count: images * shape.outputCount)
    var inputGradient = [Double](repeating: 0, count: images * shape.inputCount)
    var weightGradient = [Double](repeating: 0, count: shape.weightCount)
    for image in 0..<images {
      for row in 0..<shape.outputHeight {
        for column in 0..<shape.outputWidth {
          let place = ((image * shape.outputHeight + row) * shape.outputWidth + column) * shape.outputChannels
          for kernelRow in 0..<shape.kernelHeight {
            for kernelColumn in 0..<shape.kernelWidth {
              let y = row * shape.strideHeight + kernelRow - shape.padding
              let x = column * shape.strideWidth + kernelColumn - shape.padding
              guard y >= 0, y < shape.inputHeight, x >= 0, x < shape.inputWidth else { continue }
              let pixel = ((image * shape.inputHeight + y) * shape.inputWidth + x) * shape.inputChannels
              let tap = (kernelRow * shape.kernelWidth + kernelColumn) * shape.inputChannels * shape.outputChannels
              for channel in 0..<shape.inputChannels {
                let value = Double(input[pixel + channel])
                var sum = 0.0
                for target in 0..<shape.outputChannels {
                  let index = tap + channel * shape.outputChannels + target
                  let gradient = Double(outputGradient[place + target])
                  output[place + target] += value * Double(weights[index])
                  weightGradient[index] += value * gradient
                  sum += gradient * Double(weights[index])
                }
                inputGradient[pixel + channel] += sum
              }
            }
          }
        }
      }
    }
    return (output, inputGradient, weightGradient)
  }
}

extension ConvolutionProblem {
  init(_ shape: ConvolutionShape, images: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: 7)
    func numbers(_ count: Int) -> [Float] { stream.normals(count).map(Float.init) }
    self.init(
      shape: shape, images: images, input: numbers(images * shape.inputCount), weights: numbers(shape.weightCount),
      outputGradient: numbers(images * shape.outputCount))
  }
}
