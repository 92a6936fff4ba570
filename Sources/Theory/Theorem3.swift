/// The right side of Theorem 3, and of its repairs, for one ε.
///
/// Markov's inequality bounds the probability that a random pair of classes is close. A mistake needs only that some class is
/// close to that of the view, so the sum over classes has to be taken: the union bound. Proofs in paper/errata.md.
public struct Theorem3: Sendable, Equatable {
  public let epsilon: Double
  /// [2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/[(1 − Σp²)(1 − 4ε + ε²)²] as printed, which is false as it stands (errata E8);
  /// nil where ε ≥ 2 − √3 or all views are of one class.
  public let printed: Double?
  /// (1/p_min)·[2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/(1 − 4ε + ε²)²: by the union bound over the classes that a view can be
  /// mistaken for (errata E8); nil where `printed` is.
  public let union: Double?
  /// (1/p_min)·[‖Λ − I‖² + d − d²(1 − ε²/2)²Σp²]/[d²(1 − 9ε²/4)²]: the union bound with the diagonal of Eq. 26 kept and the
  /// sharper margin; nil where ε ≥ 2/3 or all views are of one class.
  public let sharp: Double?
  /// p_max·min(K, 2C), where C counts the pairs of classes with μᵢᵀμⱼ ≥ r²(1 − 9ε²/4): a class without a close neighbour has
  /// no error, and C close pairs touch at most 2C classes. Good for every ε.
  public let closePairs: Double
  /// Σpᵢ over the classes that have such a neighbour: the same, with the classes that it is. Never above `closePairs`.
  public let closeClasses: Double

  /// - Parameters:
  ///   - correlationLoss: ‖Λ − I‖² of the features that `classes` describes.
  ///   - epsilon: ε of Eq. 6.
  public init(_ classes: ClassMeans, correlationLoss: Double, epsilon: Double) {
    self.epsilon = epsilon
    let close = CloseClasses(classes, margin: Theorem1.sharpMargin(epsilon: epsilon))
    closePairs = min(1, classes.largestProportion * Double(min(classes.classCount, 2 * close.pairs)))
    closeClasses = close.probability
    let difference = classes.differenceProbability
    guard difference > 0, !epsilon.isNaN else {
      (printed, union, sharp) = (nil, nil, nil)
      return
    }
    let d = classes.squaredRadius
    if epsilon < Theorem1.sharpEpsilonLimit {
      let margin = Theorem1.sharpMargin(epsilon: epsilon)
      let least = Theorem2.leastSquaredMean(epsilon: epsilon)
      let numerator = correlationLoss + d - d * d * least * classes.sameProbability
      sharp = numerator / (classes.leastProportion * d * d * margin * margin)
    } else {
      sharp = nil
    }
    guard epsilon < Theorem1.epsilonLimit else {
      (printed, union) = (nil, nil)
      return
    }
    let lBound = DimensionTerm.lBound(
      correlationLoss: correlationLoss, dimension: classes.dimension, classCount: classes.classCount)
    let margin = Theorem1.margin(epsilon: epsilon)
    let numerator = lBound + 2 * epsilon * epsilon * epsilon * epsilon
    printed = numerator / (difference * margin * margin)
    union = numerator / (classes.leastProportion * margin * margin)
  }

  public init(_ classes: ClassStatistics, correlationLoss: Double, epsilon: Double) {
    self.init(classes.classMeans, correlationLoss: correlationLoss, epsilon: epsilon)
  }
}

/// The classes that have a neighbour with μᵢᵀμⱼ ≥ r²·margin.
struct CloseClasses {
  /// Unordered close pairs.
  let pairs: Int
  /// Σpᵢ over the classes in one of them.
  let probability: Double

  init(_ classes: ClassMeans, margin: Double) {
    let products = classes.meanProducts
    let present = classes.proportions.indices.filter { classes.proportions[$0] > 0 }
    var isClose = [Bool](repeating: false, count: classes.classCount)
    var count = 0
    // Written so that a margin that is not a number makes every pair close.
    for (position, first) in present.enumerated() {
      for second in present[(position + 1)...]
      where !(products.values[first * classes.classCount + second] < classes.squaredRadius * margin) {
        count += 1
        isClose[first] = true
        isClose[second] = true
      }
    }
    pairs = count
    probability = min(1, classes.proportions.indices.reduce(0) { isClose[$1] ? $0 + classes.proportions[$1] : $0 })
  }
}
