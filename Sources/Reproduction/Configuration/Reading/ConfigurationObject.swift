/// An object being decoded. It remembers which keys were asked for: those are its keys, all others are mistakes.
///
/// The reading functions take a `default`; without one the key is required. A required key that is missing is
/// reported and read as `nil`.
final class ConfigurationObject {
  let value: ConfigurationValue
  let owner: String
  private let members: [JSONMember]
  private var asked: [String] = []
  private var refused: Set<String> = []

  init(value: ConfigurationValue, owner: String, members: [JSONMember]) {
    self.value = value
    self.owner = owner
    self.members = members
  }

  /// The value of an optional key whose absence means "none", if it is given and not null.
  func ifPresent(_ key: String) -> ConfigurationValue? {
    guard let found = lookUp(key), !found.isNull else { return nil }
    return found
  }

  /// The value of a required key.
  func required(_ key: String) -> ConfigurationValue? {
    if let found = lookUp(key) { return found }
    value.reader.report(.content, at: value.location, "\(value.name) has no '\(key)', which \(owner) needs")
    return nil
  }

  func integer(_ key: String, _ range: ClosedRange<Int>, default fallback: Int? = nil) -> Int? {
    read(key, fallback) { $0.integer(range) }
  }

  func number(_ key: String, _ range: NumberRange, default fallback: Double? = nil) -> Double? {
    read(key, fallback) { $0.number(range) }
  }

  func boolean(_ key: String, default fallback: Bool? = nil) -> Bool? {
    read(key, fallback) { $0.boolean() }
  }

  func text(_ key: String, default fallback: String? = nil) -> String? {
    read(key, fallback) { $0.text() }
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Choice.Type = Choice.self, default fallback: Choice? = nil
  ) -> Choice? {
    read(key, fallback) { $0.choice(type) }
  }

  /// Reads a key with a function of the caller's.
  func read<Element>(
    _ key: String, _ fallback: Element?, _ body: (ConfigurationValue) -> Element?
  ) -> Element? {
    if let fallback {
      guard let found = lookUp(key) else { return fallback }
      return body(found)
    }
    return required(key).flatMap(body)
  }

  /// Reads a required key with a function of the caller's.
  func read<Element>(_ key: String, _ body: (ConfigurationValue) -> Element?) -> Element? {
    required(key).flatMap(body)
  }

  /// Refuses keys that belong to a variant of this object, with a better reason than that they are unknown.
  func refuse(_ keys: [String], because reason: String) {
    for member in members where keys.contains(member.name) {
      refused.insert(member.name)
      value.reader.report(.content, at: member.nameLocation, "'\(member.name)' \(reason)")
    }
  }

  /// Reports a contradiction at one key's value, or at the object where the key is not given.
  func reportInconsistency(at key: String, _ message: String) {
    let location = members.first { $0.name == key }?.node.location ?? value.location
    value.reader.report(.consistency, at: location, message)
  }

  /// Reports every key that was not asked for.
  func finish() {
    value.reader.note(keys: asked, of: owner)
    for member in members where !asked.contains(member.name) && !refused.contains(member.name) {
      let given = members.map(\.name)
      // A key that is there already is not what a misspelt one was meant to be.
      let missing = asked.filter { !given.contains($0) }
      let nearest = nearestName(to: member.name, among: missing)
      let hint = nearest.map { "; did you mean '\($0)'?" } ?? suggestion(for: member.name, among: asked, called: "keys")
      value.reader.report(
        .content, at: member.nameLocation, "'\(shortened(member.name))' is not a key of \(owner)\(hint)")
    }
  }

  private func lookUp(_ key: String) -> ConfigurationValue? {
    if !asked.contains(key) { asked.append(key) }
    return members.first { $0.name == key }.map { value.child(key, $0.node) }
  }
}
