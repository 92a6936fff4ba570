import Foundation

/// An artifact as the ledger knows it.
public struct Artifact: Hashable, Sendable {
  public let digest: Digest
  public let size: Int
  /// The stat cache: the stamp the file had when its digest was last found right, and when that was.
  let stamp: FileStamp?
  let checkedAt: Int
}

/// What reading an artifact would give.
public enum ArtifactState: Hashable, Sendable {
  /// The bytes are the right ones. `artifact` differs from what was asked about where the stat cache has to be renewed.
  case intact(Artifact)
  case missing
  case damaged
  case unreadable(String)
}

/// A folder of immutable files, each named by the digest of its bytes.
public struct Store: Sendable {
  public let folder: CacheFolder
  public let files: any FileSystem

  public init(folder: CacheFolder, files: any FileSystem = LocalFileSystem()) {
    self.folder = folder
    self.files = files
  }

  public func path(of digest: Digest) -> String {
    let split = digest.hex.utf8.index(digest.hex.startIndex, offsetBy: 2)
    return "\(folder.path)/objects/\(digest.hex[..<split])/\(digest.hex[split...])"
  }

  public func url(of digest: Digest) -> URL { URL(filePath: path(of: digest)) }

  /// Whether the artifact is there and has the right bytes. Reads it only if its stamp moved or cannot be trusted.
  public func check(_ artifact: Artifact) -> ArtifactState {
    let path = path(of: artifact.digest)
    do {
      guard let stamp = try files.stamp(of: path) else { return .missing }
      if stamp == artifact.stamp && !stamp.isRacy(at: artifact.checkedAt) { return .intact(artifact) }
      guard stamp.size == artifact.size, files.isRegularFile(path) else { return .damaged }
      let time = files.now()
      guard try files.digest(of: path) == artifact.digest else { return .damaged }
      return .intact(Artifact(digest: artifact.digest, size: artifact.size, stamp: stamp, checkedAt: time))
    } catch {
      return .unreadable(error.description)
    }
  }

  /// Takes outputs of a finished job into the store: each is on disk for good when this returns, or an error is thrown and
  /// no artifact is half there.
  /// - Parameter outputs: files below `source`, synchronised and digested by the worker.
  public func commit(_ outputs: [StagedOutput], from source: String) throws(FileError) -> [(name: String, Artifact)] {
    var committed: [(name: String, Artifact)] = []
    var folders: Set<String> = []
    for output in outputs {
      let staged = source + "/" + output.name
      let time = files.now()
      var digest = output.digest
      var size = output.size
      guard let stamp = try files.stamp(of: staged) else { throw FileError("find", staged, code: ENOENT) }
      if stamp != output.stamp {
        // Written to since, or a file system that reports other times to another machine: read it again.
        try files.synchronise(staged)
        digest = try files.digest(of: staged)
        size = stamp.size
      }
      let target = path(of: digest)
      let parent = String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)])
      if folders.insert(parent).inserted { try files.createFolder(parent) }
      try files.makeReadOnly(staged)
      // Replacing an artifact by the same bytes is harmless, and heals one that was damaged.
      try files.rename(staged, to: target)
      let final = try files.stamp(of: target)
      committed.append((output.name, Artifact(digest: digest, size: size, stamp: final, checkedAt: time)))
    }
    for folder in folders.sorted() { try files.synchronise(folder) }
    if !folders.isEmpty { try files.synchronise(self.folder.objects) }
    return committed
  }

  /// Moves a damaged artifact out of the way, for whoever wants to look at it.
  /// - Returns: where it is now.
  @discardableResult
  public func quarantine(_ digest: Digest) throws(FileError) -> String {
    try files.createFolder(folder.quarantine)
    let target = "\(folder.quarantine)/\(digest.hex)-\(files.now())"
    try files.rename(path(of: digest), to: target)
    return target
  }

  /// Removes objects that no ledger row speaks of: those of a coordinator that was killed between rename and row.
  /// - Returns: how many there were.
  @discardableResult
  public func removeOrphans(known: Set<String>) throws(FileError) -> Int {
    var removed = 0
    for prefix in try files.list(folder.objects) {
      for rest in try files.list(folder.objects + "/" + prefix) where !known.contains(prefix + rest) {
        try files.remove("\(folder.objects)/\(prefix)/\(rest)")
        removed += 1
      }
    }
    return removed
  }
}
