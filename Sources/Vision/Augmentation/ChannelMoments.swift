extension ImageDataset {
  /// Mean and standard deviation of each channel's values, which count 0...1: what a policy normalises by when no
  /// customary numbers exist. Exact integer sums, so the order of the images is of no account.
  public func channelMoments() -> (mean: [Double], standardDeviation: [Double]) {
    var sums = [UInt64](repeating: 0, count: channels)
    var squares = [UInt64](repeating: 0, count: channels)
    pixels.withUnsafeBufferPointer { pixels in
      for channel in 0..<channels {
        var (sum, square): (UInt64, UInt64) = (0, 0)
        for index in stride(from: channel, to: pixels.count, by: channels) {
          let value = UInt64(pixels[index])
          sum &+= value
          square &+= value &* value
        }
        sums[channel] = sum
        squares[channel] = square
      }
    }
    let total = Double(max(1, pixels.count / channels))
    let mean = sums.map { Double($0) / total / 255 }
    let deviation = zip(squares, mean).map { (max(0, Double($0) / total / 65_025 - $1 * $1)).squareRoot() }
    return (mean, deviation)
  }
}
