import Foundation

/// A result as it stands in the ledger.
public struct ResultRecord: Sendable, Hashable {
  public let id: Int64
  public let key: Key
  /// Sorted by name.
  public let outputs: [OutputRecord]
}

public struct OutputRecord: Sendable, Hashable {
  public let name: String
  public let artifact: Artifact
}

/// One attempt at a node.
public struct ExecutionRecord: Sendable, Hashable {
  /// Equal for nodes that share a result, and with it the execution.
  public let id: Int64
  public let node: NodeID
  public let run: Int64
  public let key: Key
  public let attempt: Int
  /// Seconds since 1970.
  public let started: Double
  /// Seconds.
  public let duration: Double
  public let peakMemoryBytes: Int?
  public let host: String
  /// What `StageRegistry.environment` said where it ran; empty if nothing was recorded.
  public let environment: [String: String]
  /// `done`, `failed` or `cancelled`.
  public let status: String
  public let message: String?
  public let logPath: String?
  /// The last lines that it printed; nil where it printed none.
  public let logTail: String?
}

public struct RunRecord: Sendable, Hashable {
  public let id: Int64
  public let started: Double
  public let finished: Double?
  /// `running`, `done`, `failed` or `interrupted`.
  public let status: String
  public let host: String
  public let pid: Int32
  public let command: String
}

/// What a result took to make, and what there was to do then.
struct PastCost: Sendable, Hashable {
  let seconds: Double
  var flops: Double?
  var kind: String?

  /// Seconds for a node as it is now: as many more as there is more to do. Nil where it is work of another kind.
  func seconds(for work: Work?) -> Double? {
    // Nothing was noted in records of earlier versions, nor of nodes that say nothing.
    guard let kind, let flops, flops > 0 else { return seconds }
    guard let work, work.kind == kind else { return nil }
    return seconds * work.flops / flops
  }
}

/// What is written about one attempt.
struct Attempt {
  let node: NodeID
  let key: Key
  let number: Int
  let started: Double
  let result: JobResult
  let logPath: String?
  /// See `LogFile.kept`.
  let logTail: String?
}

/// Where an input came from, as the ledger keeps it: an output of a node ('' for all of them), or, where `node` is empty, the
/// file at the path `name`.
struct InputOrigin: Codable, Hashable {
  let node: String
  let name: String

  init(node: String, name: String) {
    self.node = node
    self.name = name
  }

  /// Nil for content that is known by its digest alone.
  init?(_ source: InputSource) {
    switch source {
    case .output(let id, let output): self.init(node: id.text, name: output)
    case .allOutputs(let id): self.init(node: id.text, name: "")
    case .file(let url): self.init(node: "", name: url.path(percentEncoded: false))
    case .external(_, let url):
      guard let url else { return nil }
      self.init(node: "", name: url.path(percentEncoded: false))
    }
  }
}

extension KeyMaterial {
  /// By component: the inputs come last, in the order of the node.
  var origins: [InputOrigin?] {
    let inputs = node.inputs.map { InputOrigin($0.source) }
    return Array(repeating: nil, count: components.count - inputs.count) + inputs
  }
}

/// A node that was executed, its outputs in the store, and no entry in the ledger yet.
struct FinishedNode {
  let attempt: Attempt
  let stage: String
  let stageVersion: Int
  let components: [KeyComponent]
  /// Where each component that is an input came from; nil for the others.
  let origins: [InputOrigin?]
  let work: Work?
  /// Sorted by name.
  let outputs: [OutputRecord]
}

/// A raw file and the stamp it had when it was digested.
struct FileRecord {
  let digest: Digest
  let stamp: FileStamp
  let checkedAt: Int
}
