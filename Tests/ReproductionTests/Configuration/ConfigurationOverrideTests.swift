import Foundation
import Testing

@testable import Reproduction

@Suite struct ConfigurationOverrideTests {
  private func decode(_ overrides: String...) throws -> Configuration {
    try ConfigurationSupport.decode(ConfigurationSupport.minimal, overrides: overrides)
  }

  @Test func replacesValues() throws {
    #expect(try decode("profiles.tiny.seeds=[0,1]").selectedProfile.seeds == [0, 1])
    #expect(try decode("profiles.tiny.seeds[0]=7").selectedProfile.seeds == [7])
    #expect(try decode("profiles.tiny.seeds.0=7").selectedProfile.seeds == [7])
    #expect(try decode("profiles.tiny.sweeps[0].dimensions[1]=2").selectedProfile.sweeps[0].dimensions == [4, 2])
    #expect(try decode("profiles.tiny.description=a = b").selectedProfile.description == "a = b")
    #expect(try decode("profiles.tiny.description=\"a\"").selectedProfile.description == "a")
    #expect(try decode("profiles.tiny.encoder={\"width\": 4, \"side\": 8}").selectedProfile.encoder.width == 4)
  }

  @Test func addsWhatTheFileLeavesToDefaults() throws {
    #expect(
      try decode("figures={}", "figures.fig4={}", "figures.fig4.markerSize=5").figures.figure4.style.markerSize == 5)
    #expect(
      try decode("profiles.tiny.evaluation.primaryReading=backbone").selectedProfile.evaluation.primaryReading
        == .backbone)
  }

  @Test func theLastOneWins() throws {
    #expect(try decode("profiles.tiny.seeds=[1]", "profiles.tiny.seeds=[2]").selectedProfile.seeds == [2])
  }

  @Test(arguments: [
    ("profiles.tny.seeds=[0]", "'profiles' has no key 'tny'; did you mean 'tiny'?"),
    ("profilez.tiny.seeds=[0]", "the configuration has no key 'profilez'; did you mean 'profiles'?"),
    ("profiles.tiny.seedz=[0]", "'seedz' is not a key of a profile; did you mean 'seeds'?"),
    (
      "profiles.tiny.encoder.width=0",
      "'profiles.tiny.encoder.width' must be a whole number from 1 to 1024, not the number 0"
    ),
    ("profiles.tiny.seeds=[0,", "'profiles.tiny.seeds' must be an array of whole numbers, not the string \"[0,\""),
    (
      "profiles.tiny.seeds=[0,-1]",
      "'profiles.tiny.seeds[1]' must be a whole number from 0 to 4294967295, not the number -1"
    ),
    ("profiles.tiny.seeds[3]=1", "'profiles.tiny.seeds' has no element 3; its 1 are counted from 0"),
    (
      "profiles.tiny.seeds.first=1",
      "'profiles.tiny.seeds' is an array; choose one of its elements by number, not 'first'"
    ),
    ("profile.tiny=1", "'profile' is the string \"tiny\" and has no 'tiny' in it"),
    ("profile=quick", "there is no profile 'quick'; the names defined are 'tiny'"),
    ("profile", "expected a path, '=' and a value, such as profiles.quick.seeds=[0,1]"),
    ("=1", "expected a path, '=' and a value, such as profiles.quick.seeds=[0,1]"),
    ("a..b=1", "'a..b' is not a path; join keys by dots and write elements of an array as [0]"),
    ("a[x]=1", "'a[x]' is not a path; join keys by dots and write elements of an array as [0]"),
    ("a[0=1", "'a[0' is not a path; join keys by dots and write elements of an array as [0]"),
    (
      "a[99999999999999999999]=1",
      "the configuration has no key 'a'; the keys there are 'profile', 'datasets',"
        + " 'policies', 'methods', 'profiles'"
    ),
  ]) func complains(argument: String, message: String) {
    #expect(
      ConfigurationSupport.complaints(ConfigurationSupport.minimal, overrides: [argument])
        == ["--set \(argument): \(message)"])
  }

  @Test func problemsOfTheFileComeFirst() {
    let text = ConfigurationSupport.minimal.replacingOccurrences(of: #""flip": 0.5"#, with: #""flip": 5"#)
    #expect(
      ConfigurationSupport.complaints(text, overrides: ["profiles.tiny.seeds=1"]).map { $0.prefix(13) }
        == ["pipeline.json", "--set profile"])
  }
}
