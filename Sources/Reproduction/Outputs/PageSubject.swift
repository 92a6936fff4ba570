import Foundation

/// What a page is of. It says so itself, in a part of its seal, so that it is held against what it should be and against
/// nothing else.
enum PageSubject: Equatable {
  case report(profile: String)
  case comparison(from: Int64, to: Int64)

  private struct Document: Codable {
    let page: String
    var profile: String?
    var from: Int64?
    var to: Int64?
  }

  /// As it stands in the page: JSON.
  func text() throws -> String {
    let document =
      switch self {
      case .report(let profile): Document(page: "report", profile: profile)
      case .comparison(let from, let to): Document(page: "comparison", from: from, to: to)
      }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }

  /// Nil for anything that `text` does not write.
  init?(_ text: String) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8)) else { return nil }
    switch (document.page, document.profile, document.from, document.to) {
    case ("report", let profile?, nil, nil): self = .report(profile: profile)
    case ("comparison", nil, let from?, let to?): self = .comparison(from: from, to: to)
    default: return nil
    }
  }
}
