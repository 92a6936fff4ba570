import Numerics

/// The largest distance within each class alone, over r: `ClassDiameter.maximumByClass` without the quantiles, for where it is
/// asked often.
///
/// - Throws: `FeatureError` where sizes differ or a label is no class.
func largestDistances(
  _ features: SphereFeatures, labels: [UInt16], classCount: Int, threads: Int = 1
) throws(FeatureError) -> [Double] {
  try requireLabels(labels, rows: features.count, classCount: classCount)
  var rows = [[Int]](repeating: [], count: classCount)
  for (row, label) in labels.enumerated() { rows[Int(label)].append(row) }
  let members = rows
  return parallelMap(classCount, threads: threads) { label in
    let ranges = blocks(of: members[label].count, size: 256)
    var least = 1.0
    for (index, range) in ranges.enumerated() {
      let block = features.gather(Array(members[label][range]), radius: 1)
      for other in ranges[index...] {
        let opposite = features.gather(Array(members[label][other]), radius: 1)
        least = block.multiplied(by: opposite, transposingOther: true).values.reduce(least) { min($0, $1) }
      }
    }
    // ‖z̃₁ − z̃₂‖² = 2 − 2cos
    return (2 * max(0, 1 - least)).squareRoot()
  }
}
