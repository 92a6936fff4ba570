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
  }

  public var coarseCount: Int { classCount / finePerCoarse }

  /// Latent class of sample `index`: every class has every K-th sample.
  public func label(_ index: Int) -> Int { index % classCount }

  /// What lies between the class centre and view `view` of each sample of `indices`, at spread 1: one row a sample,
  /// `count × m`. A view is the same whenever it is asked for.
  public func offsets(_ indices: Range<Int>, view: Int) -> Matrix {
    var matrix = Matrix(rows: indices.count, columns: inputDimension)
    for (row, index) in indices.enumerated() {
      var ofSample = RandomStream(seed: seed, purpose: StudyPurpose.samples, UInt32(index))
      var ofView = RandomStream(seed: seed, purpose: StudyPurpose.views, UInt32(index), UInt32(view))
      let (a, b) = (Self.inBall(inputDimension, &ofSample), Self.inBall(inputDimension, &ofView))
      for column in 0..<inputDimension { matrix[row, column] = Float(a[column] + 0.5 * b[column]) }
    }
    return matrix
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
  private static func inBall(_ dimension: Int, _ stream: inout RandomStream) -> [Double] {
    let point = stream.normals(dimension)
    let length = dot(point, point).squareRoot()
    let radius = Double(dimension).squareRoot()
    return length > radius ? point.map { $0 * radius / length } : point
  }
}

enum StudyPurpose {
  static let centers: UInt32 = 0x57D1
  static let samples: UInt32 = 0x57D2
  static let views: UInt32 = 0x57D3
  static let weights: UInt32 = 0x57D4
  static let order: UInt32 = 0x57D5
}
