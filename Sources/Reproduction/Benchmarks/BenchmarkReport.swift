import Foundation
import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a benchmark measured, with all that is needed to compare it with another program's measurement.
///
/// As JSON it is one object: the benchmark's name, the settings under their names, the measurements under theirs, the
/// process's greatest memory and the machine.
public struct BenchmarkReport: Sendable {
  /// Median and extremes of the repetitions.
  public struct Spread: Encodable, Sendable {
    public let median: Double
    public let minimum: Double
    public let maximum: Double

    /// - Precondition: there is at least one number.
    init(_ numbers: [Double]) {
      let sorted = numbers.sorted()
      (median, minimum, maximum) = (sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1])
    }

    /// Of the reciprocals, times `factor`: rates from times.
    func rates(_ factor: Double) -> Spread {
      Spread(median: factor / median, minimum: factor / maximum, maximum: factor / minimum)
    }

    private init(median: Double, minimum: Double, maximum: Double) {
      (self.median, self.minimum, self.maximum) = (median, minimum, maximum)
    }
  }

  public enum Value: Sendable {
    case count(Int)
    case number(Double)
    case text(String)
    case spread(Spread)
  }

  /// "step", "convolution", "views", "knn" or "eigen".
  public let benchmark: String
  public let settings: [String: Value]
  public let measurements: [String: Value]
  /// The most memory that the process ever had, in bytes.
  public let peakBytes: Int
  private let machine = BenchmarkMachine()

  init(_ benchmark: String, settings: [String: Value], measurements: [String: Value]) {
    self.benchmark = benchmark
    self.settings = settings
    self.measurements = measurements
    peakBytes = Self.peakBytes
  }

  private static var peakBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }

  /// Several lines for people.
  public var text: String {
    func list(_ values: [String: Value]) -> [String] {
      values.sorted { $0.key < $1.key }.map { "\($0.key) \(Self.text($0.value))" }
    }
    return """
      \(benchmark): \(list(settings).joined(separator: ", "))
        \(list(measurements).joined(separator: "\n  "))
        memory: at most \(peakBytes >> 20) MiB
        \(machine.cpu), \(machine.cores) cores, OpenBLAS kernel \(machine.openblas.core), products by \(machine.products)
        \(machine.configuration) build
      """
  }

  private static func text(_ value: Value) -> String {
    func rounded(_ value: Double) -> String { String(format: "%.4g", value) }
    return switch value {
    case .count(let count): "\(count)"
    case .number(let number): rounded(number)
    case .text(let text): text
    case .spread(let spread): "\(rounded(spread.median)) (\(rounded(spread.minimum))–\(rounded(spread.maximum)))"
    }
  }
}

extension BenchmarkReport: Encodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(benchmark, forKey: Name(stringValue: "benchmark"))
    try container.encode(peakBytes, forKey: Name(stringValue: "peakBytes"))
    try container.encode(machine, forKey: Name(stringValue: "machine"))
    for (name, value) in settings.merging(measurements, uniquingKeysWith: { $1 }) {
      let key = Name(stringValue: name)
      switch value {
      case .count(let count): try container.encode(count, forKey: key)
      case .number(let number): try container.encode(number, forKey: key)
      case .text(let text): try container.encode(text, forKey: key)
      case .spread(let spread): try container.encode(spread, forKey: key)
      }
    }
  }
}

/// The machine and the build that a benchmark ran on.
private struct BenchmarkMachine: Encodable {
  struct OpenBLAS: Encodable {
    let version: String
    let core: String
  }

  let cpu = Machine.processor
  let cores = ProcessInfo.processInfo.activeProcessorCount
  let openblas = OpenBLAS(version: BLAS.version, core: Arithmetic.current.kernel)
  let products = Arithmetic.current.products.description
  let configuration: String

  init() {
    #if DEBUG
      configuration = "debug"
    #else
      configuration = "release"
    #endif
  }
}
