import Numerics

/// Mean and biased variance of each column of a matrix, accumulated in `Double` across blocks of rows.
///
/// Blocks are combined in order by the formula of Chan, Golub and LeVeque (1979), which does not lose the variance of
/// a column whose mean is large, as a sum of squares would.
struct ColumnMoments {
  let mean: [Double]
  let variance: [Double]

  init(of source: FloatBuffer, from offset: Int, rows: Int, columns: Int, threads: Int) {
    let (partial, blocks) = RowKernels.moments(
      of: source, from: offset, rows: rows, columns: columns, threads: threads)
    var mean = [Double](repeating: 0, count: columns)
    var squares = mean
    let rowsPerBlock = RowKernels.rowsPerBlock(columns)
    for block in 0..<blocks {
      let before = Double(block * rowsPerBlock)
      let added = Double(min(rowsPerBlock, rows - block * rowsPerBlock))
      let sums = partial.pointer + block * columns * 2
      for column in 0..<columns {
        let difference = Double(sums[column]) - mean[column]
        mean[column] += difference * added / (before + added)
        squares[column] += Double(sums[columns + column]) + difference * difference * before * added / (before + added)
      }
    }
    self.mean = mean
    variance = squares.map { $0 / Double(rows) }
  }
}
