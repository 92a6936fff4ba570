/// Renders views of the images of one dataset, one after another, in scratch memory of its own.
///
/// It is made for one call on one thread and never shared, so the scratch needs no lock. Values stay `Float` all the
/// way; Pillow would round to bytes after each step.
final class ViewRenderer {
  private let dataset: ImageDataset
  private let filterDown: ResizeFilter
  private let filterAcross: ResizeFilter
  private let side: Int
  private let channels: Int
  /// Values of a plane, rounded up to a multiple of eight.
  private let planeCount: Int
  private let scale: [Float]
  private let offset: [Float]
  /// One input row as `Float`, then the rows after the vertical pass, side × width × channels.
  private let rows: UnsafeMutableBufferPointer<Float>
  private let planes: UnsafeMutableBufferPointer<Float>

  init(dataset: ImageDataset, filterDown: ResizeFilter, filterAcross: ResizeFilter, policy: AugmentationPolicy) {
    self.dataset = dataset
    self.filterDown = filterDown
    self.filterAcross = filterAcross
    side = filterDown.side
    channels = dataset.channels
    planeCount = (side * side + 7) & ~7
    // From 0...1 to normalised values by one multiplication and one addition.
    scale = policy.standardDeviation.map { Float(1 / $0) }
    offset = zip(policy.mean, policy.standardDeviation).map { Float(-$0 / $1) }
    rows = .allocate(capacity: (side + dataset.height) * dataset.width * channels)
    planes = .allocate(capacity: planeCount * channels)
    rows.initialize(repeating: 0)
    planes.initialize(repeating: 0)
  }

  deinit {
    rows.deallocate()
    planes.deallocate()
  }

  /// Writes the normalised view, side × side × channels, at `output`.
  func render(image: Int, parameters: ViewParameters, to output: UnsafeMutablePointer<Float>) {
    resize(image: image, crop: parameters.crop)
    if channels == 3 { colour(parameters) } else { tone(parameters) }
    write(flipped: parameters.isFlipped, to: output)
  }

  /// Writes the whole image, resized and normalised, at `output`.
  func renderPlain(image: Int, to output: UnsafeMutablePointer<Float>) {
    resize(image: image, crop: .init(top: 0, left: 0, height: dataset.height, width: dataset.width))
    write(flipped: false, to: output)
  }

  private func resize(image: Int, crop: ViewParameters.Crop) {
    guard let rows = rows.baseAddress, let planes = planes.baseAddress else { return }
    let input = rows + side * dataset.width * channels
    load(image: image, crop: crop, to: input)
    resizeDown(input, height: crop.height, rowCount: crop.width * channels, to: rows)
    if channels == 3 {
      resizeColourAcross(rows, width: crop.width, to: planes)
    } else {
      resizeGreyAcross(rows, width: crop.width, to: planes)
    }
  }

  /// The crop's bytes as values 0...1, rows packed.
  private func load(image: Int, crop: ViewParameters.Crop, to input: UnsafeMutablePointer<Float>) {
    let rowCount = crop.width * channels
    dataset.pixels.withUnsafeBufferPointer { pixels in
      guard let first = pixels.baseAddress else { return }
      for row in 0..<crop.height {
        let bytes = first + ((image * dataset.height + crop.top + row) * dataset.width + crop.left) * channels
        let target = input + row * rowCount
        for index in 0..<rowCount { target[index] = Float(bytes[index]) * (1 / 255) }
      }
    }
  }

  /// The vertical pass, first because its inner loops run over whole rows and so are vectorised.
  private func resizeDown(
    _ input: UnsafeMutablePointer<Float>, height: Int, rowCount: Int, to rows: UnsafeMutablePointer<Float>
  ) {
    filterDown.weights.withUnsafeBufferPointer { weights in
      for output in 0..<side {
        let taps = filterDown.taps(length: height, output: output)
        let target = rows + output * rowCount
        let firstWeight = weights[taps.start]
        let firstRow = input + taps.first * rowCount
        for index in 0..<rowCount { target[index] = firstWeight * firstRow[index] }
        for tap in 1..<max(taps.count, 1) {
          let weight = weights[taps.start + tap]
          let row = input + (taps.first + tap) * rowCount
          for index in 0..<rowCount { target[index] += weight * row[index] }
        }
      }
    }
  }

  /// The horizontal pass, which also takes the channels apart into planes.
  private func resizeColourAcross(
    _ rows: UnsafeMutablePointer<Float>, width: Int, to planes: UnsafeMutablePointer<Float>
  ) {
    filterAcross.weights.withUnsafeBufferPointer { weights in
      for column in 0..<side {
        let taps = filterAcross.taps(length: width, output: column)
        for row in 0..<side {
          let pixels = rows + (row * width + taps.first) * 3
          var (red, green, blue): (Float, Float, Float) = (0, 0, 0)
          for tap in 0..<taps.count {
            let weight = weights[taps.start + tap]
            red += weight * pixels[tap * 3]
            green += weight * pixels[tap * 3 + 1]
            blue += weight * pixels[tap * 3 + 2]
          }
          let target = planes + row * side + column
          target[0] = red
          target[planeCount] = green
          target[2 * planeCount] = blue
        }
      }
    }
  }

  private func resizeGreyAcross(
    _ rows: UnsafeMutablePointer<Float>, width: Int, to plane: UnsafeMutablePointer<Float>
  ) {
    filterAcross.weights.withUnsafeBufferPointer { weights in
      for column in 0..<side {
        let taps = filterAcross.taps(length: width, output: column)
        for row in 0..<side {
          let pixels = rows + row * width + taps.first
          var grey: Float = 0
          for tap in 0..<taps.count { grey += weights[taps.start + tap] * pixels[tap] }
          plane[row * side + column] = grey
        }
      }
    }
  }

  private func colour(_ parameters: ViewParameters) {
    guard let red = planes.baseAddress else { return }
    let (green, blue) = (red + planeCount, red + 2 * planeCount)
    for operation in parameters.colourOperations {
      switch operation {
      case .brightness(let factor): ColourKernels.brightness(red, 3 * planeCount, factor)
      case .contrast(let factor):
        let level = ColourKernels.meanLuminance(red, green, blue, side * side)
        ColourKernels.contrast(red, 3 * planeCount, factor, level: level)
      case .saturation(let factor): ColourKernels.saturation(red, green, blue, planeCount, factor)
      case .hue(let turn): ColourKernels.hue(red, green, blue, planeCount, turn)
      }
    }
    if parameters.isGreyscale { ColourKernels.greyscale(red, green, blue, planeCount) }
  }

  /// What is left of the colour jitter for images of one channel.
  private func tone(_ parameters: ViewParameters) {
    guard let plane = planes.baseAddress else { return }
    for operation in parameters.colourOperations {
      switch operation {
      case .brightness(let factor): ColourKernels.brightness(plane, planeCount, factor)
      case .contrast(let factor):
        ColourKernels.contrast(plane, planeCount, factor, level: ColourKernels.mean(plane, side * side))
      case .saturation, .hue: break
      }
    }
  }

  /// Normalises and interleaves. The flip is made here, where it costs nothing: colour operations do not see places.
  private func write(flipped: Bool, to output: UnsafeMutablePointer<Float>) {
    guard let base = planes.baseAddress else { return }
    for channel in 0..<channels {
      let plane = base + channel * planeCount
      let (scale, offset) = (scale[channel], offset[channel])
      for row in 0..<side {
        let source = plane + row * side
        let target = output + row * side * channels + channel
        for column in 0..<side {
          let from = flipped ? side - 1 - column : column
          target[column * channels] = source[from] * scale + offset
        }
      }
    }
  }
}
