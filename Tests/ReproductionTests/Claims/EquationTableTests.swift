import Foundation
import Testing
import Theory

@testable import Reproduction

/// Keeps docs/equations.md and paper/errata.md true: names exist, nothing is left out, verdicts are those of the audit.
@Suite struct EquationTableTests {
  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  private struct Row {
    let reference: String
    let functions: [String]
    let tests: [String]
    /// What stands where checks and verdicts do.
    let verdict: String
    /// Check and the word behind it.
    let checks: [(id: String, verdict: String)]
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// What stands between backticks, with what follows up to the next separator.
  private static func quoted(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  private static func rows() throws -> [Row] {
    try text("docs/equations.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map { line in
      let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      let checks = cells[4].components(separatedBy: " · ").compactMap { part -> (String, String)? in
        guard let id = quoted(part).first else { return nil }
        return (id, part.components(separatedBy: "` ").last ?? "")
      }
      return Row(
        reference: cells[0], functions: quoted(cells[2]), tests: quoted(cells[3]), verdict: cells[4], checks: checks)
    }
  }

  /// The text of all sources below a folder.
  private static func sources(_ folder: String) throws -> [String] {
    let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
    var texts: [String] = []
    while let file = files?.nextObject() as? URL {
      if file.pathExtension == "swift" { texts.append(try String(contentsOf: file, encoding: .utf8)) }
    }
    return texts
  }

  @Test func everyEquationHasARow() throws {
    let references = try Self.rows().map(\.reference)
    let expected = (1...57).map { "Eq. \($0)" } + (1...4).map { "Theorem \($0)" } + ["Lemma 1"]
    #expect(Set(references) == Set(expected))
    #expect(references.count == expected.count)
  }

  /// Where nothing is claimed the table says what is there instead.
  @Test func everyRowHasItsVerdict() throws {
    for row in try Self.rows() where row.checks.isEmpty {
      #expect(["definition", "assumption", "identity"].contains(row.verdict), "\(row.reference): \(row.verdict)")
    }
    #expect(try Self.rows().count { !$0.checks.isEmpty } > 40)
  }

  @Test func everyFunctionAndTestExists() throws {
    let theory = try Self.sources("Sources/Theory")
    let suites = try Self.sources("Tests/TheoryTests").joined()
    func declares(_ name: String, in text: String) -> Bool {
      ["struct", "enum", "class", "func", "var", "let"].contains { keyword in
        // The whole name, not the beginning of another.
        text.components(separatedBy: "\(keyword) \(name)").dropFirst().contains { rest in
          !(rest.first.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false)
        }
      }
    }
    for row in try Self.rows() {
      #expect(!row.functions.isEmpty && !row.tests.isEmpty, "\(row.reference)")
      for function in row.functions {
        let parts = function.split(separator: ".").map(String.init)
        let files = theory.filter { text in
          declares(parts[0], in: text) || (parts.count > 1 && text.contains("extension \(parts[0])"))
        }
        #expect(!files.isEmpty, "\(row.reference): \(function)")
        if parts.count > 1 { #expect(files.contains { declares(parts[1], in: $0) }, "\(row.reference): \(function)") }
      }
      for test in row.tests { #expect(suites.contains("@Suite struct \(test) "), "\(row.reference): \(test)") }
    }
  }

  /// The audit, not as hard as the stage tries it, gives the verdicts that the table prints.
  @Test func verdictsAreThoseOfTheAudit() throws {
    var verdicts: [String: Verdict] = [:]
    for finding in TheoremAudit(effort: .init(worlds: 1500, starts: 2, steps: 150)).run(threads: 2) {
      verdicts[finding.id] = finding.verdict
    }
    for check in try DynamicsAudit.run(starts: 5) { verdicts[check.id] = check.verdict }
    let words: [Verdict: String] = [.holds: "holds", .fails: "fails", .vacuous: "says nothing"]
    var listed: Set<String> = []
    for row in try Self.rows() {
      for check in row.checks {
        let verdict = try #require(verdicts[check.id], "\(row.reference): \(check.id)")
        #expect(words[verdict] == check.verdict, "\(row.reference): \(check.id)")
        listed.insert(check.id)
      }
    }
    #expect(listed == Set(verdicts.keys), "checks without a row: \(Set(verdicts.keys).subtracting(listed))")
  }

  /// Every check and test that the errata name exists, and every printed form that fails is in them.
  @Test func errataNameWhatExists() throws {
    let errata = try Self.text("paper/errata.md")
    let claims = try ClaimFile.load(Self.root.appending(path: "paper/claims.json")).claims.map(\.id)
    let dynamics = try DynamicsAudit.run(starts: 5)
    let checks = Set(Statement.all.map(\.id) + dynamics.map(\.id))
    let suites = try (Self.sources("Tests/TheoryTests") + Self.sources("Tests/ReproductionTests")).joined()
    var named: Set<String> = []
    for paragraph in errata.components(separatedBy: "\n\n")
    where paragraph.hasPrefix("Checks:") || paragraph.hasPrefix("Tests:") {
      let parts = paragraph.components(separatedBy: "Tests:")
      if paragraph.hasPrefix("Checks:") {
        for id in Self.quoted(parts[0]) {
          #expect(checks.contains(id) || claims.contains(id), "\(id)")
          named.insert(id)
        }
      }
      for suite in Self.quoted(parts.count > 1 ? parts[1] : "") {
        #expect(suites.contains("@Suite struct \(suite) "), "\(suite)")
      }
    }
    let failing = Set(dynamics.filter { $0.verdict == .fails && $0.form == .printed }.map(\.id))
      .union([
        "theorem-1/any-epsilon", "theorem-1/squared", "eq-10", "theorem-2", "theorem-3", "eq-13", "eq-20", "eq-28",
        "eq-29",
      ])
    #expect(failing.isSubset(of: named), "\(failing.subtracting(named))")
    // The entries are numbered without a gap, since other pages refer to them.
    let numbers = errata.split(separator: "\n").filter { $0.hasPrefix("### E") }.compactMap { line in
      Int(line.dropFirst(5).prefix { $0.isNumber })
    }
    #expect(numbers == Array(1...numbers.count))
  }
}
