/// Number `index` of the ranges that cut 0..<`count` into blocks of `size`, the last one shorter.
func blockRange(_ index: Int, size: Int, of count: Int) -> Range<Int> {
  index * size..<min(count, (index + 1) * size)
}
