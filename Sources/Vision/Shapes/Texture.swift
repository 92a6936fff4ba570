/// The two-tone patterns of the generated objects.
///
/// They differ in structure and not in scale alone, for a random crop changes scale, and their periods are 7 pixels or
/// more of a 32 × 32 image, so that they are still there after shrinking to 16 × 16.
enum Texture: Int, CaseIterable, Sendable {
  case solid, stripes, checks, dots, rings, gradient, zigzag, grid, speckle, dashes

  /// How far (u, v), in pixels, lies inside the light tone: negative in the dark one, zero on their border.
  ///
  /// - Parameter key: seeds the lattice of `speckle`.
  func height(_ u: Float, _ v: Float, key: UInt32) -> Float {
    switch self {
    case .solid: 1
    case .stripes: wave(u, 7.5)
    case .checks: Self.checks(wave(u, 10), wave(v, 10))
    case .dots: 2.9 - (square(cell(u, 8.5)) + square(cell(v, 8.5))).squareRoot()
    case .rings: wave((u * u + v * v).squareRoot(), 7.5)
    // Half of the range that a border of one pixel spans, over the whole of an object.
    case .gradient: u * 0.04
    case .zigzag: 0.8 * wave(u + 1.6 * wave(v, 13), 8)
    case .grid: max(abs(cell(u, 9.5)), abs(cell(v, 9.5))) - 3.1
    case .speckle: 9 * (Self.noise(u * (1 / 4.5), v * (1 / 4.5), key) - 0.5)
    case .dashes: Self.dashes(u, v)
    }
  }

  private static func checks(_ first: Float, _ second: Float) -> Float {
    let distance = min(abs(first), abs(second))
    return (first < 0) == (second < 0) ? distance : -distance
  }

  /// Dashes of 8.5 × 3.6 pixels, every second row moved by half a period.
  private static func dashes(_ u: Float, _ v: Float) -> Float {
    let row = (u / 7.5).rounded(.down)
    let isOdd = Int32(row) & 1 == 1
    return min(1.8 - abs(cell(u, 7.5)), 4.25 - abs(cell(isOdd ? v + 6.5 : v, 13)))
  }

  /// Value noise in 0...1 with one random value at each point of the integer lattice.
  private static func noise(_ u: Float, _ v: Float, _ key: UInt32) -> Float {
    let (left, top) = (u.rounded(.down), v.rounded(.down))
    let (column, row) = (Int32(left), Int32(top))
    let x = smooth(u - left)
    let y = smooth(v - top)
    let upper = lattice(column, row, key) * (1 - x) + lattice(column &+ 1, row, key) * x
    let lower = lattice(column, row &+ 1, key) * (1 - x) + lattice(column &+ 1, row &+ 1, key) * x
    return upper * (1 - y) + lower * y
  }

  /// A value of 0 ..< 1 for a point of the lattice, by the finaliser of MurmurHash3.
  private static func lattice(_ column: Int32, _ row: Int32, _ key: UInt32) -> Float {
    var hash = key ^ (UInt32(bitPattern: column) &* 0x9E37_79B1) ^ (UInt32(bitPattern: row) &* 0x85EB_CA77)
    hash = (hash ^ (hash >> 16)) &* 0x85EB_CA6B
    hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
    return Float((hash ^ (hash >> 16)) >> 8) * 0x1p-24
  }
}

@inline(__always)
private func square(_ x: Float) -> Float { x * x }

@inline(__always)
private func smooth(_ x: Float) -> Float { x * x * (3 - 2 * x) }

/// Where `x` lies within its cell of length `period`, −period/2 ..< period/2.
@inline(__always)
private func cell(_ x: Float, _ period: Float) -> Float {
  let turns = x / period
  return (turns - turns.rounded(.down) - 0.5) * period
}

/// A triangle wave of slope ±1: −period/4 ... period/4.
@inline(__always)
private func wave(_ x: Float, _ period: Float) -> Float {
  abs(cell(x, period)) - period * 0.25
}
