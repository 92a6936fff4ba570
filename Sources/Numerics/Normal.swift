#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension RandomStream {
  /// Two independent standard normal numbers by Box and Muller's transform, in double precision.
  public mutating func normalPair() -> (Double, Double) {
    // 1 − u lies in (0, 1], where the logarithm is finite.
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    let angle = 2 * Double.pi * (Double(next() >> 11) * 0x1p-53)
    return (radius * cos(angle), radius * sin(angle))
  }

  /// `count` independent standard normal numbers.
  public mutating func normals(_ count: Int) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
      let (first, second) = normalPair()
      values.append(first)
      values.append(second)
    }
    if values.count > count { values.removeLast() }
    return values
  }
}
