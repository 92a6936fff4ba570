extension String {
  /// With every `marker` replaced, byte by byte: a page has megabytes, whose characters need not be looked at.
  func replacingBytes(of marker: String, with other: String) -> String {
    let (text, wanted, new) = (Array(utf8), Array(marker.utf8), Array(other.utf8))
    guard let first = wanted.first, text.count >= wanted.count else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + new.count)
    var (copied, at) = (0, 0)
    while at <= text.count - wanted.count {
      guard text[at] == first, text[at..<at + wanted.count].elementsEqual(wanted) else {
        at += 1
        continue
      }
      result += text[copied..<at]
      result += new
      at += wanted.count
      copied = at
    }
    result += text[copied...]
    return String(decoding: result, as: UTF8.self)
  }
}
