import Foundation

/// Why a quantity of the theory cannot be computed from given features and labels.
public enum FeatureError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  /// There are fewer rows than the quantity needs.
  case tooFewRows(found: Int, needed: Int)
  /// Rows hold NaN or infinities; `row` is the first of them.
  case nonFinite(row: Int, count: Int, rows: Int)
  /// Rows are zero and have no direction; `row` is the first of them.
  case zero(row: Int, count: Int, rows: Int)
  /// Two inputs that belong together differ in size.
  case mismatch(what: String, found: Int, expected: Int)
  /// A label is no class.
  case labelOutOfRange(row: Int, label: Int, classCount: Int)
  /// The eigenvalues could not be computed.
  case noSpectrum(String)

  public var description: String {
    switch self {
    case .tooFewRows(let found, let needed):
      "There are \(found) feature rows where at least \(needed) are needed; use a larger view bank"
    case .nonFinite(let row, let count, let rows):
      "\(count) of \(rows) feature rows are not finite, the first is row \(row): the encoder diverged; "
        + "lower its learning rate"
    case .zero(let row, let count, let rows):
      "\(count) of \(rows) feature rows are zero, the first is row \(row), and cannot be put on the sphere: "
        + "the encoder's units have died; lower its learning rate or its weight decay"
    case .mismatch(let what, let found, let expected):
      "There are \(found) \(what) where \(expected) are expected; both must come from the same images"
    case .labelOutOfRange(let row, let label, let classCount):
      "The label of row \(row) is \(label), and there are \(classCount) classes (0 to \(classCount - 1))"
    case .noSpectrum(let cause): "The eigenvalues of the second moment cannot be computed: \(cause)"
    }
  }

  public var errorDescription: String? { description }
}
