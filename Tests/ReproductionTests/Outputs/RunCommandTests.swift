import Pipeline
import Testing

@testable import Reproduction

@Suite struct RunCommandTests {
  @Test(arguments: [
    ("/x/y/repro all", "repro all --only train/a"),
    ("repro all --profile laptop --cache /c --outputs /o -j 4 --offline", "repro all --profile laptop --only train/a"),
    ("repro figure fig4 --set figures.fig4.markerSize=5", "repro all --set figures.fig4.markerSize=5 --only train/a"),
    (
      "repro all --set=profiles.quick.seeds=[0,1] --only=x --only y",
      "repro all '--set=profiles.quick.seeds=[0,1]' --only train/a"
    ), ("", "repro all --only train/a"), ("repro", "repro all --only train/a"),
    ("repro all --set", "repro all --set --only train/a"),
  ])
  func keepsWhatDecidesTheResult(command: String, again: String) {
    #expect(RunCommand(command).again("train/a") == again)
  }

  /// What a shell would take apart stays one word.
  @Test func quotes() {
    #expect(RunCommand("repro all --set a='b").again("x").contains("'a='\\''b'"))
  }
}
