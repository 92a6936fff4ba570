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

  /// What the paths of all artifacts begin with, in UTF-8.
  private let prefix: [UInt8]

  public init(folder: CacheFolder, files: any FileSystem = LocalFileSystem()) {
    self.folder = folder
    self.files = files
    prefix = Array((folder.objects + "/").utf8)
  }

  /// `objects/`, the first two digits of the digest, `/`, the others.
  public func path(of digest: Digest) -> String {
    // Written in place: this is asked for every artifact of a graph.
    String(unsafeUninitializedCapacity: prefix.count + 65) { target in
      let start = target.update(fromContentsOf: prefix)
      digest.writeHex(
        to: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[(start + 1)...]))
      target[start] = target[start + 1]
      target[start + 1] = target[start + 2]
      target[start + 2] = 0x2F
      return prefix.count + 65
    }
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

  /// Takes outputs of a finished job into the store. They are whole there when this returns, but on disk for good only after
  /// `settle`.
  /// - Parameter outputs: files below `source`, digested by the worker.
  func take(_ outputs: [StagedOutput], from source: String) throws(FileError) -> [OutputRecord] {
    var taken: [OutputRecord] = []
    for output in outputs {
      let staged = source + "/" + output.name
      let time = files.now()
      var digest = output.digest
      var size = output.size
      guard let stamp = try files.stamp(of: staged) else { throw FileError("find", staged, code: ENOENT) }
      if stamp != output.stamp {
        // Written to since, or a file system that reports other times to another machine: read it again.
        digest = try files.digest(of: staged)
        size = stamp.size
      }
      let target = path(of: digest)
      if try !isIntact(target, digest, size: size) {
        try files.createFolder(Self.parent(of: target))
        try files.makeReadOnly(staged)
        try files.rename(staged, to: target)
      }
      let final = try files.stamp(of: target)
      taken.append(
        OutputRecord(name: output.name, artifact: Artifact(digest: digest, size: size, stamp: final, checkedAt: time)))
    }
    return taken
  }

  /// Whether an artifact is there already with the right bytes. Then it stays: it is on disk for good, which the new file is
  /// not yet. One that was damaged is replaced.
  private func isIntact(_ path: String, _ digest: Digest, size: Int) throws(FileError) -> Bool {
    guard let stamp = try files.stamp(of: path), stamp.size == size, files.isRegularFile(path) else { return false }
    return try files.digest(of: path) == digest
  }

  private static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }

  /// Sees to it that artifacts that were taken in outlive a power cut, and other files with them.
  func settle(_ digests: some Sequence<Digest>, and others: [String] = []) throws(FileError) {
    var paths = others
    var folders: Set<String> = []
    for digest in digests {
      let path = path(of: digest)
      paths.append(path)
      folders.insert(Self.parent(of: path))
    }
    if !folders.isEmpty { folders.insert(folder.objects) }
    try files.synchronise(all: paths + folders.sorted())
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

  /// Everything in the folder of artifacts: the digest that its name stands for, and its path.
  func objects() throws(FileError) -> [(digest: String, path: String)] {
    var objects: [(digest: String, path: String)] = []
    for prefix in try files.list(folder.objects) {
      for rest in try files.list(folder.objects + "/" + prefix) {
        objects.append((prefix + rest, "\(folder.objects)/\(prefix)/\(rest)"))
      }
    }
    return objects
  }

  /// Removes objects that are not known: those of a coordinator that was killed between rename and record.
  func removeObjects(except known: Set<String>) throws(FileError) {
    for object in try objects() where !known.contains(object.digest) { try files.remove(object.path) }
  }
}
