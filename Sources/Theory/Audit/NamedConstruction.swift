import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The counterexamples that can be written down (paper/errata.md gives their arithmetic).
public enum NamedConstruction {
  /// Theorem 3: `classesPerAxis` classes crowd on each of `dimension` axes, in a spot of diameter about ε·r. Λ is the identity
  /// but for ε², so the right side is near (K − d)/d²/(1 − 1/K), while nearly every view is nearer to a neighbour's mean.
  ///
  /// On an axis, in units of ηε from its direction: the first class has a share 1 − η of its views at 0 and η so far out that
  /// its mean is at 1; all others have theirs at 2 and their mean at ½. The views at 0 are nearer to ½ than to 1, those at 2
  /// nearer to 1 than to ½.
  ///
  /// - Parameters:
  ///   - rareViews: one sample in so many is far out, η = 1/rareViews; at least 4.
  ///   - spread: about ε, in radians.
  public static func crowdedAxes(
    dimension: Int, classesPerAxis: Int = 2, rareViews: Int = 20, spread: Double = 1e-3
  ) -> Construction {
    precondition(dimension > 1 && classesPerAxis > 1 && rareViews > 3, "axes to turn between, and classes to mistake")
    let unit = spread / Double(rareViews)
    func place(_ axis: Int, _ angle: Double) -> [Double] {
      var view = [Double](repeating: 0, count: dimension)
      // Turned towards the next axis.
      view[axis] = 1 - angle * angle / 2
      view[(axis + 1) % dimension] = angle
      return view
    }
    var samples: [Construction.Sample] = []
    for axis in 0..<dimension {
      for index in 0..<classesPerAxis {
        let (bulk, mean) = index == 0 ? (0.0, 1.0) : (2.0, 0.5)
        let share = Double(rareViews - 1)
        let label = axis * classesPerAxis + index
        let far = mean * Double(rareViews) - bulk * share
        samples.append(
          Construction.Sample(label: label, probability: share, views: [place(axis, bulk * unit)]))
        samples.append(Construction.Sample(label: label, probability: 1, views: [place(axis, far * unit)]))
      }
    }
    return Construction(dimension: dimension, classCount: dimension * classesPerAxis, samples: samples)
  }

  /// Theorem 2 as printed: K orthogonal classes in K + 1 dimensions, each of two views √t on either side of its mean along the
  /// last axis, t = (1 + 1/K)/(33 + 1/K). The left side is 0, and the right side below 0 from K = 32 on.
  public static func splitOrthogonal(classCount: Int) -> Construction {
    let k = Double(classCount)
    let t = (1 + 1 / k) / (33 + 1 / k)
    let samples = (0..<classCount).map { label in
      let views = [1.0, -1].map { sign in
        var view = [Double](repeating: 0, count: classCount + 1)
        view[label] = (k + 1 - t).squareRoot()
        view[classCount] = sign * t.squareRoot()
        return view
      }
      return Construction.Sample(label: label, probability: 1, views: views)
    }
    return Construction(dimension: classCount + 1, classCount: classCount, samples: samples)
  }

  /// Eq. 13: d = 64, ε = ½ and views with C = (15/16)·I exactly, so L_BT = ¼, while ½‖Λ − I‖² − ε² = 7.625.
  ///
  /// Along the first axis two thirds of the samples have the views √3 and −√3, the others a single view at √8.8125; so C has
  /// −2 + 8.8125/3 = 15/16 there and Λ has 2 + 8.8125/3 = 4.9375. All else is spread evenly over the other 63 axes, to both
  /// sides: (64 − 4.9375)/63 = 15/16 in both. Each sample is a class of its own.
  public static func flippedAxis() -> Construction {
    AxialFamily(dimension: 64, kinds: 2, epsilon: 0.5).construction(kinds: [
      AxialFamily.Kind(first: 3.0.squareRoot(), second: -3.0.squareRoot(), probability: 2.0 / 3),
      AxialFamily.Kind(first: 8.8125.squareRoot(), second: 8.8125.squareRoot(), probability: 1.0 / 3),
    ])
  }

  /// Theorem 1 with an ε beyond 2 + √2, which Eq. 6 allows every encoder, since it asks for some ε: two classes on a line, the
  /// first at −1 but for a tenth of its views at 1, where the second is. Its mean is at −.8, so μ₁ᵀμ₂ = −.8 < r²(1 − 4ε + ε²)
  /// = 1 for ε = 4, and the rare view is taken for the second class. For any ε > 2 + √2 it takes a view that is rare enough.
  public static func rareTwin() -> Construction {
    Construction(
      dimension: 1, classCount: 2,
      samples: [
        Construction.Sample(label: 0, probability: 0.45, views: [[-1]]),
        Construction.Sample(label: 0, probability: 0.05, views: [[1]]),
        Construction.Sample(label: 1, probability: 0.5, views: [[1]]),
      ])
  }

  /// What Theorem 3 takes from Theorem 1, above 2 − √3: on the circle the first class has nine tenths of its views at 0° and the
  /// others at 30°, so ε = 2 sin 15° ≈ .518, and the second class is at 54°. Then μ₁ᵀμ₂/r² = .620 is less than
  /// |1 − 4ε + ε²| = .803, while the view at 30° lies at .9ε = .466 from its own mean and at 2 sin 12° = .416 from the other's.
  public static func threeViews() -> Construction {
    func place(_ degrees: Double) -> [Double] { [cos(degrees * .pi / 180), sin(degrees * .pi / 180)] }
    return Construction(
      dimension: 2, classCount: 2,
      samples: [
        Construction.Sample(label: 0, probability: 0.45, views: [place(0)]),
        Construction.Sample(label: 0, probability: 0.05, views: [place(30)]),
        Construction.Sample(label: 1, probability: 0.5, views: [place(54)]),
      ])
  }

  /// Why the repaired Theorem 2 has max(0, 1 − ε²/2): two classes that are the same, each even on both sides of every axis, so that
  /// ε = 2, μ = 0 and Λ = I. With (1 − ε²/2)² = 1 the right side would be below zero, d(2 − d) at p = ½, and the left side is 0.
  public static func centredClasses(dimension: Int = 3) -> Construction {
    Construction(
      dimension: dimension, classCount: 2,
      samples: (0..<2).flatMap { label in
        (0..<2 * dimension).map { index in
          var view = [Double](repeating: 0, count: dimension)
          view[index / 2] = index % 2 == 0 ? 1 : -1
          return Construction.Sample(label: label, probability: 1, views: [view])
        }
      })
  }

  /// Eq. 10: orthogonal classes of one view each, so that X = 0 always: 0 < 0 is asked.
  public static func orthogonalPoints(dimension: Int) -> Construction {
    Construction(
      dimension: dimension, classCount: dimension,
      samples: (0..<dimension).map { axis in
        var view = [Double](repeating: 0, count: dimension)
        view[axis] = 1
        return Construction.Sample(label: axis, probability: 1, views: [view])
      })
  }
}
