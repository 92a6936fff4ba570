import Numerics

/// (1/n)·Σ over rows of row·rowᵀ, `columns × columns`, for `count` rows that `rows` makes block by block.
///
/// Rows are cut into at most eight groups, by their number alone, whose sums are added in order: the bits do not
/// depend on `threads`. The result is symmetric bit for bit.
func meanOuterProduct(
  count: Int, columns: Int, threads: Int, rows: @Sendable (Range<Int>) -> DoubleMatrix
) -> DoubleMatrix {
  // No more groups than eight: each has a sum of its own, 32 MB at d = 2048.
  let groups = blocks(of: count, size: max(1024, (count + 7) / 8))
  let partials = parallelMap(groups.count, threads: threads) { group in
    var sum = [Double](repeating: 0, count: columns * columns)
    let start = groups[group].lowerBound
    for range in blocks(of: groups[group].count, size: 512) {
      accumulateGram(of: rows(start + range.lowerBound..<start + range.upperBound), into: &sum)
    }
    return sum
  }
  var total = [Double](repeating: 0, count: columns * columns)
  for partial in partials {
    for index in total.indices { total[index] += partial[index] }
  }
  for row in 0..<columns {
    for column in row..<columns {
      let value = total[row * columns + column] / Double(count)
      total[row * columns + column] = value
      total[column * columns + row] = value
    }
  }
  return DoubleMatrix(rows: columns, columns: columns, values: total)
}

/// sum ← sum + blockᵀ·block, `columns × columns`, on and above the diagonal.
private func accumulateGram(of block: DoubleMatrix, into sum: inout [Double]) {
  let columns = block.columns
  sum.withUnsafeMutableBufferPointer { target in
    block.values.withUnsafeBufferPointer { source in
      guard let target = target.baseAddress, let source = source.baseAddress else { return }
      BLAS.addGram(rows: block.rows, columns: columns, source, to: target)
    }
  }
}
