/// One thing that was run: everything that may be asked about where a number comes from. Cells, points and boxes lead to
/// it by its name.
public struct NodeRecord: Sendable, Equatable {
  public enum State: String, Sendable, Equatable, CaseIterable {
    /// Made by the last run that made anything.
    case fresh
    /// Made by an earlier run, and still right.
    case kept
    /// Kept although its key changed, because somebody judged that the change makes no difference.
    case accepted
    /// Never made, or gone.
    case missing

    /// For legends and tables.
    public var title: String {
      switch self {
      case .fresh: "made in the last run"
      case .kept: "kept from an earlier run"
      case .accepted: "kept across a change"
      case .missing: "not made"
      }
    }
  }

  /// A name and its value, as JSON or a digest.
  public struct Component: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What it read.
  public struct Input: Sendable, Equatable {
    public let name: String
    /// Nil where none was recorded.
    public let digest: String?
    /// The node it came from; nil for a file.
    public let node: String?

    public init(name: String, digest: String?, node: String?) {
      self.name = name
      self.digest = digest
      self.node = node
    }
  }

  /// A file: an output, or one that came from outside.
  public struct File: Sendable, Equatable {
    public let name: String
    /// Nil where none was recorded.
    public let digest: String?
    /// Bytes; nil where not known.
    public let size: Int?
    /// An address or a path; nil for outputs and where it was there already.
    public let origin: String?

    public init(name: String, digest: String?, size: Int?, origin: String? = nil) {
      self.name = name
      self.digest = digest
      self.size = size
      self.origin = origin
    }
  }

  /// How it went.
  public struct Execution: Sendable, Equatable {
    public let run: Int
    public let attempt: Int
    /// Seconds since 1970.
    public let started: Double
    /// Seconds.
    public let seconds: Double
    /// Bytes at the most; nil for what ran inside the coordinator.
    public let peakMemory: Int?
    public let machine: String
    /// The last lines that it wrote.
    public let log: [String]

    public init(
      run: Int, attempt: Int, started: Double, seconds: Double, peakMemory: Int?, machine: String, log: [String] = []
    ) {
      self.run = run
      self.attempt = attempt
      self.started = started
      self.seconds = seconds
      self.peakMemory = peakMemory
      self.machine = machine
      self.log = log
    }
  }

  public let name: String
  public let stage: String
  /// Of the stage; nil where none was recorded.
  public let version: Int?
  public let state: State
  /// The digest that determines its result; empty where it was never made.
  public let key: String
  /// Shared by nodes that tell of one thing: they light up together.
  public let group: String
  /// The records of the same work with other seeds: what is told of their mean leads to one of them, and from there to all.
  public let otherSeeds: [String]
  public let parameters: [Component]
  public let inputs: [Input]
  public let outputs: [File]
  /// What it took in from outside.
  public let rawFiles: [File]
  /// Nil where no execution is stored.
  public let execution: Execution?
  /// The command that makes it again.
  public let command: String
  public let note: String

  /// What kind of thing it is: the first part of its name, by which pictures gather nodes.
  public var kind: String { String(name.prefix { $0 != "/" }) }

  /// - Parameter group: the name itself where nil.
  public init(
    name: String, stage: String, version: Int? = 1, state: State, key: String, group: String? = nil,
    otherSeeds: [String] = [], parameters: [Component] = [], inputs: [Input] = [], outputs: [File] = [],
    rawFiles: [File] = [],
    execution: Execution? = nil, command: String = "", note: String = ""
  ) {
    self.name = name
    self.stage = stage
    self.version = version
    self.state = state
    self.key = key
    self.group = group ?? name
    self.otherSeeds = otherSeeds
    self.parameters = parameters
    self.inputs = inputs
    self.outputs = outputs
    self.rawFiles = rawFiles
    self.execution = execution
    self.command = command
    self.note = note
  }
}
