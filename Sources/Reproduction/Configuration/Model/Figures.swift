extension Configuration {
  /// How the figures with data are drawn. Nothing here changes a number of the experiment, so it belongs in the keys
  /// of figures only.
  public struct Figures: Sendable, Equatable, Codable {
    public var figure3 = Figure3()
    public var figure4 = Figure4()
    public var figure5 = Figure5()

    /// Sizes are pixels of the drawing; what is not given is left to the figure.
    public typealias Style = FigureStyle

    /// Figure 3: L_bound against accuracy, a point for each dimension.
    public struct Figure3: Sendable, Equatable, Codable {
      public var style = Style()
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
      public var style = Style()
      /// The dimensions to draw, a column each; `nil` for a choice from the smallest to the largest.
      public var dimensions: [Int]?
      /// How many columns that choice has at most.
      public var maximumColumns = 4
    }

    /// Figure 5: correlation matrices of a trained encoder, in minibatches.
    public struct Figure5: Sendable, Equatable, Codable {
      public var style = Style()
      /// How many minibatches to show.
      public var batches = 3
      /// The correlation that gets the strongest colour, of either sign.
      public var limit = 1.0
      /// How many dimensions of a matrix to draw at most, its top left corner.
      public var maximumSide = 128
    }
  }
}

extension Configuration.Figures {
  static func read(_ value: ConfigurationValue, _ names: Configuration.DefinedNames) -> Self? {
    value.object("the figures") { object in
      let figure3 = object.read("fig3", Figure3()) { Figure3.read($0, names) }
      let figure4 = object.read("fig4", Figure4(), Figure4.read)
      let figure5 = object.read("fig5", Figure5(), Figure5.read)
      guard let figure3, let figure4, let figure5 else { return nil }
      return Self(figure3: figure3, figure4: figure4, figure5: figure5)
    }
  }
}

extension FigureStyle {
  /// Reads the keys of a style out of an object that has others beside them.
  static func read(_ object: ConfigurationObject) -> Self {
    func number(_ key: String, _ lower: Double, _ upper: Double) -> Double? {
      object.ifPresent(key).flatMap { $0.number(.from(lower, to: upper)) }
    }
    return Self(
      width: number("width", 200, 8000), panelAspect: number("panelAspect", 0.1, 5),
      fontSize: number("fontSize", 4, 60), lineWidth: number("lineWidth", 0, 20),
      markerSize: number("markerSize", 0, 60))
  }
}

extension Configuration.Figures.Figure3 {
  static func read(_ value: ConfigurationValue, _ names: Configuration.DefinedNames) -> Self? {
    value.object("figure 3") { object in
      let style = Configuration.Figures.Style.read(object)
      let hidden = object.read("hiddenDimensions", []) { Configuration.Figures.HiddenDimensions.read($0, names) }
      return hidden.map { Self(style: style, hiddenDimensions: $0) }
    }
  }
}

extension Configuration.Figures.Figure4 {
  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("figure 4") { object in
      let style = Configuration.Figures.Style.read(object)
      let dimensions = object.ifPresent("dimensions").flatMap { $0.distinctIntegers(of: "dimensions", 1...65_536) }
      let columns = object.integer("maximumColumns", 1...16, default: Self().maximumColumns)
      return columns.map { Self(style: style, dimensions: dimensions, maximumColumns: $0) }
    }
  }
}

extension Configuration.Figures.Figure5 {
  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("figure 5") { object in
      let style = Configuration.Figures.Style.read(object)
      let batches = object.integer("batches", 1...16, default: Self().batches)
      let limit = object.number("limit", .above(0, to: 1000), default: Self().limit)
      let side = object.integer("maximumSide", 1...4096, default: Self().maximumSide)
      guard let batches, let limit, let side else { return nil }
      return Self(style: style, batches: batches, limit: limit, maximumSide: side)
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
