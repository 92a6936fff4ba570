extension String {
  /// The `count` bytes behind the first `marker`; nil where there is none, or fewer.
  func bytes(behind marker: String, count: Int) -> String? {
    let (text, wanted) = (Array(utf8), Array(marker.utf8))
    guard let first = wanted.first, text.count >= wanted.count + count else { return nil }
    for at in 0...(text.count - wanted.count - count) where text[at] == first {
      guard text[at..<at + wanted.count].elementsEqual(wanted) else { continue }
      let start = at + wanted.count
      return String(decoding: text[start..<start + count], as: UTF8.self)
    }
    return nil
  }

  /// With every `marker` replaced, byte by byte: a page has megabytes, whose characters need not be looked at.
  func replacingBytes(of marker: String, with other: String) -> String {
    let (wanted, new) = (Array(marker.utf8), Array(other.utf8))
    guard let first = wanted.first, utf8.count >= wanted.count else { return self }
    var text = self
    let result: [UInt8] = text.withUTF8 { text in
      var result: [UInt8] = []
      result.reserveCapacity(text.count + new.count)
      var (copied, at) = (0, 0)
      let last = text.count - wanted.count
      while at <= last, let next = text[at...last].firstIndex(of: first) {
        at = next + 1
        guard text[next..<next + wanted.count].elementsEqual(wanted) else { continue }
        result += text[copied..<next]
        result += new
        at = next + wanted.count
        copied = at
      }
      result += text[copied...]
      return result
    }
    return String(decoding: result, as: UTF8.self)
  }
}
