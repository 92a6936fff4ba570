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
  /// What a node is made of, behind one reference: a graph of many nodes is put in order and looked through without copying
  /// the parts of each.
  private final class Parts: Sendable {
    let id: NodeID
    let stage: String
    let parameters: [String: ParameterValue]
    let inputs: [NodeInput]
    let outputs: [String]
    let resources: Resources
    let expectedCost: Double
    let work: Work?
    let ownsProgress: Bool

    init(
      id: NodeID, stage: String, parameters: [String: ParameterValue], inputs: [NodeInput], outputs: [String],
      resources: Resources, expectedCost: Double, work: Work?, ownsProgress: Bool
    ) {
      self.id = id
      self.stage = stage
      self.parameters = parameters
      self.inputs = inputs
      self.outputs = outputs
      self.resources = resources
      self.expectedCost = expectedCost
      self.work = work
      self.ownsProgress = ownsProgress
    }
  }

  private let parts: Parts

  public var id: NodeID { parts.id }
  public var stage: String { parts.stage }
  public var parameters: [String: ParameterValue] { parts.parameters }
  /// Sorted by name.
  public var inputs: [NodeInput] { parts.inputs }
  /// Sorted relative paths; one that ends in `/` stands for all files written below that folder.
  public var outputs: [String] { parts.outputs }
  public var resources: Resources { parts.resources }
  /// Expected seconds, used until there is history.
  public var expectedCost: Double { parts.expectedCost }
  /// What there is to do, for plans; nil where nothing is said.
  public var work: Work? { parts.work }
  /// Whether the stage keeps progress in a folder that survives its worker.
  public var ownsProgress: Bool { parts.ownsProgress }

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
    parts = Parts(
      id: id, stage: stage, parameters: parameters,
      inputs: inputs.count < 2 ? inputs : inputs.sorted { $0.name < $1.name },
      outputs: outputs.count < 2 ? outputs : outputs.sorted(), resources: resources, expectedCost: expectedCost,
      work: work, ownsProgress: ownsProgress)
  }

  /// Writes everything in the key that does not depend on other nodes.
  func encodeForKey(_ encoder: inout CanonicalEncoder) {
    encoder.append("key format 1")
    encoder.append(stage)
    encoder.beginList(count: outputs.count)
    for output in outputs { encoder.append(output) }
    encoder.append(parameters)
  }
}
