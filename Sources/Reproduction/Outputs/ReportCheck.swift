import Foundation
import Pipeline
import Report

/// Holds a page against the digests that it carries, against a root that came another way, and against the cache that it was
/// laid out from.
public struct ReportCheck: Codable, Sendable, Equatable {
  public let schema: String
  public let page: String
  /// SHA-256 of the file.
  public let digest: String
  /// The root of its seal; absent where the page is not what it was sealed as.
  public let root: String?
  /// Parts of the page that have a digest of their own; 0 where it cannot be read as a page.
  public let parts: Int
  /// Whether it was held against what the cache would lay out now.
  public let isHeldAgainstCache: Bool
  /// Whether it was held against a root that was given.
  public let isHeldAgainstRoot: Bool
  /// What the answer leaves open; absent where nothing.
  public let remark: String?
  /// What is wrong, a sentence each; empty where nothing is.
  public let problems: [String]

  /// Whoever changes a page can seal it anew.
  static let alone = "It was not compared with anything outside of itself, so that nothing says who sealed it."

  /// - Parameters:
  ///   - expected: the page as the cache would lay it out now; nil to hold it against itself alone.
  ///   - given: the root that its seal should have; nil where none was given.
  ///   - others: what else is wrong.
  init(page: String, named name: String, expected: String?, root given: String? = nil, others: [String] = []) {
    schema = "repro.verify.report/1"
    self.page = name
    digest = Digest(of: Data(page.utf8)).hex
    let found = try? PageSeal(of: page)
    parts = found?.parts.count ?? 0
    root = PageSeal.root(of: page)
    isHeldAgainstCache = expected != nil
    isHeldAgainstRoot = given != nil
    remark = expected == nil && given == nil ? Self.alone : nil
    var problems = PageSeal.problems(of: page) + others
    if let given, let root = found?.root, root != given {
      problems.append("The root of its seal is \(root), and \(given) was given.")
    }
    if let expected { problems += Self.differences(page, found, from: expected) }
    self.problems = problems
  }

  private static func differences(_ page: String, _ found: PageSeal?, from expected: String) -> [String] {
    // Bytes, since strings are equal already where they look the same.
    guard !page.utf8.elementsEqual(expected.utf8) else { return [] }
    var problems: [String] = []
    if let found, let wanted = try? PageSeal(of: expected) {
      let digests = Dictionary(wanted.parts.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
      let names = Set(found.parts.map(\.name))
      problems = found.parts.filter { digests[$0.name] != $0.digest }.map { part in
        digests[part.name] == nil
          ? "“\(part.name)” is not in the page that the cache would lay out now."
          : "“\(part.name)” is not what the cache has now."
      }
      problems += wanted.parts.filter { !names.contains($0.name) }.map {
        "“\($0.name)” of the cache is missing from the page."
      }
    }
    if problems.isEmpty {
      let position = zip(page.utf8, expected.utf8).enumerated().first { $1.0 != $1.1 }?.offset
      problems.append(
        "The page differs from the one that the cache would lay out now, first at byte"
          + " \(position ?? min(page.utf8.count, expected.utf8.count)).")
    }
    return problems
  }

  /// For people.
  public var text: String {
    guard problems.isEmpty else { return problems.joined(separator: "\n") }
    var lines = ["\(page): all \(parts) parts have the digests that the page was sealed with."]
    if isHeldAgainstCache { lines.append("The cache would lay out the same bytes.") }
    if isHeldAgainstRoot { lines.append("The root of its seal is the one that was given.") }
    if let remark { lines.append(remark) }
    if let root { lines.append("Root: \(root)") }
    return lines.joined(separator: "\n")
  }
}

extension ReportCheck {
  /// Checks a page, as a file anywhere.
  ///
  /// - Parameters:
  ///   - root: what the root of its seal should be; nil where that is not known.
  ///   - cache: nil where there is none, so that the page is held against itself alone.
  ///   - project: of the profile that the page says it is of.
  /// - Throws: a sentence where the file cannot be read, or where there is a cache and it cannot say what the page should be.
  public init(
    file: URL, root: String? = nil, cache: CacheReader?, project: (_ profile: String) throws -> Project
  ) throws {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw StageError.cannotRead(file.relativePath, error)
    }
    guard let page = String(validating: data, as: UTF8.self) else {
      throw StageError("\(file.relativePath) is no page: it holds bytes that are no text in UTF-8.")
    }
    let subject = ReportPage.subject(of: page).flatMap(PageSubject.init)
    let others =
      cache != nil && subject == nil
      ? ["The page does not say what it is of, so that the cache cannot be asked what it should be."] : []
    self.init(
      page: page, named: file.relativePath,
      expected: try cache.flatMap { cache in try subject.map { try Self.expected($0, cache, project) } }, root: root,
      others: others)
  }

  /// What the cache would lay out now for a page.
  private static func expected(
    _ subject: PageSubject, _ cache: CacheReader, _ project: (String) throws -> Project
  ) throws -> String {
    switch subject {
    case .comparison(let from, let to):
      func run(_ number: Int64) throws -> Pipeline.RunRecord {
        guard let run = try cache.ledger.run(number) else {
          throw StageError(
            "The page compares run \(from) with run \(to), and the cache knows no run \(number): name the cache that it was made from with --cache."
          )
        }
        return run
      }
      return try ComparisonPage(cache, from: run(from), to: run(to)).html()
    case .report(let profile):
      let named = try project(profile)
      guard try cache.lastResult(of: "report/index") != nil else {
        throw StageError(
          "The cache has no report to hold the page against; run repro all first, or name another --cache.")
      }
      let page = try named.outputs.filledReport(named.graph, cache).page
      guard ReportPage.subject(of: page).flatMap(PageSubject.init) == subject else {
        throw StageError(
          "The page is of the profile “\(profile)”, and the cache's last report is not; run repro all --profile \(profile), "
            + "which brings that back, or name another --cache.")
      }
      return page
    }
  }
}
