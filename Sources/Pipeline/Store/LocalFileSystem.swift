import CSync
import Crypto
import Foundation

/// The disk itself.
public struct LocalFileSystem: FileSystem {
  public init() {}

  public func stamp(of path: String) throws(FileError) -> FileStamp? {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      if errno == ENOENT { return nil }
      throw FileError("look at", path, code: errno)
    }
    return FileStamp(info)
  }

  public func isRegularFile(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  public func isFolder(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  public func digest(of path: String) throws(FileError) -> Digest {
    var hasher = SHA256()
    let pieces = try FilePieces(path)
    while let bytes = try pieces.next() { hasher.update(bufferPointer: bytes) }
    return Digest(hasher.finalize())
  }

  public func createFolder(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw FileError("create the folder", path, code: errno)
    }
    try createFolder(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FileError("create the folder", path, code: errno)
    }
  }

  public func synchronise(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path, code: errno) }
    defer { close(descriptor) }
    // Some network file systems cannot synchronise a folder and say EINVAL: they do so on their own.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("write", path, code: errno) }
  }

  #if os(Linux)
    /// Above this, one call for the whole file system is faster than one for each file: on a disk that spins, or is shared, each
    /// takes ten milliseconds and more.
    private static let fewFiles = 4

    /// `syncfs` tells of writes that failed and of which nobody was told yet, but only from Linux 5.8 on; where the kernel is
    /// older, each file is asked about.
    public func synchronise(all paths: [String]) throws(FileError) {
      try synchronise(all: paths, together: LinuxKernel.tellsOfFailedWrites)
    }

    func synchronise(all paths: [String], together: Bool) throws(FileError) {
      guard together && paths.count > Self.fewFiles else {
        for path in paths { try synchronise(path) }
        return
      }
      var devices: Set<dev_t> = []
      for path in paths {
        var info = stat()
        guard stat(path, &info) == 0 else { throw FileError("look at", path, code: errno) }
        guard devices.insert(info.st_dev).inserted else { continue }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path, code: errno) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else { throw FileError("write", path, code: errno) }
      }
    }
  #endif

  public func rename(_ source: String, to target: String) throws(FileError) {
    guard Foundation.rename(source, target) == 0 else { throw FileError("write", target, code: errno) }
  }

  public func write(_ data: Data, to path: String) throws(FileError) {
    try write(data, to: path, flags: O_TRUNC, isForGood: true)
  }

  public func append(_ data: Data, to path: String) throws(FileError) {
    try write(data, to: path, flags: O_APPEND, isForGood: false)
  }

  /// Writes a file, not waited for until it is on disk.
  func replace(_ path: String, with data: Data) throws(FileError) {
    try write(data, to: path, flags: O_TRUNC, isForGood: false)
  }

  public func copy(_ path: String, to target: String) throws(FileError) {
    try write(read(path), to: target, flags: O_TRUNC, isForGood: false)
  }

  private func write(_ data: Data, to path: String, flags: Int32, isForGood: Bool) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
    defer { close(descriptor) }
    let code = data.withUnsafeBytes { bytes -> Int32 in
      var written = 0
      while written < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return errno }
        written += count
      }
      return !isForGood || fsync(descriptor) == 0 ? 0 : errno
    }
    guard code == 0 else { throw FileError("write", path, code: code) }
  }

  public func read(_ path: String) throws(FileError) -> Data {
    var data = Data()
    let pieces = try FilePieces(path)
    while let bytes = try pieces.next() { data.append(contentsOf: bytes) }
    return data
  }

  public func link(_ path: String, to target: String) throws(FileError) {
    guard symlink(target, path) == 0 else { throw FileError("write", path, code: errno) }
  }

  public func makeReadOnly(_ path: String) throws(FileError) {
    guard chmod(path, 0o444) == 0 else { throw FileError("protect", path, code: errno) }
  }

  public func remove(_ path: String) throws(FileError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    // A folder: EISDIR on Linux, EPERM elsewhere.
    guard errno == EISDIR || errno == EPERM else { throw FileError("remove", path, code: errno) }
    try removeFolder(path)
  }

  /// What kind an entry is of comes with its name, so that no call is made only to learn it.
  private func removeFolder(_ path: String) throws(FileError) {
    for entry in try entries(path) {
      if entry.isFolder { try removeFolder(path + "/" + entry.name) } else { try remove(path + "/" + entry.name) }
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("remove", path, code: errno) }
  }

  public func list(_ folder: String) throws(FileError) -> [String] { try entries(folder).map(\.name).sorted() }

  /// Names in a folder in no order, and whether each is known to be a folder: some file systems do not say.
  private func entries(_ folder: String) throws(FileError) -> [(name: String, isFolder: Bool)] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw FileError("list", folder, code: errno)
    }
    defer { closedir(stream) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { entries.append((name, Int32(entry.pointee.d_type) == Int32(DT_DIR))) }
    }
    return entries
  }

  public func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension FileStamp {
  init(_ info: stat) {
    #if canImport(Darwin)
      let modified = info.st_mtimespec
      let changed = info.st_ctimespec
    #else
      let modified = info.st_mtim
      let changed = info.st_ctim
    #endif
    self.init(
      inode: Int(truncatingIfNeeded: info.st_ino), size: Int(info.st_size),
      modified: modified.tv_sec * 1_000_000_000 + modified.tv_nsec,
      changed: changed.tv_sec * 1_000_000_000 + changed.tv_nsec)
  }
}
