import Foundation
import Testing

@testable import Reproduction

/// The schema is written by hand beside the decoder; these tests keep the two from drifting apart.
@Suite struct ConfigurationSchemaTests {
  private func parse(_ path: String) throws -> JSONNode {
    try JSONParser.parse(try ConfigurationSupport.bytes(path), name: path)
  }

  @Test func theShippedFileNamesAndSatisfiesIt() throws {
    let pipeline = try parse("pipeline.json")
    #expect(pipeline.member("$schema")?.node.string == "paper/pipeline.schema.json")
    #expect(try JSONSchemaValidator(root: try parse("paper/pipeline.schema.json")).accepts(pipeline))
  }

  /// The decoder notes which keys it asks of each sort of object: they are the properties of the definition whose
  /// title names that sort.
  @Test func hasTheKeysThatTheDecoderAsksFor() throws {
    let schema = try parse("paper/pipeline.schema.json")
    let reader = ConfigurationReader()
    _ = try Configuration.decode(
      try ConfigurationSupport.bytes("pipeline.json"), name: "pipeline.json",
      overrides: [
        #"methods.simsiam.projector={"kind": "mlp"}"#, #"methods.barlow-twins.projector={"kind": "linear"}"#,
        #"profiles.quick.evaluation.neighbours={"count": 200, "per": 50000}"#,
        #"profiles.quick.sweeps[0].methods.simsiam.optimiser={"kind": "adamw", "learningRate": 0.1}"#,
        #"profiles.quick.sweeps[0].methods.barlow-twins.optimiser={"kind": "sgd", "learningRate": 0.1}"#,
        #"profiles.quick.theory={}"#,
      ], reader: reader)
    var properties: [String: Set<String>] = [:]
    for definition in [schema] + (schema.member("$defs")?.node.members.map(\.node) ?? []) {
      guard let title = definition.member("title")?.node.string else { continue }
      let keys = definition.member("properties")?.node.members.map(\.name) ?? []
      properties[title.prefix(1).lowercased() + title.dropFirst()] = Set(keys)
    }
    #expect(Set(properties.keys) == Set(reader.vocabulary.keys))
    for (owner, keys) in reader.vocabulary {
      #expect(properties[owner] == keys, "\(owner)")
    }
  }

  @Test func describesEverySetting() throws {
    let schema = try parse("paper/pipeline.schema.json")
    for definition in [schema] + (schema.member("$defs")?.node.members.map(\.node) ?? []) {
      for property in definition.member("properties")?.node.members ?? [] {
        let node = property.node
        #expect(
          node.member("description") != nil || node.member("$ref") != nil || node.member("const") != nil,
          "\(property.name)")
      }
    }
  }

  /// Puts odd values in the place of every value of a file and asks both: they must agree, but for names that are
  /// not defined and settings that contradict each other, which no schema can see.
  @Test func agreesWithTheDecoder() throws {
    let validator = JSONSchemaValidator(root: try parse("paper/pipeline.schema.json"))
    let base = try JSONParser.parse(Array(Self.everyKey.utf8), name: "pipeline.json")
    #expect(try validator.accepts(base))
    #expect(ConfigurationSupport.complaints(Self.everyKey) == [])
    let oddValues = try [
      "null", "true", "-1", "0", "0.5", "1", "1.0", "1.5", "2", "3", "64", "1e3", "65537", "1e12", "1e400", "-1e400",
      "\"\"", "\"x\"", "\"sgd\"", "\"adamw\"", "\"linear\"", "\"mlp\"", "\"simsiam\"", "\"barlow-twins\"",
      "\"constant\"",
      "\"per-dimension\"", "\"ftp://x\"", "\"https://\"", "[]", "[1]", "[1, 1]", "[0.5, 0.6]", "[0.1, 0.2, 0.3]", "{}",
      "{\"x\": 1}", "{\"A b\": {}}",
    ].map { try JSONParser.parse(Array($0.utf8), name: "value") }
    var generator = SeededGenerator(state: 8)
    for path in base.everyPath {
      for value in oddValues.shuffled(using: &generator).prefix(8) {
        var edited = base
        edited[path[...]].value = value.value
        let reader = ConfigurationReader()
        _ = Configuration.read(ConfigurationValue(node: edited, path: "", reader: reader))
        let problems = reader.problems.filter { $0.kind != .consistency }
        #expect(try validator.accepts(edited) == problems.isEmpty, "\(path) = \(value.text): \(problems)")
      }
    }
  }

  /// A configuration in which every key of every sort of object stands.
  static let everyKey = ConfigurationSupport.minimal
    .replacingFirst(
      #"{"kind": "cifar-10", "title": "CIFAR-10", "sources": ["cifar.tar.gz"]}"#,
      with: """
        {"kind": "cifar-100", "title": "C", "sources": ["https://host/c"], "bytes": 9, "labels": "coarse",
         "sha256": "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"},
        "cifar-small": {"kind": "cifar-10", "title": "CIFAR-10", "sources": ["cifar.tar.gz"], "bytes": null},
        "fashion": {"kind": "fashion-mnist", "title": "F", "sources": ["a", "b"]}
        """
    )
    .replacingFirst(
      #""flip": 0.5,"#,
      with: """
        "flip": 0.5, "greyscale": 0.2,
        "jitter": {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1, "probability": 0.8},
        """
    )
    .replacingFirst(
      #""loss": "barlow-twins""#,
      with: #""loss": "barlow-twins", "lambda": 1, "scale": "none", "outputNormalisation": true"#
    )
    .replacingFirst(
      #""loss": "simsiam""#,
      with: """
        "loss": "simsiam", "projector": {"kind": "mlp", "hidden": 9, "layers": 3},
        "predictorLearningRateMultiplier": 10, "predictorSchedule": "constant",
        "predictorInitialisation": "identity"
        """
    )
    .replacingFirst(
      #""neighbours": 5"#,
      with: """
        "neighbours": {"count": 1, "per": 9}, "temperature": 0.1, "boundViews": 2, "primaryReading": "backbone",
        "primaryBound": "unbiased"
        """
    )
    .replacingFirst(
      #""sweeps":"#,
      with: """
        "theory": {"constructions": 9, "searchStarts": 1, "searchSteps": 9, "separationAttempts": 9, "classCounts": [5],
                   "studySamples": 256, "trainingSteps": 9, "seeds": [0], "dynamicsStarts": 9,
                   "descentSteps": 9}, "sweeps":
        """
    )
    .replacingFirst(#""dimensions": [4, 8]"#, with: #""dimensions": [4, 8], "trainImages": 200"#)
    .replacingFirst(
      #""epochs": 3"#,
      with: """
        "epochs": 9, "recordEvery": 1, "fitAfterEpoch": 1, "warmUpEpochs": 1, "lambda": 0.1, "scale": 0.5,
        "projector": {"kind": "linear"}, "outputNormalisation": false
        """
    )
    .replacingFirst(
      #""kind": "sgd", "learningRate": 0.1"#,
      with: #""kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.0005"#
    )
    .replacingFirst(
      #""kind": "adamw", "learningRate": 0.1"#,
      with: #""kind": "adamw", "learningRate": 0.1, "weightDecay": 0.01, "beta1": 0.9, "beta2": 0.99"#
    )
    .replacingFirst(
      #""profile": "tiny","#,
      with: """
        "$schema": "schema.json", "profile": "tiny",
        "figures": {
          "fig3": {"markerSize": 4, "hiddenDimensions": {"cifar": [4, 8]}},
          "fig4": {"width": 800, "panelAspect": 0.7, "fontSize": 12, "lineWidth": 1, "dimensions": [4],
                   "maximumColumns": 4},
          "fig5": {"batches": 3, "limit": 1, "maximumSide": 64}
        },
        """
    )
}
