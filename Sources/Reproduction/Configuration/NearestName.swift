/// The smallest number of single-character insertions, deletions, substitutions and swaps of neighbours that turn
/// one word into the other (optimal string alignment distance).
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.unicodeScalars)
  let b = Array(second.unicodeScalars)
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var twoBack = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    for j in 1...b.count {
      var best = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, twoBack[j - 2] + 1)
      }
      current.append(best)
    }
    twoBack = previous
    previous = current
  }
  return previous[b.count]
}

/// The candidate closest to `name`, or `nil` where none is close enough to be what was meant: more than a third of
/// the longer word would have to change. Case is ignored. Of equally close ones the one of the same length is taken, as
/// a wrong letter is likelier than a missing one, else the first.
func nearestName(to name: String, among candidates: [String]) -> String? {
  // Nobody types a key this long by mistake, and the distance costs the product of the lengths.
  guard name.unicodeScalars.count <= 64 else { return nil }
  let length = name.unicodeScalars.count
  var best: (name: String, cost: (Int, Int))?
  for candidate in candidates {
    let distance = editDistance(name.lowercased(), candidate.lowercased())
    let allowed = max(1, max(length, candidate.unicodeScalars.count) / 3)
    let cost = (distance, abs(length - candidate.unicodeScalars.count))
    guard distance <= allowed, cost < best?.cost ?? (.max, .max) else { continue }
    best = (candidate, cost)
  }
  return best?.name
}

/// The end of a sentence that refuses `name`: the nearest right one, else all of them.
func suggestion(for name: String, among candidates: [String], called plural: String) -> String {
  if let nearest = nearestName(to: name, among: candidates) { return "; did you mean '\(nearest)'?" }
  if candidates.isEmpty { return "; there are no \(plural)" }
  return "; the \(plural) are " + candidates.map { "'\($0)'" }.joined(separator: ", ")
}

/// Text from a file, made fit for a line of an error message: short, and without control characters.
func shortened(_ text: String, to limit: Int = 40) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    result.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
  }
  return text.unicodeScalars.count > limit ? result + "…" : result
}
