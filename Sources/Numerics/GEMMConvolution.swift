/// Convolution by copying each output pixel's patch to a row of a matrix (im2col) and multiplying by the weights.
///
/// The images are taken in blocks whose patch matrix stays in the second-level cache. Padding is multiplied as the
/// zeros that it is.
public struct GEMMConvolution: ConvolutionAlgorithm {
  public let shape: ConvolutionShape
  /// Images whose patches are in memory at a time.
  private let imagesPerBlock: Int

  /// Numbers of a patch matrix: 1 MiB, half of a common second-level cache.
  private static let patchNumbers = 1 << 18
  /// Partial sums of a weight gradient. It bounds both the threads that can work on one and the memory for them.
  private static let weightGradientSlices = 8

  public init(shape: ConvolutionShape) {
    self.shape = shape
    imagesPerBlock = max(1, Self.patchNumbers / (shape.outputPixels * shape.depth))
  }

  /// Whether the patches are the image itself.
  private var isPointwise: Bool {
    shape.kernelHeight * shape.kernelWidth * shape.strideHeight * shape.strideWidth == 1 && shape.padding == 0
  }

  private func blocks(_ images: Int) -> Int { (images + imagesPerBlock - 1) / imagesPerBlock }

  private func range(_ block: Int, _ images: Int) -> Range<Int> {
    block * imagesPerBlock..<min(images, (block + 1) * imagesPerBlock)
  }

  public func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    precondition(activation == nil, "im2col takes its input as it is")
    let images = batch.images
    // Each block reads and writes images of its own.
    nonisolated(unsafe) let (input, weights, output) = (input, weights, output)
    parallelFor(blocks(images), threads: batch.threads) { block in
      let range = range(block, images)
      let rows = range.count * shape.outputPixels
      let target = output + range.lowerBound * shape.outputCount
      withPatches(of: input + range.lowerBound * shape.inputCount, images: range.count) { patches in
        BLAS.gemm(
          .none, .none, m: rows, n: shape.outputChannels, k: shape.depth, patches, lda: shape.depth, weights,
          ldb: shape.outputChannels, target, ldc: shape.outputChannels)
      }
    }
    then?.run(outputBlocks(images: images, groups: batch.groups), threads: batch.threads)
  }

  public func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?
  ) {
    let images = batch.images
    nonisolated(unsafe) let (outputGradient, weights, inputGradient) = (outputGradient, weights, inputGradient)
    parallelFor(blocks(images), threads: batch.threads) { block in
      let range = range(block, images)
      let rows = range.count * shape.outputPixels
      let source = outputGradient + range.lowerBound * shape.outputCount
      let target = inputGradient + range.lowerBound * shape.inputCount
      func multiply(into product: UnsafeMutablePointer<Float>) {
        BLAS.gemm(
          .none, .transpose, m: rows, n: shape.depth, k: shape.outputChannels, source, lda: shape.outputChannels,
          weights, ldb: shape.outputChannels, product, ldc: shape.depth)
      }
      if isPointwise { return multiply(into: target) }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * shape.depth) { patches in
        guard let patches = patches.baseAddress else { return }
        multiply(into: patches)
        target.update(repeating: 0, count: range.count * shape.inputCount)
        eachPatchRow(images: range.count) { image, patch, count in
          let (pixel, column) = (target + image, patches + patch)
          for index in 0..<count { pixel[index] += column[index] }
        }
      }
    }
    then?.run(inputBlocks(images: images, groups: batch.groups), threads: batch.threads)
  }

  public func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    precondition(activation == nil, "im2col takes its input as it is")
    let images = batch.images
    let blocks = blocks(images)
    let slices = min(blocks, Self.weightGradientSlices)
    let partial = FloatBuffer(capacity: slices * shape.weightCount)
    nonisolated(unsafe) let (input, outputGradient) = (input, outputGradient)
    // Which blocks a slice sums depends on the problem alone, and the slices are added in order.
    parallelFor(slices, threads: batch.threads) { slice in
      for block in blocks * slice / slices..<blocks * (slice + 1) / slices {
        let range = range(block, images)
        let gradient = outputGradient + range.lowerBound * shape.outputCount
        withPatches(of: input + range.lowerBound * shape.inputCount, images: range.count) { patches in
          BLAS.gemm(
            .transpose, .none, m: shape.depth, n: shape.outputChannels, k: range.count * shape.outputPixels, patches,
            lda: shape.depth, gradient, ldb: shape.outputChannels, beta: 1, partial.pointer + slice * shape.weightCount,
            ldc: shape.outputChannels)
        }
      }
    }
    weightGradient.update(repeating: 0, count: shape.weightCount)
    for slice in 0..<slices {
      let sum = partial.pointer + slice * shape.weightCount
      for index in 0..<shape.weightCount { weightGradient[index] += sum[index] }
    }
  }

  /// Hands the patch matrix of `images` images to `body`: a row for each output pixel, `depth` columns.
  private func withPatches(of input: UnsafePointer<Float>, images: Int, _ body: (UnsafePointer<Float>) -> Void) {
    if isPointwise { return body(input) }
    let count = images * shape.outputPixels * shape.depth
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { patches in
      guard let patches = patches.baseAddress else { return }
      patches.update(repeating: 0, count: count)
      eachPatchRow(images: images) { image, patch, count in
        (patches + patch).update(from: input + image, count: count)
      }
      body(patches)
    }
  }

  /// Calls `body(offset in the images, offset in the patch matrix, count)` for each run of numbers that a kernel row
  /// shares with the image, padding left out.
  @inline(__always)
  private func eachPatchRow(images: Int, _ body: (Int, Int, Int) -> Void) {
    for image in 0..<images {
      for row in 0..<shape.outputHeight {
        for column in 0..<shape.outputWidth {
          let patch = ((image * shape.outputHeight + row) * shape.outputWidth + column) * shape.depth
          let left = column * shape.strideWidth - shape.padding
          let columns = max(0, -left)..<max(0, -left, min(shape.kernelWidth, shape.inputWidth - left))
          for kernelRow in 0..<shape.kernelHeight {
            let inputRow = row * shape.strideHeight + kernelRow - shape.padding
            guard inputRow >= 0, inputRow < shape.inputHeight, !columns.isEmpty else { continue }
            body(
              ((image * shape.inputHeight + inputRow) * shape.inputWidth + left + columns.lowerBound)
                * shape.inputChannels,
              patch + (kernelRow * shape.kernelWidth + columns.lowerBound) * shape.inputChannels,
              columns.count * shape.inputChannels)
          }
        }
      }
    }
  }
}
