/// A run as people name it: its number, `last`, or `last~N` for the Nth before the last.
public struct RunReference: Hashable, Sendable {
  fileprivate enum Place: Hashable, Sendable {
    case number(Int64)
    case beforeLast(Int)
  }

  public let text: String
  fileprivate let place: Place

  /// The last run.
  public static let last = RunReference(text: "last", place: .beforeLast(0))

  private init(text: String, place: Place) {
    self.text = text
    self.place = place
  }

  /// Nil for what names no run.
  public init?(_ text: String) {
    self.text = text
    if let number = Int64(text), number > 0 {
      place = .number(number)
    } else if text == "last" {
      place = .beforeLast(0)
    } else if text.hasPrefix("last~"), let count = Int(text.dropFirst("last~".count)), count >= 0 {
      place = .beforeLast(count)
    } else {
      return nil
    }
  }
}

extension CacheReader {
  /// - Throws: `StageError` where there is no such run, naming those there are.
  public func run(_ reference: RunReference) throws -> RunRecord {
    switch reference.place {
    case .number(let number):
      if let run = try ledger.run(number) { return run }
    case .beforeLast(let count):
      if count < 1_000_000, let run = try ledger.runs(limit: count + 1).dropFirst(count).first { return run }
    }
    guard let last = try ledger.runs(limit: 1).first else { throw StageError("Nothing was run yet in this cache.") }
    throw StageError("There is no run \(reference.text): the last is \(last.id).")
  }
}
