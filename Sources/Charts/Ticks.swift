import Foundation

/// A mark on an axis.
public struct Tick: Sendable, Equatable {
  public let value: Double
  public let label: String

  public init(value: Double, label: String) {
    self.value = value
    self.label = label
  }
}

/// Round numbers for axes.
public enum Ticks {
  /// Multiples of 1, 2 or 5 · 10ⁿ inside `domain`, as near to `target` many as such steps allow (Heckbert, "Nice
  /// numbers for graph labels", 1990; ticks stay inside the domain). All labels have the same number of decimals.
  ///
  /// A domain without extent, or one that is not finite, has no ticks.
  public static func linear(_ domain: ClosedRange<Double>, target: Int) -> [Tick] {
    let (lower, upper) = (domain.lowerBound, domain.upperBound)
    let span = upper - lower
    guard span.isFinite, span > 1e-300, max(abs(lower), abs(upper)) / span < 1e12 else { return [] }
    let middle = Int(floor(log10(span / Double(max(target, 1)))))
    var best: (step: Step, first: Int, count: Int, cost: Double)?
    for exponent in (middle - 1)...(middle + 1) {
      for factor in [1, 2, 5] {
        let step = Step(factor: factor, exponent: exponent)
        // A tick that rounding pushed just outside still belongs to the axis.
        let first = Int((lower / step.size - 1e-9).rounded(.up))
        let last = Int((upper / step.size + 1e-9).rounded(.down))
        let count = last - first + 1
        guard count >= 1 else { continue }
        let cost = abs(log(Double(count) / Double(max(target, 1)))) + (count < 2 ? 2 : 0)
        if best.map({ cost < $0.cost - 1e-12 }) ?? true { best = (step, first, count, cost) }
      }
    }
    guard let best else { return [] }
    let values = (0..<best.count).map { best.step.multiple(best.first + $0) }
    let largest = values.map(abs).max() ?? 0
    let isPlain = largest < 1e6 && (best.step.exponent >= -4 || largest >= 1e-3)
    return values.map { value in
      let label =
        isPlain
        ? NumberFormat.fixed(value, decimals: max(0, -best.step.exponent))
        : NumberFormat.significant(value, digits: significantDigits(largest, best.step))
      return Tick(value: value, label: label)
    }
  }

  /// Powers of `base` (2 or 10) inside `domain`, every n-th when there are more than about `target`; with base 10 and
  /// less than two decades, 1, 2 and 5 times the powers. Without two such values, linear ticks. Powers of 2 below 1 are
  /// written as fractions.
  public static func logarithmic(_ domain: ClosedRange<Double>, base: Int, target: Int) -> [Tick] {
    guard domain.lowerBound > 0, domain.upperBound.isFinite, domain.upperBound > domain.lowerBound else { return [] }
    let logarithm: (Double) -> Double = base == 2 ? { log2($0) } : { log10($0) }
    let first = Int((logarithm(domain.lowerBound) - 1e-9).rounded(.up))
    let last = Int((logarithm(domain.upperBound) + 1e-9).rounded(.down))
    var values: [Double] = []
    if first <= last {
      let stride = max(1, Int((Double(last - first + 1) / Double(max(target, 2))).rounded(.up)))
      values = Swift.stride(from: first, through: last, by: stride).map { pow(Double(base), Double($0)) }
    }
    if base == 10, last - first < 2 {
      let (lower, upper) = (domain.lowerBound * (1 - 1e-9), domain.upperBound * (1 + 1e-9))
      values = []
      for exponent in (first - 1)...(last + 1) {
        for factor in [1, 2, 5] {
          let value = Step(factor: factor, exponent: exponent).multiple(1)
          if value >= lower, value <= upper { values.append(value) }
        }
      }
    }
    guard values.count >= 2 else { return linear(domain, target: target) }
    return values.map { value in
      // 1/64 is read at a glance, 0.015625 is not.
      let isFraction = base == 2 && value < 1 && value >= 0x1p-20
      let label = NumberFormat.significant(isFraction ? 1 / value : value, digits: base == 2 ? 7 : 3)
      return Tick(value: value, label: isFraction ? "1/" + label : label)
    }
  }

  private static func significantDigits(_ largest: Double, _ step: Step) -> Int {
    guard largest > 0 else { return 1 }
    return min(15, max(1, Int(floor(log10(largest) + 1e-9)) - step.exponent + 1))
  }

  /// factor · 10^exponent, whose multiples are as exact as Double can be.
  private struct Step {
    let factor: Int
    let exponent: Int

    var size: Double { multiple(1) }

    func multiple(_ count: Int) -> Double {
      let digits = Double(count * factor)
      return exponent >= 0 ? digits * pow(10, Double(exponent)) : digits / pow(10, Double(-exponent))
    }
  }
}
