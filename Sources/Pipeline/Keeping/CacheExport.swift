import Crypto
import Foundation

extension CacheReader {
  public struct Exported: Sendable, Hashable {
    public let results: Int
    public let artifacts: Int
    public let bytes: Int
  }

  /// Writes the current results of nodes with their artifacts into one archive, each artifact checked on the way.
  ///
  /// - Parameters:
  ///   - nodes: all that have a result where nil.
  ///   - path: of the archive; whoever looks there sees the old file or the whole new one.
  ///   - onProgress: called with the bytes of artifacts written so far, before compression, and their number.
  /// - Throws: `CacheArchiveError` for an artifact that is missing or damaged, and where nothing can be exported; `FileError`,
  ///   `LedgerError`.
  public func export(
    _ nodes: Set<NodeID>? = nil, to path: String, onProgress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Exported {
    if let reason = FileReason.againstWriting(path) {
      throw CacheArchiveError(description: "Cannot write \(path): \(reason).")
    }
    let records = try ledger.records(of: nodes)
    guard !records.isEmpty else {
      throw CacheArchiveError(description: "None of these nodes has a result to export: build them first.")
    }
    var outputs: [Digest: Int] = [:]
    for output in records.flatMap(\.outputs) { outputs[output.digest] = output.size }
    let exported = Exported(results: records.count, artifacts: outputs.count, bytes: outputs.values.reduce(0, +))
    // The ending decides on compression, so it stays.
    let part = path.hasSuffix(".gz") || path.hasSuffix(".tgz") ? path + ".part.gz" : path + ".part"
    do {
      try write(records, outputs, exported, to: part, onProgress: onProgress)
      try store.files.synchronise(part)
      try store.files.rename(part, to: path)
    } catch {
      try? store.files.remove(part)
      throw error
    }
    return exported
  }

  private func write(
    _ records: [ResultRecordLine], _ outputs: [Digest: Int], _ exported: Exported, to path: String,
    onProgress: (Int, Int) -> Void
  ) throws {
    let writer = try CacheArchiveWriter(path)
    let manifest = CacheArchive.Manifest(
      results: exported.results, artifacts: exported.artifacts, bytes: exported.bytes)
    try writer.add(CacheArchive.manifestName, JobFormat.encode(manifest))
    try writer.add(CacheArchive.recordsName, Data(records.map { try ResultJournal.line($0) }.joined().utf8))
    var done = 0
    for (digest, size) in outputs.sorted(by: { $0.key < $1.key }) {
      let file = store.path(of: digest)
      guard try store.files.stamp(of: file)?.size == size else { throw unusable(digest) }
      var hasher = SHA256()
      try writer.add(CacheArchive.name(of: digest), size: size) { write in
        let pieces = try FilePieces(file)
        while let bytes = try pieces.next() {
          hasher.update(bufferPointer: bytes)
          try write(bytes)
          done += bytes.count
          onProgress(done, exported.bytes)
        }
      }
      guard Digest(hasher.finalize()) == digest else { throw unusable(digest) }
    }
    try writer.finish()
  }

  private func unusable(_ digest: Digest) -> CacheArchiveError {
    CacheArchiveError(
      description: "The artifact \(digest.hex) is missing or damaged: run again to make it anew, then export.")
  }
}
