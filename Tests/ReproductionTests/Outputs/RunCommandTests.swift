import Pipeline
import Testing

@testable import Reproduction

@Suite struct RunCommandTests {
  @Test(arguments: [
    (["/x/y/repro", "all"], "repro all --only train/a"),
    (
      ["repro", "all", "--profile", "laptop", "--cache", "/c", "--outputs", "/o", "-j", "4", "--offline"],
      "repro all --profile laptop --only train/a"
    ),
    (
      ["repro", "figure", "fig4", "--set", "figures.fig4.markerSize=5"],
      "repro all --set figures.fig4.markerSize=5 --only train/a"
    ),
    (
      ["repro", "all", "--set", "profiles.quick.seeds=[0, 1]", "--only=x", "--only", "y"],
      "repro all --set 'profiles.quick.seeds=[0, 1]' --only train/a"
    ),
    (["repro", "all", "--set=a.b=c d"], "repro all --set 'a.b=c d' --only train/a"),
    (["repro", "all", "--config", "/home/me/other.json"], "repro all --config other.json --only train/a"),
    (["repro", "all", "--config=variants/other.json"], "repro all --config variants/other.json --only train/a"),
    (["repro", "all", "--config", "../other.json"], "repro all --config other.json --only train/a"),
    (["repro", "all", "--set", "a='b"], "repro all --set 'a='\\''b' --only train/a"),
  ])
  func keepsWhatDecidesTheResult(words: [String], again: String) {
    #expect(RunCommand(RunWords.stored(words)).again("train/a") == again)
  }

  /// No command is better than one that makes something else.
  @Test(arguments: [
    "repro all --set profiles.quick.seeds=[0, 1]", "made anew from the records of results", "", "[", "[1]",
    RunWords.stored([]), RunWords.stored(["repro"]), RunWords.stored(["repro", "import", "results.tar"]),
    RunWords.stored(["repro", "accept", "train", "--profile", "laptop"]), RunWords.stored(["repro", "all", "--set"]),
  ])
  func saysNothingItDoesNotKnow(stored: String) { #expect(RunCommand(stored).again("train/a") == nil) }
}
