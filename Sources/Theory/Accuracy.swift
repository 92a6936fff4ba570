/// The share of `predictions` that equal `labels`.
func accuracy(of predictions: [UInt16], labels: [UInt16]) throws(FeatureError) -> Double {
  guard predictions.count == labels.count else {
    throw .mismatch(what: "labels", found: labels.count, expected: predictions.count)
  }
  guard !labels.isEmpty else { throw .tooFewRows(found: 0, needed: 1) }
  return Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
}
