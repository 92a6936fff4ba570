import Pipeline

/// What `gc --json` prints.
struct CollectedDocument: Encodable {
  struct Result: Encodable {
    let node: String
    let stage: String
    let key: String
    let bytes: Int
  }

  struct Progress: Encodable {
    /// Absent where nobody owns it.
    let node: String?
    let name: String
    let bytes: Int
  }

  struct Log: Encodable {
    let name: String
    let bytes: Int
  }

  let schema = "repro.gc/1"
  let isDone: Bool
  let results: [Result]
  let keptResults: Int
  let artifacts: Int
  let bytes: Int
  let strays: Int
  let strayBytes: Int
  let progress: [Progress]
  let logs: [Log]

  init(_ collected: Collected, isDone: Bool) {
    self.isDone = isDone
    results = collected.results.map { Result(node: $0.node, stage: $0.stage, key: $0.key, bytes: $0.bytes) }
    keptResults = collected.keptResults
    artifacts = collected.artifacts
    bytes = collected.bytes
    strays = collected.strays
    strayBytes = collected.strayBytes
    progress = collected.progress.map {
      Progress(node: $0.node.isEmpty ? nil : $0.node, name: $0.name, bytes: $0.bytes)
    }
    logs = collected.logs.map { Log(name: $0.name, bytes: $0.bytes) }
  }
}

/// What `export --json` prints.
struct ExportedDocument: Encodable {
  let schema = "repro.export/1"
  let archive: String
  let results: Int
  let artifacts: Int
  let bytes: Int
}

/// What `import --json` prints.
struct ImportedDocument: Encodable {
  let schema = "repro.import/1"
  let results: Int
  let known: Int
  let artifacts: Int
  let bytes: Int
  let incomplete: [String]

  init(_ imported: Coordinator.Imported) {
    results = imported.results
    known = imported.known
    artifacts = imported.artifacts
    bytes = imported.bytes
    incomplete = imported.incomplete.map(\.text)
  }
}

/// What `verify --json` prints.
struct VerifiedDocument: Encodable {
  struct Bad: Encodable {
    let digest: String
    let problem: String
    let outputs: [String]
  }

  let schema = "repro.verify/1"
  let isSound: Bool
  let artifacts: Int
  let bytes: Int
  let bad: [Bad]
  let damagedEntries: [String]
  let contradicted: [String]
  let ledgerProblems: [String]
  let damagedRecords: Int
  let unrecorded: [String]

  init(_ verified: Verified) {
    isSound = verified.isSound
    artifacts = verified.artifacts
    bytes = verified.bytes
    bad = verified.bad.map { Bad(digest: $0.digest, problem: $0.problem.rawValue, outputs: $0.outputs) }
    damagedEntries = verified.damagedEntries.map(\.text)
    contradicted = verified.contradicted.map(\.text)
    ledgerProblems = verified.ledgerProblems
    damagedRecords = verified.damagedRecords
    unrecorded = verified.unrecorded.map(\.text)
  }
}

/// What `verify --rerun --json` prints, in the order of execution.
struct RerunDocument: Encodable {
  struct Node: Encodable {
    let id: String
    /// `same-bits`, `within-tolerance`, `differs` or `failed`.
    let verdict: String
    let output: String?
    let relativeDifference: Double?
    let message: String?
    let seconds: Double
  }

  let schema = "repro.verify.rerun/1"
  let nodes: [Node]
  let firstThatDiffers: String?

  init(_ verdicts: [Reexecuted]) {
    nodes = verdicts.map { again in
      switch again.verdict {
      case .sameBits: Self.node(again, "same-bits")
      case .withinTolerance(let relative): Self.node(again, "within-tolerance", relative: relative)
      case .differs(let output, let relative): Self.node(again, "differs", output: output, relative: relative)
      case .failed(let sentence): Self.node(again, "failed", message: sentence)
      }
    }
    firstThatDiffers = verdicts.first { !$0.isAlike }?.node.text
  }

  private static func node(
    _ again: Reexecuted, _ verdict: String, output: String? = nil, relative: Double? = nil, message: String? = nil
  ) -> Node {
    Node(
      id: again.node.text, verdict: verdict, output: output,
      relativeDifference: relative.flatMap { $0.isFinite ? $0 : nil }, message: message, seconds: again.duration)
  }
}
