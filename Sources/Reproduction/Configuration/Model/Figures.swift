extension Configuration {
  /// How the figures with data are drawn. Nothing here changes a number: it is in the keys of figures only.
  public struct Figures: Sendable, Equatable, Codable {
    public var figure3 = Figure3()
    public var figure4 = Figure4()
    public var figure5 = Figure5()

    /// Figure 3: L_bound against accuracy, a point for each dimension.
    public struct Figure3: Sendable, Equatable, Codable {
      /// The diameter of a marker in points.
      public var markerSize = 4.0
      /// Dimensions that are left out of the drawing, though not of its data. Source: 4 and 8 on CIFAR-100.
      public var hiddenDimensions: [HiddenDimensions] = []

      /// The dimensions to leave out on a dataset.
      public func hidden(on dataset: String) -> [Int] {
        hiddenDimensions.first { $0.dataset == dataset }?.dimensions ?? []
      }
    }

    public struct HiddenDimensions: Sendable, Equatable, Codable {
      public let dataset: String
      public let dimensions: [Int]
    }

    /// Figure 4: the same along training, a point for each recorded epoch.
    public struct Figure4: Sendable, Equatable, Codable {
      /// The diameter of a marker in points.
      public var markerSize = 3.0
      /// The width in points of the line that joins the points of a training.
      public var lineWidth = 0.8
    }

    /// Figure 5: correlation matrices of a trained encoder, in minibatches.
    public struct Figure5: Sendable, Equatable, Codable {
      /// How many minibatches. Source: the paper shows a few; their number is lost.
      public var batches = 3
    }
  }
}

extension Configuration.Figures {
  static func read(_ value: ConfigurationValue, _ names: Configuration.DefinedNames) -> Self? {
    value.object("the figures") { object in
      var figures = Self()
      let points = NumberRange.above(0, to: 50)
      let figure3 = object.read("fig3", figures.figure3) { value in
        value.object("figure 3") { object -> Figure3? in
          let markerSize = object.number("markerSize", points, default: Figure3().markerSize)
          let hidden = object.read("hiddenDimensions", []) { HiddenDimensions.read($0, names) }
          guard let markerSize, let hidden else { return nil }
          return Figure3(markerSize: markerSize, hiddenDimensions: hidden)
        }
      }
      let figure4 = object.read("fig4", figures.figure4) { value in
        value.object("figure 4") { object -> Figure4? in
          let markerSize = object.number("markerSize", points, default: Figure4().markerSize)
          let lineWidth = object.number("lineWidth", points, default: Figure4().lineWidth)
          guard let markerSize, let lineWidth else { return nil }
          return Figure4(markerSize: markerSize, lineWidth: lineWidth)
        }
      }
      let figure5 = object.read("fig5", figures.figure5) { value in
        value.object("figure 5") { object -> Figure5? in
          object.integer("batches", 1...16, default: Figure5().batches).map { Figure5(batches: $0) }
        }
      }
      guard let figure3, let figure4, let figure5 else { return nil }
      figures.figure3 = figure3
      figures.figure4 = figure4
      figures.figure5 = figure5
      return figures
    }
  }
}

extension Configuration.Figures.HiddenDimensions {
  static func read(_ value: ConfigurationValue, _ names: Configuration.DefinedNames) -> [Self]? {
    value.named("dataset", mayBeEmpty: true) { name, location, value in
      let isDefined = ConfigurationValue.check(name, isAmong: names.datasets, "dataset", at: location, value.reader)
      let dimensions = value.distinctIntegers(of: "dimensions", 1...65_536)
      guard isDefined, let dimensions else { return nil }
      return Self(dataset: name, dimensions: dimensions)
    }
  }
}
