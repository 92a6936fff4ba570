import Foundation

/// A map from data to pixels along one direction.
public struct Scale: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case linear, log2, log10
  }

  public let kind: Kind
  /// The values at the two ends. Positive for the logarithmic kinds.
  public let domain: ClosedRange<Double>
  /// The pixels at the two ends; `end` is smaller than `start` where values grow upwards on a page.
  public let start: Double
  public let end: Double

  public init(_ kind: Kind = .linear, domain: ClosedRange<Double>, start: Double, end: Double) {
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
  }

  /// The pixel of `value`, also outside the domain; `nil` where the scale has none (NaN, infinities, and on a
  /// logarithmic scale everything that is not positive).
  public func position(_ value: Double) -> Double? {
    guard Scale.canShow(value, on: kind) else { return nil }
    let lower = transformed(domain.lowerBound)
    let span = transformed(domain.upperBound) - lower
    guard span > 0 else { return (start + end) / 2 }
    return start + (transformed(value) - lower) / span * (end - start)
  }

  /// The value at `pixel`, the inverse of `position`.
  public func value(at pixel: Double) -> Double {
    let lower = transformed(domain.lowerBound)
    let position = lower + (pixel - start) / (end - start) * (transformed(domain.upperBound) - lower)
    switch kind {
    case .linear: return position
    case .log2: return exp2(position)
    case .log10: return pow(10, position)
    }
  }

  public func ticks(target: Int) -> [Tick] {
    switch kind {
    case .linear: Ticks.linear(domain, target: target)
    case .log2: Ticks.logarithmic(domain, base: 2, target: target)
    case .log10: Ticks.logarithmic(domain, base: 10, target: target)
    }
  }

  private func transformed(_ value: Double) -> Double {
    switch kind {
    case .linear: value
    case .log2: log2(value)
    case .log10: log10(value)
    }
  }

  /// Whether `value` has a place on a scale of this kind. Beyond 10¹⁰⁰ the spans would overflow.
  static func canShow(_ value: Double, on kind: Kind) -> Bool {
    guard value.isFinite, abs(value) <= 1e100 else { return false }
    return kind == .linear || value > 1e-100
  }

  /// The domain that holds `values` with `padding` of its extent on either side, `nil` when none can be shown. Values
  /// that are all the same get room on both sides.
  static func domain(holding values: [Double], kind: Kind, padding: Double) -> ClosedRange<Double>? {
    let usable = values.filter { canShow($0, on: kind) }
    guard let smallest = usable.min(), let largest = usable.max() else { return nil }
    if kind == .linear {
      let span = largest - smallest
      let size = max(abs(smallest), abs(largest))
      if span <= size * 1e-9 || span < 1e-90 {
        let room = size > 1e-90 ? size * 0.1 : 1
        return (smallest - room)...(largest + room)
      }
      return (smallest - padding * span)...(largest + padding * span)
    }
    let ratio = largest / smallest
    let factor = ratio > 1 + 1e-9 ? pow(ratio, padding) : 1.5
    return (smallest / factor)...(largest * factor)
  }
}
