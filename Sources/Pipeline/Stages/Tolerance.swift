import Foundation

/// How far the numbers of an output may lie from those of another execution of the same node.
public struct Tolerance: Sendable {
  /// |a − b| ≤ relative · max(|a|, |b|) + absolute.
  public let relative: Double
  public let absolute: Double
  /// The numbers of an output, by its name and content; nil where it has none to compare, so that only the same bytes will do.
  public let numbers: @Sendable (String, Data) throws -> Numbers?

  /// What stands in a file: its numbers in order, and everything else, which must be the same.
  public struct Numbers: Sendable {
    public let values: [Double]
    public let rest: String

    public init(values: [Double], rest: String) {
      self.values = values
      self.rest = rest
    }
  }

  /// - Parameter numbers: for outputs of other kinds than text.
  public init(
    relative: Double, absolute: Double = 0,
    numbers: @escaping @Sendable (String, Data) throws -> Numbers? = { Tolerance.text($0, $1) }
  ) {
    self.relative = relative
    self.absolute = absolute
    self.numbers = numbers
  }

  /// How two outputs differ.
  public struct Difference: Sendable, Hashable {
    /// The greatest |a − b| / max(|a|, |b|); infinite where the outputs cannot be compared number by number.
    public let relative: Double
    public let isWithin: Bool
  }

  func compare(_ name: String, _ left: Data, _ right: Data) throws -> Difference {
    guard let first = try numbers(name, left), let second = try numbers(name, right), first.rest == second.rest,
      first.values.count == second.values.count
    else { return Difference(relative: .infinity, isWithin: false) }
    var greatest = 0.0
    var isWithin = true
    for (a, b) in zip(first.values, second.values) where !(a == b || a.isNaN && b.isNaN) {
      let scale = max(abs(a), abs(b))
      let distance = abs(a - b)
      // What is not finite on one side only differs without measure.
      guard distance.isFinite else { return Difference(relative: .infinity, isWithin: false) }
      greatest = max(greatest, scale > 0 ? distance / scale : 0)
      if distance > relative * scale + absolute { isWithin = false }
    }
    return Difference(relative: greatest, isWithin: isWithin)
  }

  private static let textEndings = [".csv", ".json", ".md", ".tex", ".txt", ".html", ".svg"]

  /// The numbers of a text file, and the text with each replaced by `#`.
  public static func text(_ name: String, _ data: Data) -> Numbers? {
    guard textEndings.contains(where: { name.hasSuffix($0) }), let text = String(data: data, encoding: .utf8) else {
      return nil
    }
    var values: [Double] = []
    var rest = ""
    var current = ""
    func end() {
      if let value = Double(current), current.utf8.contains(where: { (48...57).contains($0) }) {
        values.append(value)
        rest += "#"
      } else {
        rest += current
      }
      current = ""
    }
    // Only what stands alone is a number: the digits of a name or a colour are not.
    for scalar in text.unicodeScalars {
      let isPart = scalar.properties.isAlphabetic || "0123456789.+-_#".unicodeScalars.contains(scalar)
      if isPart {
        current.unicodeScalars.append(scalar)
      } else {
        end()
        rest.unicodeScalars.append(scalar)
      }
    }
    end()
    return Numbers(values: values, rest: rest)
  }
}
