/// The experiment as `pipeline.json` describes it: what to train on, how, at which scale, and how to draw it.
///
/// A value of this type is complete and consistent: defaults are filled in, names refer to something, numbers are
/// in range. Lists keep the order of the file, so nothing that is derived from one depends on hashing.
///
/// Every part is `Codable`, so that a stage's settings can travel in a job file; ``ConfigurationParameters`` turns
/// them into the components of a node's key.
public struct Configuration: Sendable, Equatable, Codable {
  /// The name of the profile to run when none is asked for (`"profile"`).
  public let defaultProfile: String
  public let datasets: [Dataset]
  public let policies: [Policy]
  public let methods: [Method]
  public let profiles: [Profile]
  public let figures: Figures
}

extension Configuration {
  /// The profile to run: the one that `"profile"` names.
  public var selectedProfile: Profile {
    guard let profile = profile(named: defaultProfile) else {
      preconditionFailure("a decoded configuration names a profile that it has")
    }
    return profile
  }

  public func dataset(named name: String) -> Dataset? { datasets.first { $0.name == name } }
  public func policy(named name: String) -> Policy? { policies.first { $0.name == name } }
  public func method(named name: String) -> Method? { methods.first { $0.name == name } }
  public func profile(named name: String) -> Profile? { profiles.first { $0.name == name } }
}

extension Configuration {
  static func read(_ value: ConfigurationValue) -> Configuration? {
    value.object("a configuration") { object in
      _ = object.read("$schema", "") { $0.text() }
      let datasets = object.read("datasets") { $0.named("dataset", Dataset.read) }
      let policies = object.read("policies") { $0.named("policy", Policy.read) }
      let methods = object.read("methods") { $0.named("method", Method.read) }

      // A reference is checked against the names in the file, not against what could be decoded: a mistake in a
      // dataset is one mistake, not one more in each sweep that uses it.
      let names = DefinedNames(root: value.node)
      let context = Profile.Context(
        datasets: datasets ?? [], policies: policies ?? [], methods: methods ?? [], names: names)
      let profiles = object.read("profiles") { profiles in
        profiles.named("profile") { name, _, value in Profile.read(name, value, context) }
      }
      let selected = object.read("profile") { $0.reference(to: "profile", among: names.profiles) }
      let figures = object.read("figures", Figures()) { Figures.read($0, names) }
      guard let datasets, let policies, let methods, let profiles, let selected, let figures else { return nil }
      return Configuration(
        defaultProfile: selected, datasets: datasets, policies: policies, methods: methods, profiles: profiles,
        figures: figures)
    }
  }

  /// The names that a file defines, whether or not what they name can be decoded.
  struct DefinedNames {
    let datasets: [String]
    let policies: [String]
    let methods: [String]
    let profiles: [String]

    init(root: JSONNode) {
      func names(_ key: String) -> [String] {
        guard case .object(let members)? = root.member(key)?.node.value else { return [] }
        return members.map(\.name)
      }
      datasets = names("datasets")
      policies = names("policies")
      methods = names("methods")
      profiles = names("profiles")
    }
  }
}
