import Foundation
import Testing

/// An edit of the minimal configuration and what it must provoke.
struct Mistake: Sendable, CustomTestStringConvertible {
  struct Complaint: Sendable {
    /// Text of the edited file with a `¦` before the character that is complained of.
    let anchor: String
    let message: String

    static func at(_ anchor: String, _ message: String) -> Complaint { Complaint(anchor: anchor, message: message) }

    /// The whole line, with the place counted here and not by the parser.
    func description(in text: String) -> String {
      let parts = anchor.components(separatedBy: "¦")
      let places = text.components(separatedBy: parts.joined())
      guard parts.count == 2, places.count == 2 else { return "'\(anchor)' does not stand in the text once" }
      let lines = (places[0] + parts[0]).components(separatedBy: "\n")
      return "pipeline.json:\(lines.count):\((lines.last?.unicodeScalars.count ?? 0) + 1): \(message)"
    }
  }

  let old: String
  let new: String
  let complaints: [Complaint]

  init(_ old: String, _ new: String, _ complaints: [Complaint]) {
    self.old = old
    self.new = new
    self.complaints = complaints
  }

  var testDescription: String { "\(old) → \(new)" }
}

extension Mistake {
  static let unknownKeys: [Mistake] = [
    Mistake(
      #""epochs": 3"#, #""epochz": 3"#,
      [
        .at(
          "\"twins\": ¦{\n", "'profiles.tiny.sweeps[0].methods.twins' has no 'epochs', which a training recipe needs"),
        .at(#"¦"epochz""#, "'epochz' is not a key of a training recipe; did you mean 'epochs'?"),
      ]
    ),
    Mistake(
      #""seeds": [0]"#, #""seeds": [0], "colour": 1"#,
      [
        .at(
          #"¦"colour": 1"#,
          "'colour' is not a key of a profile;"
            + " the keys are 'description', 'encoder', 'seeds', 'theory', 'sweeps', 'evaluation'")
      ]
    ),
    Mistake(
      #""width": 8"#, #""width": 8, "widht": 8"#,
      [
        .at(#"¦"widht""#, "'widht' is not a key of an encoder; did you mean 'width'?")
      ]
    ),
  ]

  static let keysOfAnotherVariant: [Mistake] = [
    Mistake(
      #""epochs": 2,"#, #""epochs": 2, "lambda": 1,"#,
      [
        .at(#"¦"lambda""#, "'lambda' belongs to the loss 'barlow-twins', and the loss here is 'simsiam'; remove it")
      ]
    ),
    Mistake(
      #""kind": "sgd","#, #""kind": "sgd", "beta1": 0.5,"#,
      [
        .at(#"¦"beta1""#, "'beta1' belongs to an optimiser of kind 'adamw', and this one is 'sgd'; remove it")
      ]
    ),
  ]

  static let missingKeys: [Mistake] = [
    Mistake(
      #""width": 8, "#, "", [.at(#""encoder": ¦{"#, "'profiles.tiny.encoder' has no 'width', which an encoder needs")]),
    Mistake(
      #"  "profile": "tiny","#, "",
      [
        .at("¦{\n\n  \"datasets\"", "the file has no 'profile', which a configuration needs")
      ]
    ),
    Mistake(
      #""kind": "shapes", "#, "", [.at(#""shapes": ¦{"#, "'datasets.shapes' has no 'kind', which a dataset needs")]),
  ]

  static let wrongTypes: [Mistake] = [
    Mistake(
      #""seeds": [0]"#, #""seeds": "0""#,
      [
        .at(#""seeds": ¦"0""#, "'profiles.tiny.seeds' must be an array of whole numbers, not the string \"0\"")
      ]
    ),
    Mistake(
      #""seeds": [0]"#, #""seeds": [0, 1.5]"#,
      [
        .at(#"[0, ¦1.5]"#, "'profiles.tiny.seeds[1]' must be a whole number from 0 to 4294967295, not the number 1.5")
      ]
    ),
    Mistake(
      #""encoder": {"width": 8, "side": 16}"#, #""encoder": null"#,
      [
        .at(#""encoder": ¦null"#, "'profiles.tiny.encoder' must be an encoder, an object, not null")
      ]
    ),
    Mistake(
      #""title": "SimSiam""#, #""title": """#,
      [
        .at(#""title": ¦"""#, "'methods.siam.title' must be a string that is not empty, not the string \"\"")
      ]
    ),
    Mistake(
      #""title": "SimSiam""#, #""title": "S", "outputNormalisation": "yes""#,
      [
        .at(
          #""outputNormalisation": ¦"yes""#,
          "'methods.siam.outputNormalisation' must be true or false, not the string \"yes\"")
      ]
    ),
  ]

  static let outOfRange: [Mistake] = [
    Mistake(
      #""width": 8"#, #""width": 0"#,
      [
        .at(#""width": ¦0"#, "'profiles.tiny.encoder.width' must be a whole number from 1 to 1024, not the number 0")
      ]
    ),
    Mistake(
      #""width": 8"#, #""width": 123456789012345678901234567890"#,
      [
        .at(
          #""width": ¦1234"#,
          "'profiles.tiny.encoder.width' must be a whole number from 1 to 1024,"
            + " not the number 123456789012345678901234567890")
      ]
    ),
    Mistake(
      #""flip": 0.5"#, #""flip": 1.5"#,
      [
        .at(#""flip": ¦1.5"#, "'policies.colour.flip' must be a number from 0 to 1, not the number 1.5")
      ]
    ),
    Mistake(
      #""flip": 0.5"#, #""flip": 1e999"#,
      [
        .at(#""flip": ¦1e999"#, "'policies.colour.flip' must be a number from 0 to 1, not the number 1e999")
      ]
    ),
    Mistake(
      #""kind": "sgd", "learningRate": 0.1"#, #""kind": "sgd", "learningRate": 0"#,
      [
        .at(
          #""learningRate": ¦0}"#,
          "'profiles.tiny.sweeps[0].methods.twins.optimiser.learningRate' must be a number above 0,"
            + " up to 100, not the number 0")
      ]
    ),
    Mistake(
      #""kind": "sgd", "#, #""kind": "sgd", "momentum": 1, "#,
      [
        .at(
          #""momentum": ¦1"#,
          "'profiles.tiny.sweeps[0].methods.twins.optimiser.momentum' must be a number from 0,"
            + " below 1, not the number 1")
      ]
    ),
    Mistake("[0.2, 1]", "[0.2]", [.at(#""cropScale": ¦["#, "'policies.colour.cropScale' must have 2 numbers, not 1")]),
    Mistake(
      "[4, 8]", "[]",
      [
        .at(
          #""dimensions": ¦[]"#,
          "'profiles.tiny.sweeps[0].dimensions' is an empty array;" + " give at least one of its dimensions")
      ]
    ),
    Mistake(
      "[4, 8]", "[4, 8, 4]",
      [
        .at(#"8, ¦4]"#, "'profiles.tiny.sweeps[0].dimensions' has 4 twice; remove one")
      ]
    ),
  ]

  static let unknownChoices: [Mistake] = [
    Mistake(
      #""kind": "sgd""#, #""kind": "sdg""#,
      [
        .at(
          #""kind": ¦"sdg""#,
          "'profiles.tiny.sweeps[0].methods.twins.optimiser.kind' cannot be \"sdg\";" + " did you mean 'sgd'?")
      ]
    ),
    Mistake(
      #""kind": "shapes""#, #""kind": "mnist""#,
      [
        .at(
          #""kind": ¦"mnist""#,
          "'datasets.shapes.kind' cannot be \"mnist\"; the allowed values are 'fashion-mnist',"
            + " 'shapes', 'cifar-10', 'cifar-100'")
      ]
    ),
    Mistake(
      #""loss": "barlow-twins""#, #""loss": 3"#,
      [
        .at(#""loss": ¦3"#, "'methods.twins.loss' must be one of \"barlow-twins\", \"simsiam\", not the number 3")
      ]
    ),
    Mistake(
      #""loss": "barlow-twins""#, #""loss": "barlow-twins", "scale": "per-dim""#,
      [
        .at(
          #""scale": ¦"per-dim""#,
          "'methods.twins.scale' must be \"none\", \"per-dimension\" or a number above 0, up to 1000,"
            + " not the string \"per-dim\"")
      ]
    ),
  ]

  static let undefinedReferences: [Mistake] = [
    Mistake(
      #""dataset": "shapes""#, #""dataset": "shape""#,
      [
        .at(#""dataset": ¦"shape""#, "there is no dataset 'shape'; did you mean 'shapes'?")
      ]
    ),
    Mistake(
      #""policy": "colour""#, #""policy": "color""#,
      [
        .at(#""policy": ¦"color""#, "there is no policy 'color'; did you mean 'colour'?")
      ]
    ),
    Mistake(
      #""siam": {"#, #""sima": {"#,
      [
        .at("¦\"siam\": {\n", "there is no method 'siam'; did you mean 'sima'?")
      ]
    ),
    Mistake(
      #""profile": "tiny""#, #""profile": "paper""#,
      [
        .at(#""profile": ¦"paper""#, "there is no profile 'paper'; the names defined are 'tiny'")
      ]
    ),
  ]

  static let namesAndSources: [Mistake] = [
    Mistake(
      #""tiny": {"#, #""Tiny One": {"#,
      [
        .at(#""profile": ¦"tiny""#, "there is no profile 'tiny'; the names defined are 'Tiny One'"),
        .at(#"¦"Tiny One""#, "'Tiny One' cannot name a profile; use up to 64 lower-case letters, digits and hyphens"),
      ]
    ),
    Mistake(
      #""cifar.tar.gz""#, #""ftp://host/cifar""#,
      [
        .at(
          #"¦"ftp:"#,
          "'datasets.cifar.sources[0]' must be a path, or an address that starts with https:// or"
            + " http://, not the string \"ftp://host/cifar\"")
      ]
    ),
    Mistake(
      #""cifar.tar.gz"]"#, #""cifar.tar.gz"], "sha256": "C4A3""#,
      [
        .at(
          #""sha256": ¦"C4A3""#,
          "'datasets.cifar.sha256' must be a SHA-256 digest of 64 lower-case hexadecimal digits,"
            + " not the string \"C4A3\"")
      ]
    ),
  ]

  static let contradictions: [Mistake] = [
    Mistake(
      "[0.2, 1]", "[1, 0.2]",
      [
        .at(#""cropScale": ¦["#, "'policies.colour.cropScale' must not start above its end: 1.0 is more than 0.2")
      ]
    ),
    Mistake(
      "[0.5, 0.5, 0.5]", "[0.5]",
      [
        .at(
          #""standardDeviation": ¦["#,
          "'policies.colour.normalisation' needs a mean and a standard deviation for each channel,"
            + " 1 or 3 of each; it has 1 and 3")
      ]
    ),
    Mistake(
      #""mean": [0.5, 0.5, 0.5], "standardDeviation": [0.2, 0.2, 0.2]"#, #""mean": [0.5], "standardDeviation": [0.2]"#,
      [
        .at(
          #""policy": ¦"colour""#,
          "the policy 'colour' is for grey images, 1 channel," + " but 'shapes' has colour images, 3 channels")
      ]
    ),
    Mistake(
      #""neighbours": 5"#, #""neighbours": 101"#,
      [
        .at(
          #""neighbours": ¦101"#,
          "'profiles.tiny.evaluation.neighbours' asks for 101 of a bank of 100 images;"
            + " lower it, or raise 'bankImages'")
      ]
    ),
    Mistake(
      #""boundBatch": 20"#, #""boundBatch": 41"#,
      [
        .at(
          #""boundBatch": ¦41"#,
          "'profiles.tiny.evaluation.boundBatch' is 41, but there are only 40 images;"
            + " lower it, or raise 'boundImages'")
      ]
    ),
    Mistake(
      #""queryImages": 50"#, #""queryImages": 91"#,
      [
        .at(
          #""queryImages": ¦91"#,
          "'profiles.tiny.evaluation.queryImages' is 91, but the dataset 'shapes' has 90 test images")
      ]
    ),
    Mistake(
      #""dimensions": [4, 8]"#, #""dimensions": [4, 8], "trainImages": 401"#,
      [
        .at(
          #""trainImages": ¦401"#,
          "'profiles.tiny.sweeps[0].trainImages' is 401, but the dataset 'shapes' has" + " 400 training images")
      ]
    ),
    Mistake(
      #""dimensions": [4, 8]"#, #""dimensions": [4, 8], "trainImages": 15"#,
      [
        .at(
          "\"batchSize\": ¦16,\n              \"optimiser\": {\"kind\": \"sgd\"",
          "'profiles.tiny.sweeps[0].methods.twins.batchSize' is 16, more than the 15 images to" + " train on"),
        .at(
          "\"batchSize\": ¦16,\n              \"optimiser\": {\"kind\": \"adamw\"",
          "'profiles.tiny.sweeps[0].methods.siam.batchSize' is 16, more than the 15 images to" + " train on"),
      ]
    ),
    Mistake(
      #""epochs": 3"#, #""epochs": 3, "recordEvery": 4"#,
      [
        .at(
          #""recordEvery": ¦4"#,
          "'profiles.tiny.sweeps[0].methods.twins.recordEvery' is 4, more than the 3 epochs of the" + " training")
      ]
    ),
    Mistake(
      #""epochs": 3"#, #""epochs": 3, "fitAfterEpoch": 3"#,
      [
        .at(
          #""fitAfterEpoch": ¦3"#,
          "'profiles.tiny.sweeps[0].methods.twins.fitAfterEpoch' is 3, which leaves none of the" + " 3 epochs to fit")
      ]
    ),
  ]
}
