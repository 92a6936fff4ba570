import Foundation
import Testing

/// `repro claims` as it was built.
@Suite struct ClaimsCommandTests {
  private struct Document: Decodable {
    struct Claim: Decodable {
      struct Evidence: Decodable {
        let node: String
        let key: String?
      }
      let id: String
      let verdict: String
      let ours: String
      let evidence: [Evidence]
    }
    let profile: String
    let claims: [Claim]
  }

  @Test func tableJSONAndStrict() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    // Nothing was judged yet.
    let unjudged = try workspace.repro("claims", "--cached")
    #expect(unjudged.status != 0 && unjudged.errors.hasPrefix("error: "), "\(unjudged.errors)")

    let table = try workspace.repro("claims", "theory/**", "text/v-*", "--offline")
    #expect(table.status == 0, "\(table.errors)")
    // A line each: verdict, claim, published, ours, evidence.
    func words(_ claim: String) -> [Substring] {
      table.output.split(separator: "\n").map { $0.split(separator: " ") }.first { $0.count > 1 && $0[1] == claim }
        ?? []
    }
    #expect(words("theory/theorem-3").first == "FAILS" && words("theory/theorem-1").first == "holds")
    #expect(words("text/v-4").prefix(3) == ["holds", "text/v-4", "6"], "\(table.output)")
    #expect(words("theory/theorem-3").suffix(2).first == "audit/theorems")
    // No cell was trained for them.
    #expect(!table.executed.contains { $0.hasPrefix("train/") } && table.executed.contains("audit/theorems"))

    let again = try workspace.repro("claims", "theory/**", "text/v-*", "--cached", "--json")
    #expect(again.status == 0 && again.executed.isEmpty, "\(again.errors)")
    let document = try JSONDecoder().decode(Document.self, from: Data(again.output.utf8))
    #expect(document.profile == "quick" && document.claims.count > 30)
    let theorem = try #require(document.claims.first { $0.id == "theory/theorem-3" })
    #expect(theorem.verdict == "fails" && theorem.evidence.map(\.node) == ["audit/theorems"])
    #expect(theorem.evidence[0].key?.count == 64)
    #expect(words("theory/theorem-3").last == theorem.evidence[0].key.map { $0.prefix(12) })

    let full = try workspace.repro("claims", "theory/theorem-3", "--cached", "--full")
    #expect(full.output.hasPrefix("FAILS   theory/theorem-3  (Theorem 3)\n"), "\(full.output)")

    #expect(try workspace.repro("claims", "theory/theorem-3", "--cached", "--strict").status == 1)
    #expect(try workspace.repro("claims", "theory/eq-27", "--cached", "--strict").status == 0)
    let unknown = try workspace.repro("claims", "nothing-of-the-kind")
    #expect(unknown.status == 1 && unknown.errors.hasPrefix("error: "), "\(unknown.errors)")
  }

  @Test func everyClaimIsJudgedOrSaysWhyNot() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let outcome = try workspace.repro("claims", "--offline", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    #expect(document.claims.count > 100)
    for claim in document.claims {
      #expect(!claim.ours.isEmpty, "\(claim.id)")
      if claim.id.hasPrefix("table1/") {
        #expect(claim.verdict == "undecided" && claim.evidence.isEmpty, "\(claim.id)")
      }
    }
    // Some of the claims on encoders could be judged, on two cells of four classes.
    let measured = document.claims.filter { $0.id.hasPrefix("text/") && $0.verdict != "undecided" }
    #expect(measured.count > 15, "\(measured.map(\.id))")
  }

  @Test func mistakesInTheClaimsAreSentences() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let file = workspace.folder.appending(path: "paper/claims.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacingOccurrences(of: #""scale": "paper""#, with: #""scale": "galaxy""#).utf8).write(to: file)
    let outcome = try workspace.repro("status")
    #expect(outcome.status == 1 && outcome.errors.contains("galaxy"), "\(outcome.errors)")
    try FileManager.default.removeItem(at: file)
    let missing = try workspace.repro("status")
    #expect(missing.status == 1 && missing.errors.contains("claims.json"), "\(missing.errors)")
  }
}
