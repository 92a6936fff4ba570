import Numerics

/// Mean and biased variance of each channel, put together in `Double` from those of blocks of rows.
///
/// Blocks are combined in order by the formula of Chan, Golub and LeVeque (1979), which does not lose the variance of
/// a channel whose mean is large, as a sum of squares would.
struct ColumnMoments {
  private(set) var mean: [Double]
  private(set) var variance: [Double]

  init(channels: Int) {
    mean = [Double](repeating: 0, count: channels)
    variance = mean
  }

  /// Takes the moments of `group` from `partial`, which holds those of all blocks as `RowKernels.moments` leaves them.
  mutating func combine(_ partial: FloatBuffer, _ blocks: RowBlocks, group: Int) {
    let channels = mean.count
    for channel in 0..<channels { (mean[channel], variance[channel]) = (0, 0) }
    var rows = 0.0
    for index in blocks.indices(ofGroup: group) {
      let added = Double(blocks[index].rows.count)
      let sums = partial.pointer + index * channels * 2
      for channel in 0..<channels {
        let difference = Double(sums[channel]) - mean[channel]
        mean[channel] += difference * added / (rows + added)
        variance[channel] += Double(sums[channels + channel]) + difference * difference * rows * added / (rows + added)
      }
      rows += added
    }
    for channel in 0..<channels { variance[channel] /= rows }
  }
}
