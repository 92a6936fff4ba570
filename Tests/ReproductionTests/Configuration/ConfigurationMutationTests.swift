import Foundation
import Testing

@testable import Reproduction

/// Damages the shipped file in seeded ways. Each damaged file must either load or be refused with a place and a
/// sentence of one line; none may crash.
@Suite struct ConfigurationMutationTests {
  private func check(_ bytes: [UInt8], _ what: @autoclosure () -> String) {
    do {
      _ = try Configuration.decode(bytes, name: "pipeline.json")
    } catch {
      #expect(!error.problems.isEmpty, "\(what())")
      for problem in error.problems {
        guard case .file(let name, let line, let column)? = problem.location else {
          Issue.record("\(what()): no place in \(problem)")
          continue
        }
        #expect(name == "pipeline.json" && line >= 1 && column >= 1, "\(what())")
        #expect(!problem.message.isEmpty && !problem.message.contains { $0.isNewline }, "\(what()): \(problem)")
      }
    }
  }

  @Test func flippedBits() throws {
    let original = try ConfigurationSupport.bytes("pipeline.json")
    var generator = SeededGenerator(state: 1)
    for _ in 0..<150 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      check(bytes, "flipped bits")
    }
  }

  @Test func insertedAndReplacedBytes() throws {
    let original = try ConfigurationSupport.bytes("pipeline.json")
    let pieces = [
      "\"", "{", "}", "[", "]", ",", ":", "\\", "\n", "-", "e", "NaN", "1e999", "\u{0}", "\u{FEFF}", "//", "é",
    ]
    var generator = SeededGenerator(state: 2)
    for _ in 0..<150 {
      var bytes = original
      let start = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, start + Int.random(in: 0..<3, using: &generator))
      let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
      bytes.replaceSubrange(start..<end, with: Array(piece.utf8))
      check(bytes, "put \(piece) at \(start)")
    }
  }

  @Test func deletedStretches() throws {
    let original = try ConfigurationSupport.bytes("pipeline.json")
    var generator = SeededGenerator(state: 3)
    for _ in 0..<100 {
      var bytes = original
      let start = Int.random(in: 0..<bytes.count, using: &generator)
      bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1..<200, using: &generator)))
      check(bytes, "deleted from \(start)")
    }
  }

  @Test func truncations() throws {
    let original = try ConfigurationSupport.bytes("pipeline.json")
    var generator = SeededGenerator(state: 4)
    for length in [0, 1, 2] + (0..<100).map({ _ in Int.random(in: 0..<original.count - 2, using: &generator) }) {
      let bytes = Array(original.prefix(length))
      check(bytes, "cut at \(length)")
      #expect(throws: ConfigurationError.self) { try Configuration.decode(bytes, name: "pipeline.json") }
    }
  }

  @Test func renamedAndRemovedKeys() throws {
    let root = try JSONParser.parse(try ConfigurationSupport.bytes("pipeline.json"), name: "pipeline.json")
    let objects = root.everyPath.filter { !root[$0[...]].members.isEmpty }
    var generator = SeededGenerator(state: 5)
    for _ in 0..<150 {
      var edited = root
      let path = objects[Int.random(in: 0..<objects.count, using: &generator)]
      var members = edited[path[...]].members
      let index = Int.random(in: 0..<members.count, using: &generator)
      let name = members[index].name
      if Bool.random(using: &generator) {
        members.remove(at: index)
      } else {
        let renamed = Bool.random(using: &generator) ? String(name.reversed()) : name + "z"
        members[index] = JSONMember(name: renamed, nameLocation: .argument(""), node: members[index].node)
      }
      edited[path[...]].value = .object(members)
      check(Array(edited.text.utf8), "changed the key \(name)")
    }
  }

  @Test func swappedTypes() throws {
    let root = try JSONParser.parse(try ConfigurationSupport.bytes("pipeline.json"), name: "pipeline.json")
    let paths = root.everyPath
    var generator = SeededGenerator(state: 6)
    for _ in 0..<200 {
      var edited = root
      let target = paths[Int.random(in: 0..<paths.count, using: &generator)]
      let source = paths[Int.random(in: 1..<paths.count, using: &generator)]
      edited[target[...]].value = root[source[...]].value
      check(Array(edited.text.utf8), "put \(source) in the place of \(target)")
    }
  }

  /// Every value of the shipped file is looked at: one of a wrong type is refused, wherever it stands.
  @Test func noValueIsPassedOver() throws {
    let root = try JSONParser.parse(Array(ConfigurationSchemaTests.everyKey.utf8), name: "pipeline.json")
    for path in root.everyPath {
      var edited = root
      edited[path[...]].value = .object([
        JSONMember(name: "Nowhere", nameLocation: .argument(""), node: JSONNode(value: .null, location: .argument("")))
      ])
      #expect(throws: ConfigurationError.self, "\(path)") { try ConfigurationSupport.decode(edited.text) }
    }
  }
}
