import CVector

/// The weight gradient of a convolution by tile registers: for each tap, sums over pixels and images of input times output
/// gradient.
///
/// The depth of a product is thirty-two images at one pixel. Of so many images some lines of the output at a time are
/// packed, with the lines of the input that they meet, of which the ones that the next lines meet again stay packed.
struct TileWeightGradient: Sendable {
  let shape: ConvolutionShape
  /// Lines of the output that are packed together, and lines of the input that there is room for.
  let lines: Int
  private let window: Int
  /// Partial sums, and columns of weights: for many channels the partial sums are few, and several tasks share one.
  private let slices: Int
  let parts: Int

  private static let images = 32
  private static let cachedBytes = 1 << 20

  /// A left cell and a right tile for each two pixels that a tap joins, as tiles.h says.
  private let entries: [Int32]
  /// Where the entries of each strip of lines and, in it, of each tap begin, and where the last ones end.
  private let starts: [Int]

  init(shape: ConvolutionShape) {
    self.shape = shape
    let (stride, kernel) = (shape.strideHeight, shape.kernelHeight)
    let (input, output) = (Self.lineBytes(input: shape), shape.outputWidth * shape.outputChannels * 128)
    func window(_ lines: Int) -> Int { lines * stride + max(0, kernel - stride) }
    lines = (1...shape.outputHeight).last { window($0) * input + $0 * output <= Self.cachedBytes } ?? 1
    self.window = window(lines)
    let area = shape.inputChannels * shape.outputChannels
    parts = area <= 128 * 128 ? 1 : area <= 256 * 256 ? 2 : 4
    slices = 8 / parts
    (entries, starts) = Self.entries(shape, lines: lines, window: self.window)
  }

  private static func entries(
    _ shape: ConvolutionShape, lines: Int, window: Int
  ) -> (entries: [Int32], starts: [Int]) {
    let lineCells = lineBytes(input: shape) / 64
    var (entries, starts): ([Int32], [Int]) = ([], [0])
    for first in stride(from: 0, to: shape.outputHeight, by: lines) {
      for tap in 0..<shape.kernelHeight * shape.kernelWidth {
        let (row, column) = tap.quotientAndRemainder(dividingBy: shape.kernelWidth)
        for line in first..<min(shape.outputHeight, first + lines) {
          let y = line * shape.strideHeight + row - shape.padding
          guard y >= 0, y < shape.inputHeight else { continue }
          for place in 0..<shape.outputWidth {
            let x = place * shape.strideWidth + column - shape.padding
            guard x >= 0, x < shape.inputWidth else { continue }
            entries.append(Int32(y % window * lineCells + x * shape.inputChannels * 2))
            entries.append(Int32(((line - first) * shape.outputWidth + place) * TileMapping.tilesPerEntry))
          }
        }
        starts.append(entries.count / 2)
      }
    }
    return (entries, starts)
  }

  // MARK: What is packed

  private static func lineBytes(input shape: ConvolutionShape) -> Int { shape.inputWidth * shape.inputChannels * 128 }

  /// The input's lines in a lane's memory; the gradient's lie behind them.
  private var inputBytes: Int { window * Self.lineBytes(input: shape) }

  func run(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    let sets = (batch.images + Self.images - 1) / Self.images
    let slices = max(1, min(self.slices, sets))
    let parts = shape.outputChannels >= 32 * self.parts ? self.parts : 1
    let count = shape.weightCount
    nonisolated(unsafe) let sums = batch.workspace.shared(slices * count)
    let gradientBytes = lines * shape.outputWidth * shape.outputChannels * 128
    batch.workspace.reserve(lanes: batch.threads, lane: (inputBytes + gradientBytes) / 4)
    nonisolated(unsafe) let (input, outputGradient, weightGradient) = (input, outputGradient, weightGradient)
    parallelFor(slices * parts, threads: batch.threads) { task, lane in
      let (slice, part) = task.quotientAndRemainder(dividingBy: parts)
      let blocks = shape.outputChannels / 32
      let columns =
        parts == 1
        ? 0..<shape.outputChannels : part * blocks / parts * 32..<(part + 1) * blocks / parts * 32
      let own = sums + slice * count
      for row in 0..<shape.depth {
        (own + row * shape.outputChannels + columns.lowerBound).update(repeating: 0, count: columns.count)
      }
      let memory = UnsafeMutableRawPointer(batch.workspace.lane(lane))
      for set in slice * sets / slices..<(slice + 1) * sets / slices {
        let images = blockRange(set, size: Self.images, of: batch.images)
        let source = Images(
          input: input, activation: activation, gradient: outputGradient, range: images,
          imagesPerGroup: batch.imagesPerGroup)
        add(source, columns: columns, memory, to: own)
      }
    }
    parallelFor((count + 4095) / 4096, threads: batch.threads) { block in
      for index in blockRange(block, size: 4096, of: count) {
        var sum = sums[index]
        for slice in 1..<max(1, slices) { sum += sums[slice &* count &+ index] }
        weightGradient[index] = sum
      }
    }
  }

  private struct Images {
    let input: UnsafePointer<Float>
    let activation: InputActivation?
    let gradient: UnsafePointer<Float>
    let range: Range<Int>
    let imagesPerGroup: Int
  }

  /// Adds the products of up to thirty-two images to `sums`, `columns` of it.
  private func add(
    _ images: Images, columns: Range<Int>, _ memory: UnsafeMutableRawPointer, to sums: UnsafeMutablePointer<Float>
  ) {
    let stride = shape.strideHeight
    var packed = 0
    for (strip, first) in Swift.stride(from: 0, to: shape.outputHeight, by: lines).enumerated() {
      let output = first..<min(shape.outputHeight, first + lines)
      let end = min(shape.inputHeight, (output.upperBound - 1) * stride + shape.kernelHeight - shape.padding)
      let begin = max(packed, first * stride - shape.padding)
      for y in begin..<max(begin, end) { packInput(images, y: y, to: memory) }
      packed = max(packed, end)
      packGradient(images, lines: output, columns: columns, to: memory + inputBytes)
      MatrixTiles.taken {
        multiply(strip, pixels: output.count * shape.outputWidth, columns: columns, memory, to: sums)
      }
    }
  }

  /// Line `y` of the input to its place in the window: `[x][channel / 16][high, low]`, tiles of sixteen channels by
  /// thirty-two images.
  private func packInput(
    _ images: Images, y: Int, to memory: UnsafeMutableRawPointer
  ) {
    let channels = shape.inputChannels
    let line = memory + y % window * Self.lineBytes(input: shape)
    let zero = v16(repeating: 0)
    // Pairs of images one after another: read side by side they lie in the same lines of a cache.
    for pair in 0..<Self.images / 2 {
      let image = images.range.lowerBound + 2 * pair
      for x in 0..<shape.inputWidth {
        for channel in Swift.stride(from: 0, to: channels, by: 16) {
          let index = (y * shape.inputWidth + x) * channels + channel
          let even = image < images.range.upperBound ? load(images, image, index, channel) : zero
          let odd = image + 1 < images.range.upperBound ? load(images, image + 1, index, channel) : zero
          let row = line + (x * channels + channel) * 128 + pair * 64
          tiles_put_pair(even, odd, row, row + 1024)
        }
      }
    }
    for tile in 0..<shape.inputWidth * channels / 8 { tiles_transpose(line + tile * 1024, 64, line + tile * 1024, 64) }
  }

  @inline(__always)
  private func load(_ images: Images, _ image: Int, _ index: Int, _ channel: Int) -> v16 {
    let value = v16_load(images.input + image * shape.inputCount + index)
    guard let activation = images.activation else { return value }
    let table = image / images.imagesPerGroup * shape.inputChannels + channel
    return v16_rectified(v16_fused(value, v16_load(activation.factor + table), v16_load(activation.constant + table)))
  }

  /// Lines of the output's gradient: `[column / 32][y][x]`, each an entry's right tiles of thirty-two images.
  private func packGradient(
    _ images: Images, lines: Range<Int>, columns: Range<Int>, to target: UnsafeMutableRawPointer
  ) {
    let zero = v16(repeating: 0)
    let pixels = lines.lowerBound * shape.outputWidth..<lines.upperBound * shape.outputWidth
    for pair in 0..<Self.images / 2 {
      let image = images.range.lowerBound + 2 * pair
      let source = images.gradient + image * shape.outputCount
      for place in pixels {
        let row = target + (place - pixels.lowerBound) * 4096 + pair * 64
        for column in Swift.stride(from: 0, to: columns.count, by: 16) {
          let index = place * shape.outputChannels + columns.lowerBound + column
          let even = image < images.range.upperBound ? v16_load(source + index) : zero
          let odd = image + 1 < images.range.upperBound ? v16_load(source + shape.outputCount + index) : zero
          let tile = row + column / 32 * pixels.count * 4096 + column % 32 * 64
          tiles_put_pair(even, odd, tile, tile + 2048)
        }
      }
    }
  }

  /// All taps of a strip of lines, of so many pixels.
  private func multiply(
    _ strip: Int, pixels: Int, columns: Range<Int>, _ memory: UnsafeRawPointer, to sums: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs, taps) = (shape.inputChannels, shape.outputChannels, shape.kernelHeight * shape.kernelWidth)
    let gradient = memory + inputBytes
    entries.withUnsafeBufferPointer { entries in
      guard let entries = entries.baseAddress else { return }
      for tap in 0..<taps {
        let range = starts[strip * taps + tap]..<starts[strip * taps + tap + 1]
        guard !range.isEmpty else { continue }
        for output in Swift.stride(from: 0, to: columns.count, by: 32) {
          let right = gradient + output / 32 * pixels * 4096
          let target = sums + tap * inputs * outputs + columns.lowerBound + output
          for input in Swift.stride(from: 0, to: inputs, by: 32) {
            tiles_32by32(
              tiles_factors(
                left: memory + input * 128, leftRow: 64, leftTile: 2048, leftLow: 1024, right: right,
                entries: entries + 2 * range.lowerBound, count: range.count),
              tiles_target(sums: target + input * outputs, row: 4 * outputs, tile: 64 * outputs, adds: true))
          }
        }
      }
    }
  }
}
