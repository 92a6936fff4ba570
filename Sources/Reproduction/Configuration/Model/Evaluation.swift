extension Configuration {
  /// How checkpoints are measured. All readings of accuracy and of the bound are always computed; the primary ones
  /// are those that tables and figures show.
  public struct Evaluation: Sendable, Equatable, Codable {
    /// Training images that the nearest neighbours are looked up among. Source: 50,000, all of CIFAR.
    public let bankImages: Int
    /// Test images that are classified. Source: 10,000, all of CIFAR.
    public let queryImages: Int
    /// The neighbours that vote, k.
    public let neighbours: Neighbours
    /// T in a vote's weight exp(similarity / T). Source: .1.
    public let temperature: Double
    /// Training images in the view bank that Λ and the bounds are estimated on.
    public let boundImages: Int
    /// Views of each of them in that bank.
    public let boundViews: Int
    /// Views in one minibatch of the bound's minibatch reading. Source: the training batch, section 5.
    public let boundBatch: Int
    /// Which features the accuracy of tables and figures is read from.
    public let primaryReading: Features
    /// Which estimate of L_bound tables and figures show.
    public let primaryBound: BoundReading

    public enum Features: String, Sendable, Equatable, Codable, CaseIterable {
      /// f(x), of d dimensions: what the theory speaks of.
      case output
      /// The encoder's pooled features h, whose size does not depend on d.
      case backbone
    }

    public enum BoundReading: String, Sendable, Equatable, Codable, CaseIterable {
      /// Λ of each minibatch, averaged over minibatches: as published, with a floor of about 2/B.
      case minibatch
      /// Λ of the whole view bank.
      case bank
      /// ‖Λ‖² from pairs of different images only.
      case unbiased
      /// Over the bank, with features standardised per dimension.
      case standardised
    }

    /// k, fixed or in proportion to the bank.
    public enum Neighbours: Sendable, Equatable, Codable {
      case fixed(Int)
      /// `count` neighbours for a bank of `per` images. Source: 200 of 50,000.
      case scaled(count: Int, per: Int)
    }

    /// k for this evaluation's bank: at least 1, rounded to the nearest whole number.
    public var neighbourCount: Int { neighbours.count(bank: bankImages) }
  }
}

extension Configuration.Evaluation.Neighbours {
  /// k for a bank of so many images.
  public func count(bank: Int) -> Int {
    switch self {
    case .fixed(let count): count
    case .scaled(let count, let per): max(1, (count * bank + per / 2) / per)
    }
  }

  static func read(_ value: ConfigurationValue) -> Self? {
    switch value.node.value {
    case .number: return value.integer(1...1_000_000).map(Self.fixed)
    case .object:
      return value.object("a number of neighbours") { object in
        let count = object.integer("count", 1...1_000_000)
        let per = object.integer("per", 1...1_000_000)
        guard let count, let per else { return nil }
        return .scaled(count: count, per: per)
      }
    default:
      value.refuse("a whole number from 1 to 1000000, or an object such as {\"count\": 200, \"per\": 50000}")
      return nil
    }
  }
}

extension Configuration.Evaluation {
  static func read(_ object: ConfigurationObject) -> Self? {
    let bankImages = object.integer("bankImages", 1...1_000_000)
    let queryImages = object.integer("queryImages", 1...1_000_000)
    let neighbours = object.read("neighbours", Neighbours.read)
    let temperature = object.number("temperature", .above(0, to: 100), default: 0.1)
    let boundImages = object.integer("boundImages", 2...1_000_000)
    let boundViews = object.integer("boundViews", 2...64, default: 2)
    let boundBatch = object.integer("boundBatch", 2...65_536)
    let primaryReading = object.choice("primaryReading", of: Features.self, default: .output)
    let primaryBound = object.choice("primaryBound", of: BoundReading.self, default: .bank)
    if let neighbours, let bankImages, neighbours.count(bank: bankImages) > bankImages {
      object.reportInconsistency(
        at: "neighbours",
        "'\(object.value.path).neighbours' asks for \(neighbours.count(bank: bankImages)) of"
          + " a bank of \(bankImages) images; lower it, or raise 'bankImages'")
    }
    // Views of one image are not independent, so that a minibatch holds one of each.
    if let boundBatch, let boundImages, boundBatch > boundImages {
      object.reportInconsistency(
        at: "boundBatch",
        "'\(object.value.path).boundBatch' is \(boundBatch), but there are only"
          + " \(boundImages) images; lower it, or raise 'boundImages'")
    }
    guard let bankImages, let queryImages, let neighbours, let temperature, let boundImages, let boundViews,
      let boundBatch, let primaryReading, let primaryBound
    else { return nil }
    return Self(
      bankImages: bankImages, queryImages: queryImages, neighbours: neighbours, temperature: temperature,
      boundImages: boundImages, boundViews: boundViews, boundBatch: boundBatch, primaryReading: primaryReading,
      primaryBound: primaryBound)
  }
}
