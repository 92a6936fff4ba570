import Numerics

/// Tries every statement on thousands of constructions: drawn at random, optimised against each statement, and written down.
public struct TheoremAudit: Sendable {
  /// How hard is tried.
  public struct Effort: Sendable, Equatable, Codable {
    /// Random constructions that every statement is tried on.
    public var worlds: Int
    /// Searches against each statement in each family, and the steps of one.
    public var starts: Int
    public var steps: Int

    public init(worlds: Int = 4000, starts: Int = 6, steps: Int = 300) {
      self.worlds = worlds
      self.starts = starts
      self.steps = steps
    }
  }

  /// A construction that contradicts a statement.
  public struct Counterexample: Sendable, Equatable, Codable {
    /// How it was come by, for instance `searched: d = 2, K = 3, …`.
    public let origin: String
    public let left: Double
    public let right: Double
    /// ε of Eq. 6 and Er of Eq. 5.
    public let epsilon: Double
    public let error: Double
    public let construction: Construction

    public init?(_ statement: Statement, _ construction: Construction, origin: String) {
      self.init(statement, construction, construction.quantities, origin: origin)
    }

    /// Where the construction's quantities are known.
    init?(_ statement: Statement, _ construction: Construction, _ quantities: AuditQuantities, origin: String) {
      let evaluation = statement.evaluate(quantities)
      guard statement.verdict(of: evaluation, quantities) == .fails else { return nil }
      self.origin = origin
      left = evaluation.left
      right = evaluation.right
      epsilon = quantities.epsilon
      error = quantities.error
      self.construction = construction
    }
  }

  /// What was found of one statement.
  public struct Finding: Sendable, Equatable, Codable {
    public let id: String
    public let reference: String
    public let form: Statement.Form
    public let text: String
    public let verdict: Verdict
    /// Random constructions by verdict.
    public let held: Int
    public let contradicted: Int
    public let vacuous: Int
    /// Constructions that searches looked at.
    public let searched: Int
    /// The least slack of any construction that met the assumptions, in units of the sides; below zero for a contradiction, nil
    /// where none met them.
    public let leastSlack: Double?
    /// The smallest that was found, by dimension, classes and views.
    public let counterexample: Counterexample?
  }

  public var effort: Effort
  public var seed: UInt64

  public init(effort: Effort = Effort(), seed: UInt64 = 0) {
    self.effort = effort
    self.seed = seed
  }

  /// Findings in the order of `statements`; bits do not depend on `threads`.
  public func run(_ statements: [Statement] = Statement.all, threads: Int = 1) -> [Finding] {
    let worlds = randomWorlds(threads: threads)
    return parallelMap(statements.count, threads: threads) { investigate(statements[$0], worlds) }
  }

  // MARK: Random worlds

  private typealias World = (construction: Construction, quantities: AuditQuantities)

  private func randomWorlds(threads: Int) -> [World] {
    parallelMap(effort.worlds, threads: threads) { index in
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.worlds, UInt32(index))
      let family = FreeFamily(
        dimension: 1 + stream.integer(below: 6), classCount: 1 + stream.integer(below: 6),
        samplesPerClass: 1 + stream.integer(below: 3), viewsPerSample: 1 + stream.integer(below: 3),
        coupling: stream.integer(below: 2) == 0 ? .independent : .distinct)
      var parameters = family.start(&stream)
      // A third of them have equally likely samples, a third nearly touching views.
      switch stream.integer(below: 3) {
      case 0:
        for index in parameters.indices.suffix(family.classCount * family.samplesPerClass) { parameters[index] = 0 }
      case 1: parameters[0] -= 3
      default: break
      }
      let construction = family.construction(parameters)
      return (construction, construction.quantities)
    }
  }

  // MARK: One statement

  private func investigate(_ statement: Statement, _ worlds: [World]) -> Finding {
    var counts: [Verdict: Int] = [:]
    var leastSlack = Double.infinity
    var found: [Counterexample] = []
    for world in worlds {
      let evaluation = statement.evaluate(world.quantities)
      let verdict = statement.verdict(of: evaluation, world.quantities)
      counts[verdict, default: 0] += 1
      if evaluation.isMet { leastSlack = min(leastSlack, statement.score(of: evaluation, world.quantities)) }
      if verdict == .fails,
        found.first.map({ world.construction.size.lexicographicallyPrecedes($0.construction.size) }) ?? true,
        let example = Counterexample(
          statement, world.construction, world.quantities, origin: "drawn at random")
      {
        found = [example]
      }
    }
    let search = search(against: statement)
    leastSlack = min(leastSlack, search.leastSlack)
    found += search.found
    for (name, world) in Self.writtenDown {
      let origin = "written down: \(name)"
      if let example = Counterexample(statement, world.construction, world.quantities, origin: origin) {
        found.append(example)
      }
    }
    let smallest = found.min { $0.construction.size.lexicographicallyPrecedes($1.construction.size) }
    let verdict: Verdict =
      smallest != nil ? .fails : counts[.holds, default: 0] > 0 || search.hasHeld ? .holds : .vacuous
    return Finding(
      id: statement.id, reference: statement.reference, form: statement.form, text: statement.text, verdict: verdict,
      held: counts[.holds, default: 0], contradicted: counts[.fails, default: 0],
      vacuous: counts[.vacuous, default: 0], searched: search.evaluations,
      leastSlack: leastSlack.isFinite && leastSlack < 1e6 ? leastSlack : nil, counterexample: smallest)
  }

  /// The constructions that errata.md writes down; every statement is tried on all of them.
  private static let writtenDown: [(name: String, world: World)] = [
    ("a rare view beside another class", NamedConstruction.rareTwin()),
    ("orthogonal points", NamedConstruction.orthogonalPoints(dimension: 2)),
    ("three views on the circle", NamedConstruction.threeViews()),
    ("centred classes, d = 3", NamedConstruction.centredClasses()),
    ("crowded axes, K = 10, d = 5", NamedConstruction.crowdedAxes(dimension: 5)),
    ("split orthogonal classes, K = 32, d = 33", NamedConstruction.splitOrthogonal(classCount: 32)),
    ("flipped axis, d = 64", NamedConstruction.flippedAxis()),
  ].map { ($0.0, ($0.1, $0.1.quantities)) }

  // MARK: Searches

  private struct Searched {
    var evaluations = 0
    var leastSlack = Double.infinity
    var found: [Counterexample] = []
    var hasHeld = false
  }

  /// Sizes in ascending order; a statement that is contradicted at one of them is not tried on larger ones.
  private static let families: [any ConstructionFamily] = [
    FreeFamily(dimension: 1, classCount: 2), FreeFamily(dimension: 1, classCount: 3),
    FreeFamily(dimension: 2, classCount: 2, viewsPerSample: 1), FreeFamily(dimension: 2, classCount: 2),
    FreeFamily(dimension: 2, classCount: 2, coupling: .distinct),
    FreeFamily(dimension: 2, classCount: 3), FreeFamily(dimension: 2, classCount: 4, coupling: .distinct),
    FreeFamily(dimension: 3, classCount: 2, viewsPerSample: 3), FreeFamily(dimension: 3, classCount: 3),
    FreeFamily(dimension: 3, classCount: 4, coupling: .distinct), FreeFamily(dimension: 3, classCount: 4),
    FreeFamily(dimension: 4, classCount: 3, samplesPerClass: 2), FreeFamily(dimension: 5, classCount: 6),
  ]

  private func search(against statement: Statement) -> Searched {
    var result = Searched()
    for (number, family) in Self.families.enumerated() {
      for start in 0..<effort.starts {
        var stream = RandomStream(
          seed: seed, purpose: AuditPurpose.search, UInt32(number), UInt32(start))
        let found = EvolutionSearch(steps: effort.steps).minimise(from: family.start(&stream), stream: &stream) {
          statement.score(family.quantities($0))
        }
        result.evaluations += effort.steps + 1
        result.leastSlack = min(result.leastSlack, found.score)
        let construction = family.construction(found.parameters)
        let quantities = construction.quantities
        let origin = "searched: \(family.description)"
        if let example = Counterexample(statement, construction, quantities, origin: origin) {
          result.found.append(example)
        } else if statement.verdict(quantities) == .holds {
          result.hasHeld = true
        }
      }
      if !result.found.isEmpty { break }
    }
    result.found += targeted(statement, &result)
    return result
  }

  /// Searches in families that one statement is known to be weak in, smallest size first.
  private func targeted(_ statement: Statement, _ result: inout Searched) -> [Counterexample] {
    switch statement.id {
    case "theorem-2":
      for classCount in [8, 16, 24, 28, 30, 31, 32, 33, 40] {
        let family = SplitOrthogonalFamily(classCount: classCount, dimension: classCount + 1)
        var stream = RandomStream(seed: seed, purpose: AuditPurpose.search, UInt32(1000 + classCount))
        let steps = max(1, effort.steps * 2 / 5)
        let found = EvolutionSearch(steps: steps).minimise(from: family.start(&stream), stream: &stream) {
          statement.score(family.quantities($0))
        }
        result.evaluations += steps + 1
        result.leastSlack = min(result.leastSlack, found.score)
        let construction = family.construction(found.parameters)
        if let example = Counterexample(statement, construction, origin: "searched: \(family.description)") {
          return [example]
        }
      }
      return []
    case "theorem-3", "eq-28":
      for (dimension, classCount) in [(2, 2), (2, 3), (2, 4), (3, 4)] {
        let search = CrowdingSearch(dimension: dimension, classCount: classCount)
        let placing = search.run(starts: min(4, effort.starts), steps: 10 * effort.steps, seed: seed)
        // Half as many steps again polish what annealing found.
        result.evaluations += 15 * min(4, effort.starts) * effort.steps
        let construction = search.construction(placing)
        let quantities = construction.quantities
        if statement.evaluate(quantities).isMet {
          result.leastSlack = min(result.leastSlack, statement.score(quantities))
        }
        if let example = Counterexample(
          statement, construction, quantities,
          origin: "searched: K = \(classCount) classes crowded in d = \(dimension)")
        {
          return [example]
        }
      }
      return []
    case "eq-13":
      for dimension in 2...10 {
        for epsilon in [0.25, 0.5, 1, 1.5, 1.9] {
          let family = AxialFamily(dimension: dimension, epsilon: epsilon)
          let found = family.search(starts: effort.starts, steps: effort.steps, seed: seed)
          result.evaluations += effort.starts * (effort.steps + 1)
          if let example = Counterexample(
            statement, family.construction(kinds: found.kinds), origin: "searched: \(family.description)")
          {
            return [example]
          }
        }
      }
      return []
    default:
      return []
    }
  }
}
