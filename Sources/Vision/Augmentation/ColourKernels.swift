/// Colour operations on planes of `Float` values 0...1, after torchvision's for tensors.
///
/// `count` is a multiple of eight: a plane is padded, and what the padding holds is of no account but in
/// `contrast`, which is told how many values are real. Concrete types and raw pointers, since each runs on every view
/// of every epoch.
enum ColourKernels {
  typealias Plane = UnsafeMutablePointer<Float>
  private typealias Eight = SIMD8<Float>

  /// Luminance weights of ITU-R BT.601, as in Pillow and torchvision.
  static let luminance: (red: Float, green: Float, blue: Float) = (0.299, 0.587, 0.114)

  static func brightness(_ plane: Plane, _ count: Int, _ factor: Float) {
    for index in stride(from: 0, to: count, by: 8) {
      store(clamped(load(plane, index) * factor), plane, index)
    }
  }

  /// factor · value + (1 − factor) · `level`.
  static func contrast(_ plane: Plane, _ count: Int, _ factor: Float, level: Float) {
    let offset = (1 - factor) * level
    for index in stride(from: 0, to: count, by: 8) {
      store(clamped(load(plane, index) * factor + offset), plane, index)
    }
  }

  /// The mean of the first `count` values, summed in a fixed order.
  static func mean(_ plane: Plane, _ count: Int) -> Float {
    var sums = Eight.zero
    let whole = count & ~7
    for index in stride(from: 0, to: whole, by: 8) { sums += load(plane, index) }
    var sum = sums.sum()
    for index in whole..<count { sum += plane[index] }
    return sum / Float(count)
  }

  static func meanLuminance(_ red: Plane, _ green: Plane, _ blue: Plane, _ count: Int) -> Float {
    luminance.red * mean(red, count) + luminance.green * mean(green, count) + luminance.blue * mean(blue, count)
  }

  /// Blends every pixel with its own grey; `factor` 0 is greyscale.
  static func saturation(_ red: Plane, _ green: Plane, _ blue: Plane, _ count: Int, _ factor: Float) {
    for index in stride(from: 0, to: count, by: 8) {
      let (r, g, b) = (load(red, index), load(green, index), load(blue, index))
      let grey = r * luminance.red + g * luminance.green + b * luminance.blue
      let offset = grey * (1 - factor)
      store(clamped(r * factor + offset), red, index)
      store(clamped(g * factor + offset), green, index)
      store(clamped(b * factor + offset), blue, index)
    }
  }

  static func greyscale(_ red: Plane, _ green: Plane, _ blue: Plane, _ count: Int) {
    for index in stride(from: 0, to: count, by: 8) {
      let grey =
        load(red, index) * luminance.red + load(green, index) * luminance.green + load(blue, index) * luminance.blue
      store(grey, red, index)
      store(grey, green, index)
      store(grey, blue, index)
    }
  }

  /// Turns the hue of every pixel by `turn` of the colour circle, keeping HSV's saturation and value.
  static func hue(_ red: Plane, _ green: Plane, _ blue: Plane, _ count: Int, _ turn: Float) {
    for index in stride(from: 0, to: count, by: 8) {
      let (r, g, b) = (load(red, index), load(green, index), load(blue, index))
      let value = larger(r, larger(g, b))
      let range = value - smaller(r, smaller(g, b))
      // A grey has no hue; dividing by 1 there leaves it as it is, since its range is 0.
      let divisor = range.replacing(with: 1, where: range .== 0)
      var sextant = (r - g) / divisor + 4
      sextant.replace(with: (b - r) / divisor + 2, where: value .== g)
      sextant.replace(with: (g - b) / divisor, where: value .== r)
      sextant += 6 * turn
      store(channel(sextant + 5, value, range), red, index)
      store(channel(sextant + 3, value, range), green, index)
      store(channel(sextant + 1, value, range), blue, index)
    }
  }

  /// One channel of HSV → RGB: value − range · clamp(min(k, 4 − k), 0, 1) where k is `sextant` modulo 6.
  @inline(__always)
  private static func channel(_ sextant: Eight, _ value: Eight, _ range: Eight) -> Eight {
    let k = sextant - 6 * (sextant / 6).rounded(.down)
    return value - range * clamped(smaller(k, 4 - k))
  }

  @inline(__always)
  private static func clamped(_ value: Eight) -> Eight {
    smaller(larger(value, Eight(repeating: 0)), Eight(repeating: 1))
  }

  // The standard library's pointwiseMin and pointwiseMax go lane by lane; these compile to one instruction.
  @inline(__always)
  private static func smaller(_ first: Eight, _ second: Eight) -> Eight {
    first.replacing(with: second, where: second .< first)
  }

  @inline(__always)
  private static func larger(_ first: Eight, _ second: Eight) -> Eight {
    first.replacing(with: second, where: second .> first)
  }

  @inline(__always)
  private static func load(_ plane: Plane, _ index: Int) -> Eight {
    UnsafeRawPointer(plane + index).loadUnaligned(as: Eight.self)
  }

  @inline(__always)
  private static func store(_ value: Eight, _ plane: Plane, _ index: Int) {
    UnsafeMutableRawPointer(plane + index).storeBytes(of: value, as: Eight.self)
  }
}
