/// Which of many node names was meant by one that does not exist.
enum NearestNode {
  /// Names that end as the text does (`fig4`, `d128/s0`) come first where there is one alone; else the name that takes the
  /// fewest edits, if they are not more than half of its letters.
  static func find(_ text: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(text.utf8.prefix(240))
    guard !wanted.isEmpty else { return nil }
    var tail: String?
    var tailCount = 0
    var best: (name: String, distance: Int)?
    for name in names {
      if name.hasSuffix("/" + text) {
        tail = name
        tailCount += 1
      }
      let candidate = Array(name.utf8)
      let limit = min(best?.distance ?? .max, max(wanted.count, candidate.count) / 2 + 1)
      // Each letter that one has more is an edit.
      guard abs(candidate.count - wanted.count) < limit else { continue }
      let distance = editDistance(wanted, candidate, below: limit)
      if distance < limit { best = (name, distance) }
    }
    return tailCount == 1 ? tail : best?.name
  }

  /// Insertions, deletions and substitutions that turn one text into the other; `below` or more where that is passed.
  private static func editDistance(_ left: [UInt8], _ right: [UInt8], below limit: Int) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      var least = row[0]
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
        least = min(least, row[j + 1])
      }
      if least >= limit { return limit }
    }
    return row[right.count]
  }
}
