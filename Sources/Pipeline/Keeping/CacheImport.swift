import Crypto
import Foundation

extension Coordinator {
  public struct Imported: Sendable, Hashable {
    /// Results that were taken in.
    public var results = 0
    /// Results that were there already.
    public var known = 0
    public var artifacts = 0
    public var bytes = 0
    /// Results whose artifacts are neither in the archive nor in the store.
    public var incomplete: [NodeID] = []
  }

  /// Takes in an archive that `CacheReader.export` wrote, here or elsewhere. Every artifact and every record is checked
  /// against its digest before anything is kept; an archive with one that does not fit is refused as a whole.
  ///
  /// - Parameter onProgress: called with the bytes of artifacts read so far, after decompression, and their number as the
  ///   archive says.
  /// - Throws: `CacheArchiveError`, `LockError`, `LedgerError`, `FileError`.
  public func take(
    archive path: String, options: RunOptions = RunOptions(), observer: any RunObserver = SilentObserver(),
    onProgress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Imported {
    if let reason = FileReason.againstReading(path) {
      throw CacheArchiveError(description: "Cannot read \(path): \(reason).")
    }
    let lock = try CacheLock(
      folder, timeout: options.lockTimeout, command: options.command,
      onWait: { observer.observe(.waitingForLock($0)) }, shouldStop: { options.cancellation.isCancelled })
    return try withExtendedLifetime(lock) {
      let staging = folder.work + "/import-\(files.now())"
      defer { try? files.remove(staging) }
      try files.createFolder(staging)
      let content = try unpack(path, to: staging, onProgress: onProgress)
      return try withLedger(observer) { try take(content, from: staging, ledger: $0, command: options.command) }
    }
  }

  private struct Content {
    var records: [ResultRecordLine] = []
    var staged: [Digest: Int] = [:]
  }

  private func unpack(_ path: String, to staging: String, onProgress: (Int, Int) -> Void) throws -> Content {
    let reader = try CacheArchiveReader(path)
    var content = Content()
    var manifest: CacheArchive.Manifest?
    var done = 0
    while let (name, size) = try reader.next() {
      switch name {
      case CacheArchive.manifestName:
        manifest = try? JobFormat.decode(CacheArchive.Manifest.self, from: try reader.data(limit: 1 << 20))
        guard let manifest, manifest.format == CacheArchive.format else {
          throw CacheArchiveError(description: "\(path) is of another version of this program: it is not taken in.")
        }
      case CacheArchive.recordsName:
        let (records, damaged) = ResultJournal.parse(try reader.data(limit: 1 << 30))
        guard damaged == 0 else {
          throw CacheArchiveError(description: "\(path) holds a record that is damaged: fetch the archive again.")
        }
        content.records = records
      default:
        guard let digest = CacheArchive.digest(of: name) else {
          throw CacheArchiveError(description: "\(path) holds “\(name)”, which is no artifact: it is not taken in.")
        }
        let bytes = manifest?.bytes ?? 0
        try stage(reader, digest, size: size, path: path, to: staging) { count in
          done += count
          onProgress(done, bytes)
        }
        content.staged[digest] = size
      }
    }
    guard let manifest, manifest.results == content.records.count, manifest.artifacts == content.staged.count else {
      throw CacheArchiveError(description: "\(path) is no archive of `repro export`, or not the whole of one.")
    }
    return content
  }

  private func stage(
    _ reader: CacheArchiveReader, _ digest: Digest, size: Int, path: String, to staging: String,
    onPiece: (Int) -> Void
  ) throws {
    let target = staging + "/" + digest.hex
    var hasher = SHA256()
    var count = 0
    try files.append(Data(), to: target)
    try reader.read { bytes in
      hasher.update(bufferPointer: bytes)
      count += bytes.count
      try files.append(Data(bytes), to: target)
      onPiece(bytes.count)
    }
    guard count == size, Digest(hasher.finalize()) == digest else {
      throw CacheArchiveError(
        description: "\(path) holds an artifact that is not what its name says (\(digest.short)…): fetch it again.")
    }
  }

  private func take(_ content: Content, from staging: String, ledger: Ledger, command: String) throws -> Imported {
    var imported = Imported()
    let store = Store(folder: folder, files: files)
    var wanted: [ResultRecordLine] = []
    for record in content.records {
      let known = try ledger.lastResult(of: record.node)
      if known?.key == record.key && isWhole(record, in: store) {
        imported.known += 1
      } else if record.outputs.allSatisfy({ content.staged[$0.digest] == $0.size || has($0, store) }) {
        wanted.append(record)
      } else {
        imported.incomplete.append(record.node)
      }
    }
    guard !wanted.isEmpty else { return imported }
    let time = Date().timeIntervalSince1970
    // If this is cut off, the next run sees a run that never ended, and clears up.
    let run = try ledger.beginRun(command: command, at: time)
    var placed: Set<Digest> = []
    for output in wanted.flatMap(\.outputs) where placed.insert(output.digest).inserted {
      guard content.staged[output.digest] != nil, !has(output, store) else { continue }
      try place(output, from: staging, in: store)
      imported.artifacts += 1
      imported.bytes += output.size
    }
    // Their numbers of runs are those of another ledger: a ledger made anew from the records would take them for its own.
    let counted = wanted.map { $0.counted(to: run) }
    let written = try ResultJournal(folder: folder, files: files).append(counted, run: run)
    try store.settle(placed, and: written)
    try ledger.take(counted, command: command, run: run)
    try ledger.endRun(run, status: "done", at: Date().timeIntervalSince1970)
    imported.results = wanted.count
    return imported
  }

  private func place(_ output: ResultRecordLine.Output, from staging: String, in store: Store) throws {
    let staged = staging + "/" + output.digest.hex
    guard let stamp = try files.stamp(of: staged) else { throw FileError("find", staged, code: ENOENT) }
    _ = try store.take(
      [StagedOutput(name: output.digest.hex, digest: output.digest, size: output.size, stamp: stamp)], from: staging)
  }
}
