import Foundation
import Pipeline

/// How often a benchmark repeats what it measures.
public struct BenchmarkRepetitions: Sendable {
  /// Repetitions that are not counted, first: memory is there and caches are warm after them.
  public var warmUps: Int
  /// Counted repetitions, at least.
  public var count: Int
  /// Seconds that the counted ones take together, at least.
  public var seconds: Double
  /// Called between warm-up and measurement, for processes that are to start together.
  public var ready: @Sendable () -> Void

  public init(warmUps: Int = 2, count: Int = 5, seconds: Double = 0, ready: @escaping @Sendable () -> Void = {}) {
    self.warmUps = warmUps
    self.count = max(1, count)
    self.seconds = seconds
    self.ready = ready
  }

  /// Seconds of each counted repetition of `body`, which is told how many there were before.
  func time(_ body: (Int) throws -> Void) rethrows -> [Double] {
    let clock = ContinuousClock()
    var index = 0
    func once() throws -> Double {
      defer { index += 1 }
      return try clock.measure { try body(index) }.seconds
    }
    for _ in 0..<warmUps { _ = try once() }
    ready()
    var times: [Double] = []
    while times.count < count || times.reduce(0, +) < seconds { times.append(try once()) }
    return times
  }
}
