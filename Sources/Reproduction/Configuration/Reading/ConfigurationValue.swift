/// A value of the tree on its way into the model: it knows its path and where to complain.
struct ConfigurationValue {
  let node: JSONNode
  /// Keys from the root, such as `profiles.quick.seeds[0]`; empty for the root itself.
  let path: String
  let reader: ConfigurationReader

  var location: SourceLocation { node.location }
  var isNull: Bool { node.value == .null }

  /// The path in quotes, or what to call the root.
  var name: String { path.isEmpty ? "the file" : "'\(path)'" }

  func child(_ key: String, _ node: JSONNode) -> ConfigurationValue {
    ConfigurationValue(node: node, path: path.isEmpty ? key : "\(path).\(key)", reader: reader)
  }

  func refuse(_ expected: String) {
    reader.report(.content, at: location, "\(name) must be \(expected), not \(node.summary)")
  }

  /// Reports settings that contradict each other, or a name that is not defined, at this value.
  func reportInconsistency(_ message: String) {
    reader.report(.consistency, at: location, message)
  }

  // MARK: Single values

  func integer(_ range: ClosedRange<Int>) -> Int? {
    let phrase = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .number(let number) = node.value, let value = number.integer, range.contains(value) else {
      refuse(phrase)
      return nil
    }
    return value
  }

  func number(_ range: NumberRange) -> Double? {
    guard case .number(let number) = node.value, let value = number.double, range.contains(value) else {
      refuse("a number \(range.phrase)")
      return nil
    }
    return value
  }

  func boolean() -> Bool? {
    guard case .boolean(let value) = node.value else {
      refuse("true or false")
      return nil
    }
    return value
  }

  /// Text that is not empty.
  func text() -> String? {
    guard case .string(let value) = node.value, !value.isEmpty else {
      refuse("a string that is not empty")
      return nil
    }
    return value
  }

  /// One of the raw values of an enumeration.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type = Choice.self) -> Choice? {
    let names = Choice.allCases.map(\.rawValue)
    guard case .string(let text) = node.value else {
      refuse("one of " + names.map { "\"\($0)\"" }.joined(separator: ", "))
      return nil
    }
    if let choice = Choice(rawValue: text) { return choice }
    let hint = suggestion(for: text, among: names, called: "allowed values")
    reader.report(.content, at: location, "\(name) cannot be \"\(shortened(text))\"\(hint)")
    return nil
  }

  /// A name that must be among those defined elsewhere in the file.
  func reference(to kind: String, among defined: [String]) -> String? {
    guard case .string(let text) = node.value, !text.isEmpty else {
      refuse("the name of a \(kind)")
      return nil
    }
    return Self.check(text, isAmong: defined, kind, at: location, reader) ? text : nil
  }

  static func check(
    _ text: String, isAmong defined: [String], _ kind: String, at location: SourceLocation,
    _ reader: ConfigurationReader
  ) -> Bool {
    if defined.contains(text) { return true }
    let hint = suggestion(for: text, among: defined, called: "names defined")
    reader.report(.consistency, at: location, "there is no \(kind) '\(shortened(text))'\(hint)")
    return false
  }

  // MARK: Several values

  /// The elements of an array that is not empty, read one by one; `nil` when any was refused.
  func array<Element>(
    of elements: String, count: ClosedRange<Int>? = nil, _ read: (ConfigurationValue) -> Element?
  ) -> [Element]? {
    let expected = count.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound) " : "" } ?? ""
    guard case .array(let nodes) = node.value else {
      refuse("an array of \(expected)\(elements)")
      return nil
    }
    guard (count ?? 1...Int.max).contains(nodes.count) else {
      let allowed = count.map {
        $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)"
      }
      let message = allowed.map { "\(name) must have \($0) \(elements), not \(nodes.count)" }
      reader.report(
        .content, at: location, message ?? "\(name) is an empty array; give at least one of its \(elements)")
      return nil
    }
    var result: [Element] = []
    for (index, node) in nodes.enumerated() {
      let element = ConfigurationValue(node: node, path: "\(path)[\(index)]", reader: reader)
      if let value = read(element) { result.append(value) }
    }
    return result.count == nodes.count ? result : nil
  }

  /// Whole numbers without repetition.
  func distinctIntegers(of elements: String, _ range: ClosedRange<Int>) -> [Int]? {
    var seen: Set<Int> = []
    return array(of: elements) { element in
      guard let value = element.integer(range) else { return nil }
      guard seen.insert(value).inserted else {
        reader.report(.content, at: element.location, "\(name) has \(value) twice; remove one")
        return nil
      }
      return value
    }
  }

  /// An object with given keys. Keys that `body` did not ask for are reported when it is done.
  ///
  /// - Parameter owner: what this object is, with its article: "a training recipe".
  func object<Result>(_ owner: String, _ body: (ConfigurationObject) -> Result?) -> Result? {
    guard case .object(let members) = node.value else {
      refuse(path.isEmpty ? "\(owner), a JSON object" : "\(owner), an object")
      return nil
    }
    let object = ConfigurationObject(value: self, owner: owner, members: members)
    let result = body(object)
    object.finish()
    return result
  }

  /// An object whose keys are names that the file chooses.
  ///
  /// - Parameter kind: what each member is, without article: "dataset".
  func named<Element>(
    _ kind: String, mayBeEmpty: Bool = false,
    _ read: (_ name: String, _ nameLocation: SourceLocation, ConfigurationValue) -> Element?
  ) -> [Element]? {
    guard case .object(let members) = node.value else {
      refuse("an object with a member for each \(kind)")
      return nil
    }
    guard mayBeEmpty || !members.isEmpty else {
      reader.report(.content, at: location, "\(name) is empty; it needs at least one \(kind)")
      return nil
    }
    return members.compactMap { member in
      guard Self.isName(member.name) else {
        reader.report(
          .content, at: member.nameLocation,
          "'\(shortened(member.name))' cannot name a \(kind); use up to 64 lower-case letters, digits and hyphens")
        return nil
      }
      return read(member.name, member.nameLocation, child(member.name, member.node))
    }
  }

  /// Whether a text can be a name: names become parts of node names and of file names.
  static func isName(_ text: String) -> Bool {
    let isPlain = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
  }
}
