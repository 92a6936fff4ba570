/// A convolution of three kernel rows and stride 1 down the image, as columns of pixels: every input row of a column is
/// read once, for the three output rows that it reaches.
struct ConvolutionColumns: Sendable {
  struct Column: Sendable {
    /// Where the first input row that is read begins, and how many numbers of each are.
    let input: Int
    let count: Int
    /// The output pixel that lies in the same row as the first input row.
    let pixel: Int
    /// Rows of the weights, one for each kernel row in the order in which an output pixel meets them.
    let rows: (first: Int, second: Int, third: Int)
  }

  let columns: [Column]
  let height: Int
  /// From an input row to the next that is read, and from an output pixel to the next: negative where rows are read from the
  /// last to the first, as the data gradient does, so that sums have the order that they have by `ConvolutionRuns`.
  let inputStep: Int
  let pixelStep: Int

  /// nil where the shape is another, or the image so low that much would be computed for rows outside of it.
  init?(_ shape: ConvolutionShape, _ runs: ConvolutionRuns) {
    let (width, height) = ((runs.starts.count - 1) / max(1, shape.outputHeight), shape.outputHeight)
    guard shape.kernelHeight == 3, shape.strideHeight == 1, shape.padding == 1, height >= 4 else { return nil }
    // In the second row of pixels all three kernel rows meet the image.
    let inner = (width..<2 * width).map { runs.runs[runs.starts[$0]..<runs.starts[$0 + 1]] }
    guard inner.allSatisfy({ $0.count == 3 }), let any = inner.first else { return nil }
    let step = Int(any[any.startIndex + 1].input - any[any.startIndex].input)
    let first = step > 0 ? 0 : height - 1
    columns = inner.enumerated().map { x, runs in
      let (a, b, c) = (runs[runs.startIndex], runs[runs.startIndex + 1], runs[runs.startIndex + 2])
      return Column(
        input: Int(b.input) + (first - 1) * abs(step), count: Int(b.count), pixel: first * width + x,
        rows: (Int(a.row), Int(b.row), Int(c.row)))
    }
    self.height = height
    inputStep = step
    pixelStep = step > 0 ? width : -width
  }
}
