/// The ranges over which neighbouring values of a sorted array are equal.
func runs(of sorted: [Int]) -> [Range<Int>] {
  var ranges: [Range<Int>] = []
  var start = 0
  for index in sorted.indices where index + 1 == sorted.count || sorted[index + 1] != sorted[index] {
    ranges.append(start..<index + 1)
    start = index + 1
  }
  return ranges
}
