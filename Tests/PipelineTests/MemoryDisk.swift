import Foundation
import Synchronization
import Testing

@testable import Pipeline

/// A disk in memory, with a clock that goes as tests tell it to, and a power switch: what was not put down for good is lost when
/// the power is cut.
final class MemoryDisk: FileSystem {
  private struct Entry {
    var data = Data()
    /// Where a symbolic link leads.
    var link: String?
    var isFolder = false
    var inode: Int
    var modified: Int
    var changed: Int
    /// Whether the bytes, and the name in its folder, outlive a power cut.
    var isDataDurable = false
    var isNameDurable = false
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var lastInode = 0
    var time = 1_800_000_000_123_456_789
    /// Operations until the power is cut; nil for ever.
    var operationsLeft: Int?
    var isOff = false
    var operations = 0
  }

  private let state = Mutex(State())
  /// What each operation takes.
  private static let tick = 100_000

  // MARK: The clock and the power

  func now() -> Int { state.withLock { $0.time } }

  func tick(seconds: Double) { state.withLock { $0.time += Int(seconds * 1e9) } }

  /// After so many operations that change anything, none works any more.
  func cutPower(after operations: Int) { state.withLock { $0.operationsLeft = operations } }

  var isOff: Bool { state.withLock { $0.isOff } }

  /// The power is back. Files that were not put down for good have lost their second half, or are not there at all.
  func start() {
    state.withLock { state in
      state.operationsLeft = nil
      state.isOff = false
      for (path, entry) in state.entries where !entry.isFolder {
        if !entry.isNameDurable {
          state.entries[path] = nil
        } else if !entry.isDataDurable {
          state.entries[path]?.data = entry.data.prefix(entry.data.count / 2)
        }
      }
    }
  }

  // MARK: What tests do to files behind the program's back

  func put(_ text: String, at path: String) {
    state.withLock { state in
      let inode = state.entries[path]?.inode ?? state.lastInode + 1
      state.lastInode = max(state.lastInode, inode)
      state.entries[path] = Entry(
        data: Data(text.utf8), inode: inode, modified: state.time, changed: state.time, isDataDurable: true,
        isNameDurable: true)
    }
  }

  func text(at path: String) -> String? {
    (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Flips one bit; the size stays.
  func damage(_ path: String) {
    state.withLock { state in
      guard let first = state.entries[path]?.data.first else { return }
      state.entries[path]?.data[0] = first ^ 1
      state.entries[path]?.modified = state.time
      state.entries[path]?.changed = state.time
    }
  }

  // MARK: FileSystem

  func stamp(of path: String) throws(FileError) -> FileStamp? {
    try reading("look at", path) { state in
      state.entries[path].map {
        FileStamp(inode: $0.inode, size: $0.data.count, modified: $0.modified, changed: $0.changed)
      }
    }
  }

  func isRegularFile(_ path: String) -> Bool {
    state.withLock { $0.entries[path].map { !$0.isFolder && $0.link == nil } ?? false }
  }

  func isFolder(_ path: String) -> Bool {
    state.withLock { $0.entries[path]?.isFolder ?? false }
  }

  func digest(of path: String) throws(FileError) -> Digest { Digest(of: try read(path)) }

  func read(_ path: String) throws(FileError) -> Data {
    let data = try reading("read", path) { state in
      state.entries[state.entries[path]?.link ?? path].flatMap { $0.isFolder ? nil : $0.data }
    }
    guard let data else { throw FileError("read", path, code: ENOENT) }
    return data
  }

  func createFolder(_ path: String) throws(FileError) {
    try changing("create the folder", path) { state in
      var path = path
      while !path.isEmpty, state.entries[path] == nil {
        state.lastInode += 1
        state.entries[path] = Entry(
          isFolder: true, inode: state.lastInode, modified: state.time, changed: state.time)
        path = Self.parent(of: path)
      }
    }
  }

  func synchronise(_ path: String) throws(FileError) {
    try changing("write", path) { state in
      guard let entry = state.entries[path] else { return }
      if entry.isFolder {
        for name in state.entries.keys where Self.parent(of: name) == path {
          state.entries[name]?.isNameDurable = true
        }
      } else {
        state.entries[path]?.isDataDurable = true
      }
    }
  }

  func rename(_ source: String, to target: String) throws(FileError) {
    try changing("write", target) { state in
      guard var entry = state.entries.removeValue(forKey: source) else { return }
      entry.changed = state.time
      entry.isNameDurable = false
      state.entries[target] = entry
    }
  }

  func write(_ data: Data, to path: String) throws(FileError) {
    try append(data, to: path, replacing: true)
    try synchronise(path)
  }

  func append(_ data: Data, to path: String) throws(FileError) { try append(data, to: path, replacing: false) }

  func copy(_ path: String, to target: String) throws(FileError) {
    try append(read(path), to: target, replacing: true)
  }

  func link(_ path: String, to target: String) throws(FileError) {
    try changing("write", path) { state in
      state.lastInode += 1
      state.entries[path] = Entry(link: target, inode: state.lastInode, modified: state.time, changed: state.time)
    }
  }

  func makeReadOnly(_ path: String) throws(FileError) {
    try changing("protect", path) { $0.entries[path]?.changed = $0.time }
  }

  func remove(_ path: String) throws(FileError) {
    try changing("remove", path) { state in
      state.entries[path] = nil
      for name in state.entries.keys where name.hasPrefix(path + "/") { state.entries[name] = nil }
    }
  }

  func list(_ folder: String) throws(FileError) -> [String] {
    try reading("list", folder) { state in
      state.entries.keys.filter { Self.parent(of: $0) == folder }
        .map { String($0.dropFirst(folder.count + 1)) }.sorted()
    }
  }

  // MARK: Within

  private func append(_ data: Data, to path: String, replacing: Bool) throws(FileError) {
    try changing("write", path) { state in
      if state.entries[path] == nil {
        state.lastInode += 1
        state.entries[path] = Entry(inode: state.lastInode, modified: state.time, changed: state.time)
      }
      if replacing { state.entries[path]?.data = Data() }
      state.entries[path]?.data.append(data)
      state.entries[path]?.isDataDurable = false
      state.entries[path]?.modified = state.time
      state.entries[path]?.changed = state.time
    }
  }

  private func reading<Value: Sendable>(
    _ operation: String, _ path: String, _ body: (State) -> Value
  ) throws(FileError) -> Value {
    let value = state.withLock { $0.isOff ? nil : body($0) }
    guard let value else { throw FileError(operation, path, code: EIO) }
    return value
  }

  private func changing(_ operation: String, _ path: String, _ body: (inout State) -> Void) throws(FileError) {
    let isOff = state.withLock { state in
      state.operations += 1
      if let left = state.operationsLeft {
        state.operationsLeft = left - 1
        if left <= 0 { state.isOff = true }
      }
      guard !state.isOff else { return true }
      state.time += Self.tick
      body(&state)
      return false
    }
    if isOff { throw FileError(operation, path, code: EIO) }
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}

/// Runs jobs whose work is a function of parameters and inputs, on a disk in memory.
struct MemoryExecutor: Executor {
  let disk: MemoryDisk
  /// What a node writes, out of its parameters and the texts that it reads.
  let work: @Sendable (Job, [String]) -> String
  let events: Events

  private struct Handle: RunningJob {
    func progress() -> [Pipeline.Progress] { [] }
    func cancel() {}
    /// Its jobs end at once: whoever waits for one until the grace is over has lost its result.
    func kill() { Issue.record("A job that had ended was waited for") }
  }

  func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob {
    DispatchQueue.global().async {
      events.add(job.node, isStart: true)
      var result = JobResult.failed("")
      do {
        let inputs = try job.inputs.flatMap(\.files).map { file in
          String(decoding: try disk.read(file.path), as: UTF8.self)
        }
        let path = job.outputFolder + "/out"
        try disk.createFolder(job.outputFolder)
        try disk.append(Data(work(job, inputs).utf8), to: path)
        guard let stamp = try disk.stamp(of: path) else { throw StageError("The output is gone.") }
        result.outputs = [StagedOutput(name: "out", digest: try disk.digest(of: path), size: stamp.size, stamp: stamp)]
        result.status = .done
        result.message = nil
      } catch {
        result.message = sentence(of: error)
      }
      events.add(job.node, isStart: false)
      onFinish(result)
    }
    return Handle()
  }
}
