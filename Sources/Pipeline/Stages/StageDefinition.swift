/// A kind of work. Its version stands for its code in the key of every node of the stage: raise it when the code changes
/// what comes out, and only then.
public struct StageDefinition: Sendable {
  public let name: String
  public let version: Int
  /// Whether nodes run inside the coordinator, without a worker process of their own.
  public let isLight: Bool
  /// How far outputs may lie from those of another execution; nil where only the same bits are the same.
  public private(set) var tolerance: Tolerance?
  public let run: @Sendable (StageContext) throws -> Void

  /// A stage of that name.
  ///
  /// - Parameters:
  ///   - name: part of the keys of its nodes.
  ///   - version: stands for the code in those keys.
  ///   - isLight: for work of moments that may share the coordinator's process, and its fate.
  ///   - tolerance: how far outputs may lie from those of another execution, on another machine for instance.
  ///   - run: does the work of one node; called on a thread of its own, for several nodes at once. What it throws fails the
  ///     node, but for `CancelledError`.
  public init(
    name: String, version: Int, isLight: Bool = false, tolerance: Tolerance? = nil,
    run: @escaping @Sendable (StageContext) throws -> Void
  ) {
    self.name = name
    self.version = version
    self.isLight = isLight
    self.tolerance = tolerance
    self.run = run
  }
}

extension StageDefinition {
  /// The same stage with a tolerance: it is no part of the stage's code, and changes no result.
  public func within(_ tolerance: Tolerance) -> StageDefinition {
    var stage = self
    stage.tolerance = tolerance
    return stage
  }
}

/// The stages a program has.
public struct StageRegistry: Sendable {
  private var stages: [String: StageDefinition] = [:]

  /// What the program says of the machine that runs a node, asked where the node runs and kept with the execution: what
  /// results may depend on although no key knows it, such as the kernels of a library. Never part of a key.
  public var environment: @Sendable () -> [String: String]

  /// What a ledger that is written with these stages offers to readers besides the views that each has.
  public var views: [LedgerView] = []

  /// - Precondition: no two stages have the same name.
  public init(
    _ definitions: [StageDefinition] = [], environment: @escaping @Sendable () -> [String: String] = { [:] }
  ) {
    self.environment = environment
    for definition in definitions { add(definition) }
  }

  public mutating func add(_ definition: StageDefinition) {
    precondition(stages[definition.name] == nil, "two stages are named \(definition.name)")
    stages[definition.name] = definition
  }

  public subscript(name: String) -> StageDefinition? { stages[name] }

  /// The version of a stage; nil where there is none of that name.
  func version(of name: String) -> Int? { stages[name]?.version }

  /// Sorted by name.
  public var definitions: [StageDefinition] { stages.values.sorted { $0.name < $1.name } }
}

/// A failure that a stage reports in its own words.
public struct StageError: SentenceError {
  public let description: String

  public init(_ sentence: String) {
    description = sentence
  }
}
