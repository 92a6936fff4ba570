import Numerics

/// Data of which Eq. 6 and 7 can be made true: K latent classes around random centres of ℝᵐ, every sample of a class within a
/// ball around its centre, every view within a smaller ball around its sample.
///
/// `spread` scales all that is within a class. At 0 a class is one point; a Lipschitz encoder makes of any spread some ε.
/// Classes may be grouped: fine classes then lie around coarse ones, and both are labellings of the same samples.
public struct StudyData: Sendable, Equatable {
  /// m: dimension of an input.
  public let inputDimension: Int
  /// K, counting the finest classes.
  public let classCount: Int
  /// Fine classes in each coarse one; 1 where there are no groups.
  public let finePerCoarse: Int
  public let seed: UInt64
  private let centers: [Float]
  /// The least distance of two class centres.
  public let leastCenterDistance: Double

  /// - Precondition: `finePerCoarse` divides `classCount`.
  public init(inputDimension: Int = 32, classCount: Int, finePerCoarse: Int = 1, seed: UInt64) {
    precondition(finePerCoarse > 0 && classCount % finePerCoarse == 0, "coarse classes of equal size")
    self.inputDimension = inputDimension
    self.classCount = classCount
    self.finePerCoarse = finePerCoarse
    self.seed = seed
    var stream = RandomStream(seed: seed, purpose: StudyPurpose.centers)
    let coarse = stream.normals(classCount / finePerCoarse * inputDimension)
    let fine = stream.normals(classCount * inputDimension)
    centers = (0..<classCount * inputDimension).map { index in
      let (label, coordinate) = (index / inputDimension, index % inputDimension)
      guard finePerCoarse > 1 else { return Float(fine[index]) }
      return Float(coarse[label / finePerCoarse * inputDimension + coordinate] + 0.4 * fine[index])
    }
    var least = Float.infinity
    for first in 0..<classCount {
      for second in 0..<first {
        var square: Float = 0
        for coordinate in 0..<inputDimension {
          let difference =
            centers[first * inputDimension + coordinate] - centers[second * inputDimension + coordinate]
          square += difference * difference
        }
        least = min(least, square)
      }
    }
    leastCenterDistance = Double(least).squareRoot()
  }

  /// Whether Eq. 7 holds at `spread`: no view of one class can be one of another, since all lie within 1.5√m·spread of their
  /// class's centre. Beyond, the error of any classifier is that of the labels as well.
  public func isDisjoint(spread: Double) -> Bool {
    2 * 1.5 * Double(inputDimension).squareRoot() * spread < leastCenterDistance
  }

  public var coarseCount: Int { classCount / finePerCoarse }

  /// Latent class of sample `index`: every class has every K-th sample.
  public func label(_ index: Int) -> Int { index % classCount }

  /// What lies between the class centre and each of the first `views` views of each sample of `indices`, at spread 1: a matrix a
  /// view, one row a sample, `count × m`. A view is the same whenever it is asked for.
  public func offsets(_ indices: Range<Int>, views: Int) -> [Matrix] {
    let m = inputDimension
    var matrices = [[Float]](repeating: [Float](repeating: 0, count: indices.count * m), count: views)
    var (ofSample, ofView) = ([Double](repeating: 0, count: m), [Double](repeating: 0, count: m))
    for (row, index) in indices.enumerated() {
      var stream = RandomStream(seed: seed, purpose: StudyPurpose.samples, UInt32(index))
      Self.fillFromBall(&ofSample, &stream)
      for view in 0..<views {
        var stream = RandomStream(seed: seed, purpose: StudyPurpose.views, UInt32(index), UInt32(view))
        Self.fillFromBall(&ofView, &stream)
        for column in 0..<m { matrices[view][row * m + column] = Float(ofSample[column] + 0.5 * ofView[column]) }
      }
    }
    return matrices.map { Matrix(rows: indices.count, columns: m, values: $0) }
  }

  /// The inputs of those samples: centre + spread · offset.
  ///
  /// - Parameter indices: the sample of each row of `offsets`.
  public func inputs(_ indices: some Collection<Int>, offsets: Matrix, spread: Double) -> Matrix {
    var matrix = offsets
    let scale = Float(spread)
    for (row, index) in indices.enumerated() {
      let start = label(index) * inputDimension
      for column in 0..<inputDimension {
        let position = row * inputDimension + column
        matrix.values[position] = centers[start + column] + scale * offsets.values[position]
      }
    }
    return matrix
  }

  /// A point of the ball of radius √m: normal numbers cut off there, so that no sample is an outlier.
  private static func fillFromBall(_ point: inout [Double], _ stream: inout RandomStream) {
    var index = 0
    while index < point.count {
      let (first, second) = stream.normalPair()
      point[index] = first
      if index + 1 < point.count { point[index + 1] = second }
      index += 2
    }
    let length = dot(point, point).squareRoot()
    let radius = Double(point.count).squareRoot()
    guard length > radius else { return }
    for index in point.indices { point[index] = point[index] * radius / length }
  }
}

enum StudyPurpose {
  static let centers: UInt32 = 0x57D1
  static let samples: UInt32 = 0x57D2
  static let views: UInt32 = 0x57D3
  static let weights: UInt32 = 0x57D4
  static let order: UInt32 = 0x57D5
}
