import Foundation
import Testing

@testable import Reproduction

/// One mistake of each sort, with the exact sentence that it gives.
@Suite struct ConfigurationErrorTests {
  @Test func minimalIsFaultless() {
    #expect(ConfigurationSupport.complaints(ConfigurationSupport.minimal) == [])
  }

  @Test(arguments: Mistake.unknownKeys) func unknownKeys(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.keysOfAnotherVariant) func keysOfAnotherVariant(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.missingKeys) func missingKeys(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.wrongTypes) func wrongTypes(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.outOfRange) func outOfRange(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.unknownChoices) func unknownChoices(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.undefinedReferences) func undefinedReferences(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.namesAndSources) func namesAndSources(mistake: Mistake) { check(mistake) }
  @Test(arguments: Mistake.contradictions) func contradictions(mistake: Mistake) { check(mistake) }

  private func check(_ mistake: Mistake) {
    let text = ConfigurationSupport.minimal.replacingFirst(mistake.old, with: mistake.new)
    #expect(ConfigurationSupport.complaints(text) == mistake.complaints.map { $0.description(in: text) })
  }

  @Test func refusesACellTwice() {
    let text = ConfigurationSupport.minimal
    let sweep = """
      , {"dataset": "shapes", "policy": "colour", "dimensions": [8, 16], "methods": {"siam": {"epochs": 1,
        "batchSize": 16, "optimiser": {"kind": "sgd", "learningRate": 0.1}}}}
      """
    guard let end = text.range(of: "\n      ]\n") else { return }
    let complaints = ConfigurationSupport.complaints(text.replacingCharacters(in: end, with: sweep + "]"))
    #expect(
      complaints == [
        "pipeline.json:25:17: 'profiles.tiny.sweeps' has two sweeps that train 'siam' on 'shapes' at d = 8;"
          + " remove it from one of them"
      ])
  }

  @Test func reportsAllProblemsInTheOrderOfTheFile() {
    let text = ConfigurationSupport.minimal.replacingOccurrences(of: #""seed": 1"#, with: #""seed": -1"#)
      .replacingOccurrences(of: #""flip": 0.5"#, with: #""flop": 0.5"#)
      .replacingOccurrences(of: #""width": 8"#, with: #""width": "8""#)
      .replacingOccurrences(of: #""epochs": 2"#, with: #""epochs": 0"#)
    let complaints = ConfigurationSupport.complaints(text)
    #expect(
      complaints.map { $0.split(separator: " ")[0] }.map(String.init) == [
        "pipeline.json:4:114:", "pipeline.json:8:15:", "pipeline.json:9:57:", "pipeline.json:20:28:",
        "pipeline.json:37:25:",
      ])
  }

  @Test func saysWhyAFileCannotBeRead() {
    do {
      _ = try Configuration.load(file: URL(fileURLWithPath: "no-such-folder/pipeline.json"))
      Issue.record("a file that does not exist was read")
    } catch {
      #expect(
        error.errorDescription
          == "Cannot read the configuration no-such-folder/pipeline.json: there is no such file; check its name.")
      #expect(error.problems.map(\.kind) == [.file])
    }
  }

  @Test func rootMustBeAnObject() {
    #expect(
      ConfigurationSupport.complaints("[]") == [
        "pipeline.json:1:1: the file must be a configuration, a JSON object, not an array"
      ])
  }
}
