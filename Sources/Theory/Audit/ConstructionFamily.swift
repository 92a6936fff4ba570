import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A set of constructions with free parameters: where a search looks.
public protocol ConstructionFamily: Sendable {
  /// Named in what is found, for instance `d = 3, K = 4, 2 samples of 2 views`.
  var description: String { get }
  /// A random point to start from.
  func start(_ stream: inout RandomStream) -> [Double]
  /// The construction of these parameters; every vector of parameters has one.
  func construction(_ parameters: [Double]) -> Construction
  /// The quantities of that construction, for where nothing else of it is asked.
  func quantities(_ parameters: [Double]) -> AuditQuantities
}

extension ConstructionFamily {
  public func quantities(_ parameters: [Double]) -> AuditQuantities { construction(parameters).quantities }
}

/// Every construction with so many dimensions, classes, samples and views: K class centres, the views' offsets from them,
/// one spread for all classes and the logarithms of the probabilities.
public struct FreeFamily: ConstructionFamily {
  public let dimension: Int
  public let classCount: Int
  public let samplesPerClass: Int
  public let viewsPerSample: Int
  public let coupling: Construction.Coupling

  public init(
    dimension: Int, classCount: Int, samplesPerClass: Int = 1, viewsPerSample: Int = 2,
    coupling: Construction.Coupling = .independent
  ) {
    self.dimension = dimension
    self.classCount = classCount
    self.samplesPerClass = samplesPerClass
    self.viewsPerSample = viewsPerSample
    self.coupling = coupling
  }

  public var description: String {
    "d = \(dimension), K = \(classCount), \(samplesPerClass) samples of \(viewsPerSample) views in each class"
  }

  private var sampleCount: Int { classCount * samplesPerClass }

  public func start(_ stream: inout RandomStream) -> [Double] {
    // Spreads from nothing to more than Theorem 1 allows.
    let spread = log(Double(stream.uniform(0.001, 1)))
    let positions = stream.normals(classCount * dimension + sampleCount * viewsPerSample * dimension)
    return [spread] + positions + stream.normals(sampleCount).map { 0.5 * $0 }
  }

  public func construction(_ parameters: [Double]) -> Construction {
    let spread = exp(min(2, parameters[0]))
    let (centers, offsets) = (1, 1 + classCount * dimension)
    let weights = offsets + sampleCount * viewsPerSample * dimension
    let samples = (0..<sampleCount).map { sample in
      let label = sample / samplesPerClass
      let views = (0..<viewsPerSample).map { view in
        let start = offsets + (sample * viewsPerSample + view) * dimension
        let point = (0..<dimension).map { index in
          parameters[centers + label * dimension + index] + spread * parameters[start + index]
        }
        return point.contains { $0 != 0 } ? point : [1] + [Double](repeating: 0, count: dimension - 1)
      }
      return Construction.Sample(
        label: label, probability: exp(max(-6, min(6, parameters[weights + sample]))), views: views)
    }
    return Construction(dimension: dimension, classCount: classCount, coupling: coupling, samples: samples)
  }

  /// The same numbers without the construction: searches ask for little else, a million times.
  public func quantities(_ parameters: [Double]) -> AuditQuantities {
    let spread = exp(min(2, parameters[0]))
    let (centers, offsets) = (1, 1 + classCount * dimension)
    let weights = offsets + sampleCount * viewsPerSample * dimension
    let probabilities = (0..<sampleCount).map { exp(max(-6, min(6, parameters[weights + $0]))) }
    let total = probabilities.reduce(0, +)
    var table = ViewTable(dimension: dimension, classCount: classCount, coupling: coupling)
    table.reserve(views: sampleCount * viewsPerSample)
    for sample in 0..<sampleCount {
      let center = centers + sample / samplesPerClass * dimension
      for view in 0..<viewsPerSample {
        let start = offsets + (sample * viewsPerSample + view) * dimension
        table.appendView { parameters[center + $0] + spread * parameters[start + $0] }
      }
      table.append(
        label: sample / samplesPerClass, probability: probabilities[sample] / total, views: viewsPerSample)
    }
    return table.quantities
  }
}

/// K classes along the first K axes, of two views each that lie √t on either side in one or more of the d − K further
/// directions: where Theorem 2 as printed is weakest. The parameters are log t and how far the classes turn to further
/// directions.
public struct SplitOrthogonalFamily: ConstructionFamily {
  public let classCount: Int
  public let dimension: Int

  /// - Precondition: `dimension > classCount`.
  public init(classCount: Int, dimension: Int) {
    precondition(dimension > classCount, "a direction that no class occupies")
    self.classCount = classCount
    self.dimension = dimension
  }

  public var description: String { "d = \(dimension), K = \(classCount) orthogonal classes of two views μ ± s" }

  public func start(_ stream: inout RandomStream) -> [Double] {
    [log(Double(stream.uniform(0.001, 0.5)))] + stream.normals(dimension - classCount)
  }

  public func construction(_ parameters: [Double]) -> Construction {
    let t = exp(min(0, parameters[0]))
    let turn = Array(parameters[1...])
    let direction = unit(turn)?.direction ?? [1] + [Double](repeating: 0, count: turn.count - 1)
    let length = (Double(dimension) - t).squareRoot()
    let samples = (0..<classCount).map { label in
      var mean = [Double](repeating: 0, count: dimension)
      mean[label] = length
      let views = [1.0, -1].map { sign in
        var view = mean
        for (index, value) in direction.enumerated() { view[classCount + index] = sign * t.squareRoot() * value }
        return view
      }
      return Construction.Sample(label: label, probability: 1, views: views)
    }
    return Construction(dimension: dimension, classCount: classCount, samples: samples)
  }
}
