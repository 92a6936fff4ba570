import Foundation
import Pipeline
import Report

/// One statement of the paper that can be held against something: an entry of `paper/claims.json`.
public struct Claim: Sendable, Equatable, Codable {
  /// Part of its node's name, for instance `table1/simsiam/cifar-10/d64`.
  public let id: String
  /// What is claimed, in the markup of the report.
  public let statement: String
  /// Where in the paper.
  public let source: String
  public let quantity: Quantity
  /// The published value; nil where the claim is not a number.
  public let published: Double?
  /// How far from `published`, or on which side of it, still counts; what it means stands in `reason`.
  public let tolerance: Double?
  /// Why that tolerance, or how the verdict is come by.
  public let reason: String
  /// The smallest profile that can judge it, one of `ClaimFile.scales`.
  public let scale: String

  /// What is looked at. `kind` says which of the other fields count.
  public struct Quantity: Sendable, Equatable, Codable {
    public let kind: Kind
    public var method: String?
    public var dataset: String?
    public var dimension: Int?
    /// K: cells on datasets of so many classes.
    public var classes: Int?
    /// `Statement.id` or `DynamicsCheck.id`.
    public var check: String?
    /// A formula's name.
    public var formula: Formula?
    /// B: rows of a batch.
    public var batch: Int?
    /// Dimensions between which a loss is taken.
    public var from: Int?
    public var to: Int?
  }

  public enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
    /// kNN accuracy of one cell, in percent.
    case accuracy
    /// A statement on constructions, or a check of §4.2 and Appendix E.
    case check
    /// A statement on all recorded checkpoints: the share of those on which it says something, and holds.
    case checkpoints
    /// Arithmetic.
    case formula
    /// Table 1 as published: the mean over d > K; the loss between two dimensions; where two lines fit best; what is lost
    /// with more classes.
    case publishedMean = "published-mean"
    case publishedLoss = "published-loss"
    case publishedKnee = "published-knee"
    case publishedSensitivity = "published-sensitivity"
    /// … the accuracy won by a doubling of d above 2K, over that below.
    case publishedSlopes = "published-slopes"
    /// The same of our cells: relative loss from the largest to the smallest d that both datasets have, with more classes and with
    /// fewer.
    case sensitivity
    /// The largest share that a cell with d ≤ K/4 reaches of the best accuracy with d ≥ K.
    case fewDimensions = "few-dimensions"
    /// r of accuracy against L_bound over d > K, of each dataset, and along training.
    case fitAcross = "fit-across"
    case fitAlong = "fit-along"
    /// The share of trainings whose L_bound falls while accuracy rises; whose later points are nearer the line.
    case movesLeft = "moves-left"
    case nearsTheLine = "nears-the-line"
    /// ‖Λ − I‖² of Figure 5's bank over its sampling floor.
    case correlationDistance = "correlation-distance"
    /// The least ε (Eq. 6) of any trained encoder.
    case epsilon
    /// The share of trainings during which ‖Λ − I‖², without its sampling bias, falls.
    case correlationLossFalls = "correlation-loss-falls"
    /// The share of SimSiam trainings whose predictor ends nearer to Λ's eigenspaces, beyond chance, than it began.
    case alignment
    /// The least mean of z̃₂ᵀp̃₁ over SimSiam checkpoints after the first epoch.
    case predictorCosine = "predictor-cosine"
    /// Directions of Λ that did not collapse over their participation ratio d²/‖Λ‖², the latter without its sampling bias: 1 where
    /// their eigenvalues are equal. The median over SimSiam encoders.
    case eigenvalueRatio = "eigenvalue-ratio"
    /// The median distance of two views of one image over that of two views of one class, median over encoders.
    case epsilonSource = "epsilon-source"
    /// The median difference of kNN and nearest mean accuracy, in points.
    case classifierGap = "classifier-gap"
    /// The share of encoders with d > K whose minibatch reading is above the unbiased one by more than |V|.
    case samplingBias = "sampling-bias"
    /// Of the study: the least error at the smallest ε over encoders with d ≤ K/4.
    case studyKnee = "study-knee"
  }

  public enum Formula: String, Sendable, Equatable, Codable, CaseIterable {
    case vAtFour = "v-at-4"
    case vMinimum = "v-minimum"
    case vLimits = "v-limits"
    case uniformityOfOneSample = "uniformity-of-one-sample"
    case batchFloor = "batch-floor"
    case orthonormalBasis = "orthonormal-basis"
    case differentMinimisers = "different-minimisers"
    case crowdedIdentity = "crowded-identity"
  }
}

extension Claim.Quantity {
  /// The first field that `kind` cannot do without and that is not there: a slip of the pen must not read as "cannot be judged".
  func missing(published: Double?, tolerance: Double?) -> String? {
    let fields: [(name: String, isThere: Bool)] = [
      ("method", method != nil), ("dataset", dataset != nil), ("dimension", dimension != nil),
      ("classes", classes != nil),
      ("check", check != nil), ("formula", formula != nil), ("from", from != nil), ("to", to != nil),
      ("batch", batch != nil), ("published", published != nil), ("tolerance", tolerance != nil),
    ]
    return fields.first { needed.contains($0.name) && !$0.isThere }?.name
  }

  private var needed: Set<String> {
    switch kind {
    case .accuracy: ["method", "dataset", "dimension", "published", "tolerance"]
    case .check: ["check"]
    case .checkpoints: ["check", "tolerance"]
    case .formula:
      switch formula {
      case .vAtFour: ["dimension", "classes", "published", "tolerance"]
      case .vMinimum: ["classes", "published", "tolerance"]
      case .vLimits: ["classes"]
      case .batchFloor: ["dimension", "batch", "tolerance"]
      default: ["formula"]
      }
    case .publishedMean: ["dataset", "classes", "published", "tolerance"]
    case .publishedLoss: ["dataset", "from", "to", "tolerance"]
    case .publishedKnee: ["dataset", "published", "tolerance"]
    case .publishedSlopes: ["dataset", "classes", "tolerance"]
    case .publishedSensitivity, .sensitivity: []
    case .fitAcross, .fitAlong, .correlationLossFalls: ["method", "tolerance"]
    case .movesLeft, .nearsTheLine, .correlationDistance, .epsilon, .epsilonSource, .alignment, .predictorCosine,
      .eigenvalueRatio, .classifierGap, .samplingBias, .studyKnee, .fewDimensions:
      ["tolerance"]
    }
  }
}

/// What became of a claim.
public struct JudgedClaim: Sendable, Equatable, Codable {
  public typealias Verdict = ClaimVerdict.Verdict

  public let claim: Claim
  public let verdict: Verdict
  /// Our value where it is a number.
  public let value: Double?
  /// What was found, in a phrase.
  public let ours: String
  /// Titles of the datasets whose encoders it was judged on; none where no encoder was asked.
  public let datasets: [String]
  /// The nodes that it was found in.
  public let evidence: [String]
}

/// `paper/claims.json`.
public struct ClaimFile: Sendable, Equatable, Codable {
  /// Profiles from the smallest to the largest.
  public let scales: [String]
  public let claims: [Claim]

  /// Reads and checks the file.
  ///
  /// - Throws: `StageError` in a sentence where it cannot be read, or a claim has no place.
  public static func load(_ file: URL) throws -> ClaimFile {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw StageError("the claims \(file.relativePath) cannot be read: \(error.localizedDescription)")
    }
    let claims: ClaimFile
    do {
      claims = try JSONDecoder().decode(ClaimFile.self, from: data)
    } catch let error as DecodingError {
      throw StageError("\(file.lastPathComponent): \(Self.sentence(error))")
    }
    var seen: Set<String> = []
    for claim in claims.claims {
      guard seen.insert(claim.id).inserted else {
        throw StageError("\(file.lastPathComponent) has two claims named '\(claim.id)'; rename one")
      }
      guard (try? NodeID("claim/\(claim.id)")) != nil else {
        throw StageError(
          "\(file.lastPathComponent): '\(claim.id)' cannot be part of a node's name; use letters, digits, '-', '.' and '/'"
        )
      }
      guard claims.scales.contains(claim.scale) else {
        throw StageError(
          "\(file.lastPathComponent): the claim '\(claim.id)' has the scale '\(claim.scale)'; there are: "
            + claims.scales.joined(separator: ", "))
      }
      if let missing = claim.quantity.missing(published: claim.published, tolerance: claim.tolerance) {
        throw StageError(
          "\(file.lastPathComponent): the claim '\(claim.id)' of the kind '\(claim.quantity.kind.rawValue)' lacks '\(missing)'"
        )
      }
    }
    return claims
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "at the top" : "at \(path)"
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context)) the key '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return "\(place(context)): \(context.debugDescription)"
    @unknown default: return "it is not what a file of claims looks like"
    }
  }

  /// Whether `profile` is at least as large as the claim's scale. A profile that is not listed counts as the smallest.
  func canJudge(_ claim: Claim, profile: String) -> Bool {
    let rank = scales.firstIndex(of: profile) ?? 0
    return rank >= (scales.firstIndex(of: claim.scale) ?? 0)
  }
}
