import Foundation
import Testing
import Theory

@testable import Reproduction

/// The claims that ship, and how they are judged.
@Suite struct ClaimsTests {
  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  private func claims() throws -> ClaimFile { try ClaimFile.load(Self.root.appending(path: "paper/claims.json")) }

  private func published() throws -> PublishedResults {
    try PublishedResults.load(file: Self.root.appending(path: "paper/published.json"))
  }

  @Test func everyNumberOfTable1IsAClaim() throws {
    let claims = try claims().claims.filter { $0.quantity.kind == .accuracy }
    let entries = try published().entries
    #expect(claims.count == 40 && entries.count == 40)
    for entry in entries {
      let claim = try #require(
        claims.first {
          $0.quantity.method == entry.method && $0.quantity.dataset == entry.dataset
            && $0.quantity.dimension == entry.dimension
        })
      #expect(claim.published == entry.accuracy && claim.scale == "paper" && claim.tolerance != nil)
      #expect(claim.id == "table1/\(entry.method)/\(entry.dataset)/d\(entry.dimension)")
    }
  }

  @Test func everyPrintedStatementIsAClaim() throws {
    let checks = Set(try claims().claims.compactMap(\.quantity.check))
    let ids = Set(Statement.all.map(\.id)).union(try DynamicsAudit.run().map(\.id))
    #expect(checks.isSubset(of: ids), "\(checks.subtracting(ids))")
    let printed = Set(Statement.all.filter { $0.form == .printed }.map(\.id))
      .union(try DynamicsAudit.run().filter { $0.form == .printed }.map(\.id))
    #expect(printed.isSubset(of: checks), "\(printed.subtracting(checks))")
  }

  @Test func everyClaimSaysWhy() throws {
    for claim in try claims().claims {
      #expect(!claim.statement.isEmpty && !claim.source.isEmpty && claim.reason.count > 8, "\(claim.id)")
    }
  }

  /// What the paper says of CIFAR encoders is judged on CIFAR alone, and by the paper's recipe.
  @Test func standInDataDecideNothingOfCIFAR() throws {
    let published: Set<Claim.Kind> = [
      .publishedMean, .publishedLoss, .publishedKnee, .publishedSlopes, .publishedSensitivity,
    ]
    for claim in try claims().claims where claim.statement.contains("CIFAR") {
      // Table 1 itself is asked.
      if published.contains(claim.quantity.kind) { continue }
      #expect(claim.quantity.dataset?.hasPrefix("cifar-") ?? false && claim.scale == "paper", "\(claim.id)")
    }
    let ours = try claims().claims.filter { $0.statement.contains("our encoder") }
    #expect(ours.count >= 7 && ours.allSatisfy { $0.quantity.dataset == nil && $0.scale != "paper" })
  }

  @Test func largerProfilesJudgeMore() throws {
    let file = try claims()
    let counts = (file.scales + ["unheard-of"]).map { profile in
      file.claims.count { file.canJudge($0, profile: profile) }
    }
    #expect(zip(counts, counts.dropFirst(1).dropLast()).allSatisfy { $0 <= $1 })
    #expect(counts[3] == file.claims.count && counts[4] == counts[0])
  }

  @Test func mistakesAreSentences() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "claims-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let claim =
      #"{"id": "a", "statement": "s", "source": "§1", "quantity": {"kind": "formula", "formula": "v-limits", "classes": 9}, "reason": "why", "scale": "quick"}"#
    for (text, expected) in [
      ("[", "not"), (#"{"scales": ["quick"], "claims": [{"id": "a"}]}"#, "'statement' is missing"),
      (#"{"scales": ["quick"], "claims": ["# + claim + "," + claim + "]}", "two claims named 'a'"),
      (#"{"scales": ["small"], "claims": ["# + claim + "]}", "the scale 'quick'"),
      (
        #"{"scales": ["quick"], "claims": ["# + claim.replacingOccurrences(of: #""a""#, with: #""a b""#) + "]}",
        "node's name"
      ),
      (
        #"{"scales": ["quick"], "claims": ["# + claim.replacingOccurrences(of: "formula", with: "guess") + "]}",
        "quantity"
      ),
      (
        #"{"scales": ["quick"], "claims": ["#
          + claim.replacingOccurrences(of: #""kind": "formula""#, with: #""kind": "check""#) + "]}",
        "lacks 'check'"
      ),
    ] {
      let file = folder.appending(path: "claims.json")
      try Data(text.utf8).write(to: file)
      let error = #expect(throws: (any Error).self) { try ClaimFile.load(file) }
      #expect(error.map { sentenceOf($0).contains(expected) } ?? false, "\(text): \(error.map(sentenceOf) ?? "")")
    }
    #expect(throws: (any Error).self) { try ClaimFile.load(folder.appending(path: "none.json")) }
  }

  private func sentenceOf(_ error: any Error) -> String { "\(error)" }

  /// The knee is where two lines were joined, and a straight line has none that matters.
  @Test func kneeOfTwoLines() {
    func points(_ f: (Double) -> Double) -> [(dimension: Int, accuracy: Double)] {
      (2...11).map { (1 << $0, f(Double($0))) }
    }
    #expect(ClaimJudge.knee(points { $0 < 6 ? 10 * $0 : 60 + ($0 - 6) }) == 64)
    #expect(ClaimJudge.knee(points { $0 < 3 ? 20 * $0 : 60 }) == 8)
    #expect(ClaimJudge.knee([(4, 1), (8, 2)]) == nil)
  }

  /// What Table 1 itself says of the text: looked up here by other means.
  @Test func publishedNumbersThatTheErrataQuote() throws {
    let table = try published()
    func column(_ method: String, _ dataset: String) -> [Double] {
      [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048].compactMap {
        table.accuracy(method: method, dataset: dataset, dimension: $0)
      }
    }
    func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    let (twins, siam) = (column("barlow-twins", "cifar-100"), column("simsiam", "cifar-100"))
    #expect(rounded(twins[5...].reduce(0, +) / 5) == 48.10 && rounded(siam[5...].reduce(0, +) / 5) == 54.44)
    let (small, large) = (column("simsiam", "cifar-10"), column("barlow-twins", "cifar-10"))
    #expect(rounded(small[7] - small[3]) == 3.07 && rounded(large[7] - large[3]) == 10.06)
    // The knees are not at 2K.
    let knees = [("barlow-twins", "cifar-10"), ("simsiam", "cifar-10"), ("simsiam", "cifar-100")].map {
      method, dataset in
      ClaimJudge.knee(zip([4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048], column(method, dataset)).map { ($0, $1) })
    }
    #expect(knees == [64, 8, 8])
  }
}
