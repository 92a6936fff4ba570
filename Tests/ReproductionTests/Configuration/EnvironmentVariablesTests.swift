import Testing

@testable import Reproduction

@Suite struct EnvironmentVariablesTests {
  @Test(arguments: [nil, "on", "off"] as [String?]) func whatMeansSomethingPasses(_ value: String?) {
    #expect(throws: Never.self) { try EnvironmentVariables.check(tiles: value) }
  }

  @Test(arguments: [
    ("", "empty"), ("Off", "'Off'"), ("true", "'true'"), (" off", "' off'"), ("on,off", "'on,off'"),
  ]) func anythingElseIsASentence(_ value: String, _ named: String) {
    let error = #expect(throws: EnvironmentError.self) { try EnvironmentVariables.check(tiles: value) }
    #expect(
      error?.description
        == "The environment variable REPRO_TILES is \(named); set it to 'on' or 'off', or unset it.")
  }
}
