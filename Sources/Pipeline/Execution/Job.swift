import Foundation

/// A file that a job reads.
public struct JobFile: Hashable, Sendable, Codable {
  /// The name it has as an output of the node that made it.
  public let name: String
  /// Absolute.
  public let path: String
}

/// An input of a job, resolved to files.
public struct JobInput: Hashable, Sendable, Codable {
  /// As the node declares it.
  public let name: String
  /// Sorted by name; one for an input that is a file.
  public let files: [JobFile]
}

/// All a worker needs to run one node: it is written to `job.json`, and is the same for a local process and for a task of a
/// cluster. The worker never opens the ledger.
public struct Job: Sendable, Codable {
  /// Raised when a worker of an earlier version could misunderstand the file.
  public static let format = 2

  public var format = Job.format
  public let node: NodeID
  public let stage: String
  public let stageVersion: Int
  public let key: Key
  public let attempt: Int
  public let parameters: [String: ParameterValue]
  public let inputs: [JobInput]
  public let outputs: [String]
  public let threads: Int
  public let memoryMegabytes: Int
  /// The private folder of this attempt; the paths below lie in it.
  public let folder: String
  public let progressFolder: String?
  /// Standard output and error of the worker.
  public let logPath: String
  /// Whether the worker sees to it that its files outlive a power cut: where its disk is not the coordinator's, which
  /// otherwise does so for many nodes at once.
  public let synchronises: Bool

  public var outputFolder: String { folder + "/outputs" }
  public var scratchFolder: String { folder + "/scratch" }
  public var jobPath: String { folder + "/job.json" }
  public var resultPath: String { folder + "/result.json" }
  /// One JSON object a line, appended by the worker: `Progress`.
  public var progressPath: String { folder + "/progress.jsonl" }
}

/// An output as a worker leaves it: on disk for good, and digested.
public struct StagedOutput: Hashable, Sendable, Codable {
  public let name: String
  public let digest: Digest
  public let size: Int
  /// The file's stamp when it was digested; if it still has it, the digest is still right.
  public let stamp: FileStamp
}

/// What comes of a job: `result.json` of a worker.
public struct JobResult: Sendable, Codable {
  public enum Status: String, Sendable, Codable {
    case done, failed, cancelled
  }

  public var status: Status
  public var outputs: [StagedOutput]
  public var metrics: [Metric]
  /// Seconds.
  public var duration: Double
  public var peakMemoryBytes: Int?
  public var host: String
  /// What `StageRegistry.environment` said where the job ran; empty where the worker ended without a result.
  public var environment: [String: String]
  /// The sentence of a failure.
  public var message: String?
  /// Files that the stage took in from outside; nil in results that know nothing of them.
  public var rawFiles: [RawFile]?

  public static func failed(_ message: String, duration: Double = 0) -> JobResult {
    JobResult(
      status: .failed, outputs: [], metrics: [], duration: duration, peakMemoryBytes: nil, host: Host.name,
      environment: [:], message: message)
  }
}

/// Encoding of job and result files, where a metric may be NaN.
enum JobFormat {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: data)
  }
}

enum Host {
  static let name = ProcessInfo.processInfo.hostName
}
