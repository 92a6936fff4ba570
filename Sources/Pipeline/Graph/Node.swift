import Foundation

/// Where an input of a node comes from. Whatever it is, its content enters the key.
public enum InputSource: Hashable, Sendable {
  /// One output of another node: a file, or, where the name ends in `/`, the files below that folder.
  case output(of: NodeID, named: String)
  /// All outputs of another node.
  case allOutputs(of: NodeID)
  /// A local file, identified by its content.
  case file(URL)
  /// Content known by digest alone; `at` says where a stage may find it, and is not part of the key.
  case external(Digest, at: URL? = nil)

  public var node: NodeID? {
    switch self {
    case .output(let node, _), .allOutputs(let node): node
    case .file, .external: nil
    }
  }
}

/// An input of a node, by the name that its stage asks for.
public struct NodeInput: Hashable, Sendable {
  /// Part of the key; unique among the inputs of a node.
  public let name: String
  public let source: InputSource

  /// An input `name` that comes from `source`. Whether that exists is checked when the graph is made.
  public init(_ name: String, _ source: InputSource) {
    self.name = name
    self.source = source
  }
}

/// What a node occupies while it runs. Not part of the key: results are the same whatever the thread count.
public struct Resources: Hashable, Sendable, Codable {
  public var threads: Int
  public var memoryMegabytes: Int

  public init(threads: Int = 1, memoryMegabytes: Int = 256) {
    self.threads = max(1, threads)
    self.memoryMegabytes = max(0, memoryMegabytes)
  }
}

/// One stage with its parameters and inputs.
public struct Node: Sendable, Identifiable {
  public let id: NodeID
  public let stage: String
  public let parameters: [String: ParameterValue]
  /// Sorted by name.
  public let inputs: [NodeInput]
  /// Sorted relative paths; one that ends in `/` stands for all files written below that folder.
  public let outputs: [String]
  public let resources: Resources
  /// Expected seconds, used until there is history.
  public let expectedCost: Double
  /// What there is to do, for plans; nil where nothing is said.
  public let work: Work?
  /// Whether the stage keeps progress in a folder that survives its worker.
  public let ownsProgress: Bool

  /// The canonical form of everything in the key that does not depend on other nodes.
  let keyPrefix: String

  /// A node as declared; names are checked when the graph is made.
  ///
  /// - Parameters:
  ///   - id: names the node to people and in the ledger; not part of the key.
  ///   - stage: the name of a stage of the registry that the graph is run with.
  ///   - parameters: what the stage is to do; part of the key.
  ///   - inputs, outputs: in any order; they are sorted. An output is a relative path, or, ending in `/`, a folder.
  ///   - resources: what the node occupies while it runs; not part of the key.
  ///   - expectedCost: seconds, for the order of work until there is history.
  ///   - work: operations and bytes, where they can be told beforehand.
  ///   - ownsProgress: whether the stage keeps progress in a folder that survives its worker.
  public init(
    id: NodeID, stage: String, parameters: [String: ParameterValue] = [:], inputs: [NodeInput] = [],
    outputs: [String], resources: Resources = Resources(), expectedCost: Double = 1, work: Work? = nil,
    ownsProgress: Bool = false
  ) {
    self.id = id
    self.stage = stage
    self.parameters = parameters
    self.inputs = inputs.count < 2 ? inputs : inputs.sorted { $0.name < $1.name }
    self.outputs = outputs.count < 2 ? outputs : outputs.sorted()
    self.resources = resources
    self.expectedCost = expectedCost
    self.work = work
    self.ownsProgress = ownsProgress
    var encoder = CanonicalEncoder()
    encoder.append("key format 1")
    encoder.append(stage)
    encoder.beginList(count: self.outputs.count)
    for output in self.outputs { encoder.append(output) }
    encoder.append(parameters)
    keyPrefix = encoder.text
  }
}
