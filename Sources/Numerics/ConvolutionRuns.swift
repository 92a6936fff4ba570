/// A convolution as a table: for each output pixel, which stretches of the input meet which rows of the weights.
///
/// The input channels of neighbouring pixels, and the weights of neighbouring kernel columns, lie one after the other
/// in memory, so a kernel row that meets the image is one stretch. Padding is not in the table: it costs nothing. The
/// data gradient is the same kind of table with the roles of input and output exchanged.
struct ConvolutionRuns: Sendable {
  /// `count` numbers of an image from `input` on, times as many rows of the weights from `row` on.
  struct Run: Sendable, Equatable {
    var input: Int32
    var row: Int32
    var count: Int32
  }

  private(set) var runs: [Run] = []
  /// The runs of pixel p are `runs[starts[p]..<starts[p + 1]]`.
  private(set) var starts: [Int] = [0]

  /// Output pixels from input pixels; rows as in `ConvolutionShape`, `[kernelRow][kernelColumn][inputChannel]`.
  init(forward shape: ConvolutionShape) {
    for row in 0..<shape.outputHeight {
      for column in 0..<shape.outputWidth {
        for kernelRow in 0..<shape.kernelHeight {
          for kernelColumn in 0..<shape.kernelWidth {
            let y = row * shape.strideHeight + kernelRow - shape.padding
            let x = column * shape.strideWidth + kernelColumn - shape.padding
            guard y >= 0, y < shape.inputHeight, x >= 0, x < shape.inputWidth else { continue }
            append(
              input: (y * shape.inputWidth + x) * shape.inputChannels,
              row: (kernelRow * shape.kernelWidth + kernelColumn) * shape.inputChannels, count: shape.inputChannels)
          }
        }
        starts.append(runs.count)
      }
    }
  }

  /// Input pixels from output pixels; rows are `[kernelRow][place of kernelColumn][outputChannel]`, the places being
  /// those of `mirroredColumns`.
  init(dataGradient shape: ConvolutionShape) {
    let columns = Self.mirroredColumns(shape)
    for row in 0..<shape.inputHeight {
      for column in 0..<shape.inputWidth {
        for kernelRow in 0..<shape.kernelHeight {
          for (place, kernelColumn) in columns.enumerated() {
            let (y, x) = (row + shape.padding - kernelRow, column + shape.padding - kernelColumn)
            guard y >= 0, x >= 0, y % shape.strideHeight == 0, x % shape.strideWidth == 0,
              y / shape.strideHeight < shape.outputHeight, x / shape.strideWidth < shape.outputWidth
            else { continue }
            append(
              input: (y / shape.strideHeight * shape.outputWidth + x / shape.strideWidth) * shape.outputChannels,
              row: (kernelRow * shape.kernelWidth + place) * shape.outputChannels, count: shape.outputChannels)
          }
        }
        starts.append(runs.count)
      }
    }
  }

  /// Kernel columns in the order in which neighbouring output pixels meet one input pixel: backwards, and for a stride
  /// above 1 those of the same remainder together.
  static func mirroredColumns(_ shape: ConvolutionShape) -> [Int] {
    (0..<shape.strideWidth).flatMap { remainder in
      (0..<shape.kernelWidth).filter { $0 % shape.strideWidth == remainder }.reversed()
    }
  }

  /// Appends a run to the pixel at hand, or lengthens its last where both go on without a gap.
  private mutating func append(input: Int, row: Int, count: Int) {
    if runs.count > starts[starts.count - 1], let last = runs.last, Int(last.input + last.count) == input,
      Int(last.row + last.count) == row
    {
      runs[runs.count - 1].count += Int32(count)
    } else {
      runs.append(Run(input: Int32(input), row: Int32(row), count: Int32(count)))
    }
  }
}

/// For the taps of a kernel, the stretches of pixels along an image row that they join; the table of the weight gradient.
struct ConvolutionTaps: Sendable {
  /// `count` pairs of an input pixel, the first at `input`, and an output pixel, the first at `output`.
  struct Stretch: Sendable, Equatable {
    var input: Int32
    var output: Int32
    var count: Int32
  }

  /// Neighbouring taps that join the same pixels: their input channels lie one after the other, and so do their weights.
  struct Group: Sendable, Equatable {
    /// kernelRow · kernelWidth + kernelColumn of the first.
    var first: Int
    var count: Int
    var stretches: [Stretch]
  }

  private(set) var groups: [Group] = []

  init(_ shape: ConvolutionShape) {
    for kernelRow in 0..<shape.kernelHeight {
      for kernelColumn in 0..<shape.kernelWidth {
        let tap = kernelRow * shape.kernelWidth + kernelColumn
        let stretches = Self.stretches(shape, kernelRow, kernelColumn)
        guard !stretches.isEmpty else { continue }
        if kernelColumn > 0, let last = groups.last, last.first + last.count == tap,
          zip(last.stretches, stretches).allSatisfy({
            $0.output == $1.output && $0.count == $1.count
              && $0.input + Int32(last.count * shape.inputChannels) == $1.input
          })
        {
          groups[groups.count - 1].count += 1
        } else {
          groups.append(Group(first: tap, count: 1, stretches: stretches))
        }
      }
    }
  }

  private static func stretches(_ shape: ConvolutionShape, _ kernelRow: Int, _ kernelColumn: Int) -> [Stretch] {
    (0..<shape.outputHeight).compactMap { row in
      let y = row * shape.strideHeight + kernelRow - shape.padding
      guard y >= 0, y < shape.inputHeight else { return nil }
      let columns = (0..<shape.outputWidth).filter {
        (0..<shape.inputWidth).contains($0 * shape.strideWidth + kernelColumn - shape.padding)
      }
      guard let first = columns.first else { return nil }
      let x = first * shape.strideWidth + kernelColumn - shape.padding
      return Stretch(
        input: Int32((y * shape.inputWidth + x) * shape.inputChannels),
        output: Int32((row * shape.outputWidth + first) * shape.outputChannels), count: Int32(columns.count))
    }
  }
}
