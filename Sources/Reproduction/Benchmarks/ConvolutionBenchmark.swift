import Numerics

extension Benchmarks {
  /// One convolution and its two gradients by every algorithm that there is: what `Convolution.best(for:)` rests on.
  ///
  /// - Precondition: the padded image is no smaller than the kernel.
  public static func convolution(
    side: Int, inputs: Int, outputs: Int, kernel: Int, stride: Int, images: Int, threads: Int,
    _ repetitions: BenchmarkRepetitions
  ) -> BenchmarkReport {
    let shape = ConvolutionShape(
      inputHeight: side, inputWidth: side, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      stride: stride, padding: kernel / 2)
    let batch = ConvolutionBatch(images: images, threads: threads, workspace: Workspace())
    var stream = RandomStream(seed: 4, purpose: 0x4245_4E43)
    func normals(_ count: Int) -> FloatBuffer {
      let buffer = FloatBuffer()
      buffer.assign(stream.normals(count).map(Float.init))
      return buffer
    }
    let (input, output) = (normals(images * shape.inputCount), normals(images * shape.outputCount))
    let (weights, target) = (normals(shape.weightCount), FloatBuffer(capacity: shape.weightCount))
    let (forward, back) = (
      FloatBuffer(capacity: images * shape.outputCount), FloatBuffer(capacity: images * shape.inputCount)
    )
    var measurements: [String: BenchmarkReport.Value] = [:]
    var seen: Set<String> = []
    for convolution in Convolution.allCases {
      let algorithm = convolution.algorithm(for: shape)
      // Where one of them does not know the shape it is another's; that is measured once.
      guard seen.insert("\(type(of: algorithm))").inserted else { continue }
      func measure(_ name: String, _ body: () -> Void) {
        let spread = BenchmarkReport.Spread(repetitions.time { _ in body() })
        measurements["\(convolution.rawValue) \(name) seconds"] = .spread(spread)
      }
      measure("forward") {
        algorithm.forward(
          input: input.pointer, activation: nil, weights: weights.pointer, output: forward.pointer, batch: batch,
          then: nil)
      }
      measure("data gradient") {
        algorithm.dataGradient(
          outputGradient: output.pointer, weights: weights.pointer, inputGradient: back.pointer, batch: batch,
          then: nil)
      }
      measure("weight gradient") {
        algorithm.weightGradient(
          input: input.pointer, activation: nil, outputGradient: output.pointer, weightGradient: target.pointer,
          batch: batch)
      }
    }
    measurements["chosen"] = .text("\(type(of: Convolution.best(for: shape)))")
    return BenchmarkReport(
      "convolution",
      settings: [
        "side": .count(side), "inputs": .count(inputs), "outputs": .count(outputs), "kernel": .count(kernel),
        "stride": .count(stride), "images": .count(images), "threads": .count(threads),
      ], measurements: measurements)
  }
}
