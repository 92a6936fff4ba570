import Foundation

/// What the ledger says of one result, beside the ledger: enough to write the entry anew.
struct ResultRecordLine: Codable, Hashable {
  struct Output: Codable, Hashable {
    let name: String
    let digest: Digest
    let size: Int
  }

  /// Raised when an earlier version could misunderstand a record. One that was accepted is of format 2: an earlier version
  /// would take it for executed.
  static let formats = 1...2

  var format = ResultRecordLine.formats.lowerBound
  let node: NodeID
  let stage: String
  let stageVersion: Int
  let key: Key
  let components: [KeyComponent]
  let outputs: [Output]
  let metrics: [Metric]
  let attempt: Int
  let started: Double
  let duration: Double
  let peakMemoryBytes: Int?
  let host: String
  let environment: [String: String]
  /// The run that gave the node this result.
  var run: Int64
  /// Where each component that is an input came from.
  var origins: [InputOrigin?]?
  /// Files that the stage took in from outside.
  var rawFiles: [RawFile]?
  var flops: Double?
  var workKind: String?
  /// The last lines that it printed.
  var logTail: String?
  /// For a result that was kept across a change: the key that it was executed for, the run that did that, and what was
  /// accepted since, the oldest first.
  var executedKey: Key?
  var executedRun: Int64?
  var acceptances: [AcceptanceRecord]?
}

extension ResultRecordLine {
  /// The same as a result of another run: numbers of runs mean something in one ledger only.
  func counted(to run: Int64) -> ResultRecordLine {
    var record = self
    record.run = run
    record.executedRun = nil
    record.acceptances = acceptances?.map { acceptance in
      var acceptance = acceptance
      acceptance.run = run
      return acceptance
    }
    return record
  }

  /// Whether its outputs can be laid out below a folder, each in its own place: whoever makes an archive writes the digests
  /// of its records, too.
  var isPlain: Bool {
    outputs.allSatisfy { Graph.isPlainPath($0.name) && $0.size >= 0 } && Set(outputs.map(\.name)).count == outputs.count
  }
}

/// The records of results: a file for each run, in which each line is a SHA-256 digest and the JSON that it is the digest of.
/// Lines are only ever added, before the ledger's entry is written. A line that was cut off or damaged is passed over, and
/// does not harm the others.
struct ResultJournal {
  let folder: CacheFolder
  let files: any FileSystem

  func path(ofRun run: Int64) -> String {
    let number = String(run)
    return "\(folder.records)/\(String(repeating: "0", count: max(0, 6 - number.count)))\(number).jsonl"
  }

  /// Adds records to the file of a run; not yet on disk for good.
  /// - Returns: the files and folders that are to be synchronised.
  func append(_ records: [ResultRecordLine], run: Int64) throws -> [String] {
    let path = path(ofRun: run)
    try files.createFolder(folder.records)
    // A line that was cut off by a crash must not take the next with it.
    var text = "\n"
    for record in records { text += try Self.line(record) }
    try files.append(Data(text.utf8), to: path)
    return [path, folder.records]
  }

  static func line(_ record: ResultRecordLine) throws -> String {
    let json = String(decoding: try JobFormat.encode(record), as: UTF8.self)
    return "\(Digest(of: json).hex) \(json)\n"
  }

  /// All records that are whole, in the order they were written, and how many lines are not.
  func read() throws(FileError) -> (records: [ResultRecordLine], damagedLines: Int) {
    var records: [ResultRecordLine] = []
    var damaged = 0
    for name in try files.list(folder.records) where name.hasSuffix(".jsonl") {
      let (some, bad) = Self.parse(try files.read(folder.records + "/" + name))
      records += some
      damaged += bad
    }
    return (records, damaged)
  }

  static func parse(_ data: Data) -> (records: [ResultRecordLine], damagedLines: Int) {
    var records: [ResultRecordLine] = []
    var damaged = 0
    for line in data.split(separator: 0x0A) {
      let json = line.dropFirst(65)
      if let digest = Digest(hex: String(decoding: line.prefix(64), as: UTF8.self)), Digest(of: Data(json)) == digest,
        let record = try? JobFormat.decode(ResultRecordLine.self, from: Data(json)),
        ResultRecordLine.formats.contains(record.format), record.isPlain
      {
        records.append(record)
      } else {
        damaged += 1
      }
    }
    return (records, damaged)
  }
}
