import Foundation
import Pipeline
import Report

/// Holds a report against the digests that it carries, and against the cache that it was laid out from.
public struct ReportCheck: Codable, Sendable, Equatable {
  public let schema: String
  public let page: String
  /// SHA-256 of the file.
  public let digest: String
  /// Parts of the page that have a digest of their own.
  public let parts: Int
  /// Whether the cache could be asked what the page should be.
  public let isHeldAgainstCache: Bool
  /// What is wrong, a sentence each; empty where nothing is.
  public let problems: [String]

  /// - Parameter expected: the page as the cache would lay it out now; nil to hold it against its own digests alone.
  public init(page: String, named name: String, expected: String?) {
    schema = "repro.verify.report/1"
    self.page = name
    digest = Digest(of: Data(page.utf8)).hex
    let found = PageSeal(of: page)
    parts = found.parts.count
    isHeldAgainstCache = expected != nil
    problems = PageSeal.problems(of: page) + (expected.map { Self.differences(page, found, from: $0) } ?? [])
  }

  private static func differences(_ page: String, _ found: PageSeal, from expected: String) -> [String] {
    guard page != expected else { return [] }
    let wanted = PageSeal(of: expected)
    let digests = Dictionary(wanted.parts.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    let names = Set(found.parts.map(\.name))
    var problems = found.parts.filter { digests[$0.name] != $0.digest }.map { part in
      digests[part.name] == nil
        ? "“\(part.name)” is not in the report that the cache would lay out now."
        : "“\(part.name)” is not what the cache has now."
    }
    problems += wanted.parts.filter { !names.contains($0.name) }.map {
      "“\($0.name)” of the cache is missing from the page."
    }
    if problems.isEmpty {
      let position = zip(page.utf8, expected.utf8).enumerated().first { $1.0 != $1.1 }?.offset
      problems.append(
        "The page differs from the one that the cache would lay out now, first at byte"
          + " \(position ?? min(page.utf8.count, expected.utf8.count)), outside of its parts.")
    }
    return problems
  }

  /// For people.
  public var text: String {
    guard problems.isEmpty else { return problems.joined(separator: "\n") }
    return "\(page): all \(parts) parts have the digests that the page was sealed with"
      + (isHeldAgainstCache
        ? ", and the cache would lay out the same bytes." : "; there is no cache to hold it against.")
  }
}

extension Outputs {
  /// Checks a page, as a file anywhere.
  ///
  /// - Parameters:
  ///   - cache: nil where there is none.
  ///   - graph: of the configuration that the page is of; nil where that cannot be read.
  /// - Throws: `StageError` where the file cannot be read.
  public func check(page file: URL, graph: Graph?, cache: CacheReader?) throws -> ReportCheck {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw StageError("cannot read \(file.relativePath): \(error.localizedDescription)")
    }
    var expected: String?
    if let graph, let cache, graph["report/index"] != nil, try cache.lastResult(of: "report/index") != nil {
      expected = try filledReport(graph, cache)
    }
    // Bytes that are no text are replaced here, and differ then from every digest.
    return ReportCheck(page: String(decoding: data, as: UTF8.self), named: file.relativePath, expected: expected)
  }
}
