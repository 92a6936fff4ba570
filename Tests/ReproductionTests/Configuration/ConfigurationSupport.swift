import Foundation

@testable import Reproduction

/// The files and helpers that the tests of the configuration share.
enum ConfigurationSupport {
  /// The root of the repository.
  static let root = (1...4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
  static let pipelineFile = root.appendingPathComponent("pipeline.json")

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// The smallest complete configuration, for tests that change one thing.
  static let minimal = """
    {
      "profile": "tiny",
      "datasets": {
        "shapes": {"kind": "shapes", "title": "Shapes", "classes": 10, "trainImages": 400, "testImages": 90, "seed": 1},
        "cifar": {"kind": "cifar-10", "title": "CIFAR-10", "sources": ["cifar.tar.gz"]}
      },
      "policies": {
        "colour": {
          "cropScale": [0.2, 1], "cropRatio": [0.75, 1.25], "flip": 0.5,
          "normalisation": {"mean": [0.5, 0.5, 0.5], "standardDeviation": [0.2, 0.2, 0.2]}
        }
      },
      "methods": {
        "twins": {"title": "Barlow Twins", "loss": "barlow-twins"},
        "siam": {"title": "SimSiam", "loss": "simsiam"}
      },
      "profiles": {
        "tiny": {
          "description": "Tests.",
          "encoder": {"width": 8, "side": 16},
          "seeds": [0],
          "evaluation": {
            "bankImages": 100, "queryImages": 50, "neighbours": 5, "boundImages": 40, "boundBatch": 20
          },
          "sweeps": [
            {
              "dataset": "shapes",
              "policy": "colour",
              "dimensions": [4, 8],
              "methods": {
                "twins": {
                  "epochs": 3,
                  "batchSize": 16,
                  "optimiser": {"kind": "sgd", "learningRate": 0.1}
                },
                "siam": {
                  "epochs": 2,
                  "batchSize": 16,
                  "optimiser": {"kind": "adamw", "learningRate": 0.1}
                }
              }
            }
          ]
        }
      }
    }
    """

  static func decode(_ text: String, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
    try Configuration.decode(Array(text.utf8), name: "pipeline.json", overrides: overrides)
  }

  /// What is wrong with a text, one line a problem; empty where nothing is.
  static func complaints(_ text: String, overrides: [String] = []) -> [String] {
    do {
      _ = try decode(text, overrides: overrides)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }
}

extension String {
  /// This text with the first occurrence of another replaced; there must be one.
  func replacingFirst(_ old: String, with new: String) -> String {
    guard let range = range(of: old) else { preconditionFailure("the edit changes nothing: \(old)") }
    return replacingCharacters(in: range, with: new)
  }
}

/// SplitMix64: a small generator whose sequence is fixed by its seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension JSONNode {
  /// The tree as text again, without places.
  var text: String {
    switch value {
    case .null: return "null"
    case .boolean(let flag): return "\(flag)"
    case .number(let number): return number.text
    case .string(let string): return Self.quoted(string)
    case .array(let elements): return "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      return "{" + members.map { Self.quoted($0.name) + ": " + $0.node.text }.joined(separator: ",\n") + "}"
    }
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      if scalar.value < 0x20 {
        result += "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Every value below and including this one, as the indices of members and elements that lead to it.
  var everyPath: [[Int]] {
    let children: [JSONNode] =
      switch value {
      case .array(let elements): elements
      case .object(let members): members.map(\.node)
      default: []
      }
    return [[]] + children.enumerated().flatMap { index, child in child.everyPath.map { [index] + $0 } }
  }

  subscript(path: ArraySlice<Int>) -> JSONNode {
    get {
      guard let first = path.first else { return self }
      switch value {
      case .array(let elements): return elements[first][path.dropFirst()]
      case .object(let members): return members[first].node[path.dropFirst()]
      default: preconditionFailure("a path ends where the tree does")
      }
    }
    set {
      guard let first = path.first else {
        self = newValue
        return
      }
      switch value {
      case .array(var elements):
        elements[first][path.dropFirst()] = newValue
        value = .array(elements)
      case .object(var members):
        members[first].node[path.dropFirst()] = newValue
        value = .object(members)
      default: preconditionFailure("a path ends where the tree does")
      }
    }
  }
}
