import Foundation
import Testing

@testable import Pipeline

@Suite struct KeyTests {
  private static let strings = [
    "", "a", "b", "ab", "1", "s1:a", "a.b", "a\\.b", "[0]", "a[0]", "null", "\"", "\u{0}", "é",
  ]

  private static func value(depth: Int, using generator: inout SeededGenerator) -> ParameterValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
    case 0: .null
    case 1: .bool(.random(using: &generator))
    case 2: .int(.random(in: -2...12, using: &generator))
    case 3: .double([0.5, -0.0, .infinity, 1e300, 0.1].randomElement(using: &generator) ?? 0)
    case 4: .string(strings.randomElement(using: &generator) ?? "")
    case 5, 6: .object(object(depth: depth - 1, using: &generator))
    default:
      .array((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth - 1, using: &generator) })
    }
  }

  private static func object(depth: Int, using generator: inout SeededGenerator) -> [String: ParameterValue] {
    var members: [String: ParameterValue] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      members[strings.randomElement(using: &generator) ?? ""] = value(depth: depth, using: &generator)
    }
    return members
  }

  /// Different parameters, different keys and different components; and only then.
  @Test func encodingIsInjective() {
    var generator = SeededGenerator(seed: 1)
    var byKey: [Key: [String: ParameterValue]] = [:]
    var byComponents: [[KeyComponent]: Key] = [:]
    for _ in 0..<4000 {
      let parameters = Self.object(depth: 3, using: &generator)
      let node = Node(id: "n", stage: "s", parameters: parameters, outputs: ["out"])
      let material = KeyMaterial(node: node, stageVersion: 1, inputDigests: [])
      if let other = byKey[material.key] {
        #expect(other == parameters)
      }
      byKey[material.key] = parameters
      let key = byComponents[material.components] ?? material.key
      #expect(key == material.key, "\(parameters)")
      byComponents[material.components] = material.key
    }
    #expect(byKey.count == byComponents.count && byKey.count > 1000)
  }

  @Test func boundariesAreKept() {
    func key(stage: String = "s", version: Int = 1, outputs: [String] = ["out"], _ p: [String: ParameterValue] = [:])
      -> Key
    {
      KeyMaterial(
        node: Node(id: "n", stage: stage, parameters: p, outputs: outputs), stageVersion: version, inputDigests: []
      ).key
    }
    let keys: [Key] = [
      key(), key(stage: "s1"), key(version: 11), key(version: 2), key(outputs: []), key(outputs: ["o", "ut"]),
      key(["a": "bc"]), key(["ab": "c"]), key(["a": ["b": "c"]]), key(["a.b": "c"]), key(["a": ["b", "c"]]),
      key(["a": ["bc"]]), key(["a": 1]), key(["a": "1"]), key(["a": true]), key(["a": "true"]), key(["a": nil]),
      key(["a": "null"]), key(["a": []]), key(["a": [:]]), key(["a": [[]]]), key(["a": 1, "b": 2]),
      key(["a": 2, "b": 1]),
    ]
    #expect(Set(keys).count == keys.count)
    // What JSON does not tell apart is the same.
    #expect(key(["a": 1]) == key(["a": .double(1)]))
    #expect(key(["a": 0]) != key(["a": .double(-0.0)]))
  }

  @Test func inputsEnterByNameAndContent() {
    func key(_ inputs: [(String, String)]) -> Key {
      let node = Node(
        id: "n", stage: "s", inputs: inputs.map { NodeInput($0.0, .external(Digest(of: $0.1))) }, outputs: [])
      let digests = inputs.sorted { $0.0 < $1.0 }.map { Digest(of: $0.1) }
      return KeyMaterial(node: node, stageVersion: 1, inputDigests: digests).key
    }
    #expect(key([("a", "x"), ("b", "y")]) == key([("b", "y"), ("a", "x")]))
    #expect(key([("a", "x"), ("b", "y")]) != key([("a", "y"), ("b", "x")]))
    #expect(key([("a", "x")]) != key([("b", "x")]))
  }

  @Test func parametersSurviveJSON() throws {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      let parameters = Self.object(depth: 3, using: &generator)
      let copy = try JSONDecoder().decode(
        [String: ParameterValue].self, from: JSONEncoder().encode(parameters))
      var left = CanonicalEncoder()
      var right = CanonicalEncoder()
      left.append(parameters)
      right.append(copy)
      #expect(left.bytes == right.bytes)
    }
  }

  @Test func digestsAreThoseOfTheStandard() throws {
    // FIPS 180-2, appendix B.1 and the empty message.
    #expect(Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest(of: "").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Digest(hex: "BA78") == nil)
    let digits = Array("0123456789abcdef".utf8)
    for position in [0, 7, 8, 31, 63] {
      for byte in UInt8(1)..<128 {
        var text = [UInt8](repeating: 0x35, count: 64)
        text[position] = byte
        let parsed = Digest(hex: String(decoding: text, as: UTF8.self))
        #expect((parsed != nil) == digits.contains(byte), "byte \(byte) at \(position)")
      }
    }
    let url = try temporaryFolder().appending(path: "file")
    defer { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
    let data = Data((0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try data.write(to: url)
    #expect(try LocalFileSystem().digest(of: url.path) == Digest(of: data))
  }

  /// The key format is for ever: results of years ago must be found.
  @Test func keysStayAsTheyAre() {
    let node = Node(
      id: "n", stage: "train", parameters: ["rate": 0.1, "epochs": 3],
      inputs: [NodeInput("data", .external(Digest(of: "x")))], outputs: ["model"])
    let material = KeyMaterial(node: node, stageVersion: 2, inputDigests: [Digest(of: "x")])
    #expect(
      material.components.map { "\($0.name)=\($0.value)" } == [
        "stage=train", "version=2", "outputs=[\"model\"]", "parameters.epochs=3", "parameters.rate=0.1",
        "inputs.data=\(Digest(of: "x").hex)",
      ])
    #expect(material.key.hex == "b74cd246bc895297f870286bfe392ff14a3a016ff5f2db66652bdb630744e595")
  }
}

/// Settings become parameters as their JSON says.
@Suite struct ParameterEncoderTests {
  private struct Inner: Codable {
    enum Kind: Codable {
      case plain
      case sized(width: Int, heights: [Float])
    }
    var kind: Kind
    var note: String?
    var ratios: [String: Double]
    var empty: [Int]
  }

  private class Base: Encodable {
    let first = 1
  }

  private final class Derived: Base {
    private enum CodingKeys: String, CodingKey { case second }
    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode("x", forKey: .second)
      try super.encode(to: container.superEncoder())
    }
  }

  private func viaJSON(_ value: some Encodable) throws -> ParameterValue {
    try JSONDecoder().decode(ParameterValue.self, from: JSONEncoder().encode(value))
  }

  private func expectSame(_ value: some Encodable) throws {
    let direct = try ParameterValue(encoding: value)
    let json = try viaJSON(value)
    var left = CanonicalEncoder()
    left.append(direct)
    var right = CanonicalEncoder()
    right.append(json)
    #expect(left.bytes == right.bytes, "\(direct) and \(json)")
  }

  @Test func numbersAreThoseOfJSON() throws {
    for number in [0, 1, -1.0, 0.1, 1e15, 1e16, 1e300, .leastNonzeroMagnitude, -2.5, 123_456_789.125] {
      try expectSame([number])
    }
    for number in [Float(0.1), 1 / 3, 16_777_216, 3e38, .leastNonzeroMagnitude] { try expectSame([number]) }
    try expectSame([UInt64.max])
    try expectSame([Int.min, Int.max])
    try expectSame([true, false])
    for number in [Double.infinity, .nan] {
      #expect(throws: EncodingError.self) { try ParameterValue(encoding: number) }
    }
  }

  @Test func structuresAreThoseOfJSON() throws {
    try expectSame(Inner(kind: .plain, note: nil, ratios: [:], empty: []))
    try expectSame(
      Inner(kind: .sized(width: 3, heights: [0.1, 2]), note: "é\n", ratios: ["a": 0.5, "b": 2], empty: [1]))
    try expectSame([[Inner(kind: .plain, note: "n", ratios: ["x": -0.25], empty: [])], [Inner]()])
    try expectSame([1: "a", 2: "b"])
    try expectSame([String?.none, "x"])
    try expectSame(Derived())
    try expectSame([URL(filePath: "/a b")])
    try expectSame([Data([1, 2, 255])])
    #expect(try ParameterValue(encoding: ParameterValue.double(.infinity)) == .double(.infinity))
  }
}
