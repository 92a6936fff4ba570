/// An experiment of seconds: one small generated dataset.
public struct SmallExperiment {
  public var trainImages = 96
  public var testImages = 48
  public var bankImages = 64
  public var width = 4
  public var dimensions = [2, 8]
  public var epochs = 4
  /// Whether SimSiam is trained beside Barlow Twins, and colours are jittered.
  public var isWhole = true

  public init() {}

  /// One method, and about a second of work.
  public static var tiny: SmallExperiment {
    var experiment = SmallExperiment()
    experiment.trainImages = 64
    experiment.testImages = 32
    experiment.bankImages = 48
    experiment.width = 2
    experiment.dimensions = [2, 4]
    experiment.epochs = 2
    experiment.isWhole = false
    return experiment
  }

  private var jitter: String {
    guard isWhole else { return "" }
    return """

            "jitter": {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1, "probability": 0.8},
            "greyscale": 0.2,
      """
  }

  private var method: String {
    guard isWhole else { return "" }
    return """
      ,
          "simsiam": {"title": "SimSiam", "loss": "simsiam", "outputNormalisation": true}
      """
  }

  private var training: String {
    guard isWhole else { return "" }
    return """
      ,
                  "simsiam": {
                    "epochs": \(epochs), "recordEvery": 1, "batchSize": 32,
                    "optimiser": {"kind": "sgd", "learningRate": 0.05, "momentum": 0.9, "weightDecay": 0.0005}
                  }
      """
  }

  /// The text of `pipeline.json`.
  public var configuration: String {
    """
    {
      "profile": "quick",
      "datasets": {
        "shapes": {"kind": "shapes", "title": "Shapes", "classes": 4, "trainImages": \(trainImages), \
    "testImages": \(testImages), "seed": 3}
      },
      "policies": {
        "colour": {
          "cropScale": [0.3, 1], "cropRatio": [0.75, 1.333], "flip": 0.5,\(jitter)
          "normalisation": {"mean": [0.5, 0.5, 0.5], "standardDeviation": [0.25, 0.25, 0.25]}
        }
      },
      "methods": {
        "barlow-twins": {"title": "Barlow Twins", "loss": "barlow-twins", "lambda": 0.05}\(method)
      },
      "profiles": {
        "quick": {
          "description": "As small as it gets.",
          "encoder": {"width": \(width), "side": 8},
          "seeds": [0],
          "theory": {
            "constructions": 40, "searchStarts": 1, "searchSteps": 10, "separationAttempts": 20, "classCounts": [4],
            "studySamples": 256, "trainingSteps": 5, "dynamicsStarts": 3, "descentSteps": 50
          },
          "evaluation": {
            "bankImages": \(bankImages), "queryImages": \(testImages), "neighbours": 5, \
    "boundImages": \(bankImages), "boundViews": 2, "boundBatch": 32
          },
          "sweeps": [
            {
              "dataset": "shapes", "policy": "colour", "trainImages": \(trainImages), "dimensions": \(dimensions),
              "methods": {
                "barlow-twins": {
                  "epochs": \(epochs), "recordEvery": 1, "batchSize": 32,
                  "optimiser": {"kind": "adamw", "learningRate": 0.002, "weightDecay": 0.01}
                }\(training)
              }
            }
          ]
        }
      },
      "figures": {\(isWhole ? "" : "\"fig3\": {\"markerSize\": 4}, ")"fig4": {"markerSize": 4}}
    }
    """
  }
}
