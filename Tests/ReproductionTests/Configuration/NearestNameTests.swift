import Testing

@testable import Reproduction

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("epochs", "epochs", 0), ("epochz", "epochs", 1),
    ("epohcs", "epochs", 1),
    ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("ca", "abc", 3), ("naïve", "naive", 1),
  ]) func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
    #expect(editDistance(second, first) == expected)
  }

  @Test func suggestsOnlyWhatIsClose() {
    let keys = ["epochs", "recordEvery", "batchSize", "optimiser"]
    #expect(nearestName(to: "epoch", among: keys) == "epochs")
    #expect(nearestName(to: "EPOCHS", among: keys) == "epochs")
    #expect(nearestName(to: "batchsize", among: keys) == "batchSize")
    #expect(nearestName(to: "optimizer", among: keys) == "optimiser")
    #expect(nearestName(to: "learning", among: keys) == nil)
    #expect(nearestName(to: "x", among: []) == nil)
    #expect(nearestName(to: String(repeating: "e", count: 100_000), among: keys) == nil)
  }

  @Test func namesAllWhereNoneIsClose() {
    #expect(suggestion(for: "zzz", among: ["a", "bcd"], called: "keys") == "; the keys are 'a', 'bcd'")
    #expect(suggestion(for: "zzz", among: [], called: "keys") == "; there are no keys")
  }

  @Test func shortensWhatGoesIntoAMessage() {
    #expect(shortened("abc\u{1B}[31m\n") == "abc\u{FFFD}[31m\u{FFFD}")
    #expect(shortened(String(repeating: "x", count: 1000)).count == 41)
  }
}
