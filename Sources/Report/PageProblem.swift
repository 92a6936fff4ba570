/// Something that has no place in a page as this module writes it.
public struct PageProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where it begins, from 0 on.
  public let byte: Int
  /// The part of the page that it stands in; nil outside of all.
  public let part: String?
  /// For instance `a comment`.
  public let what: String

  public var description: String {
    (part.map { "“\($0)”, byte \(byte): " } ?? "Byte \(byte): ") + "\(what) has no place in this page."
  }
}
