import Foundation

/// Gets a file from the first of several sources that has the right one.
///
/// Bytes grow in `NAME.part` beside the target and go on there after an interruption, of the connection or of the
/// process. `NAME` appears only when size and digest are as expected and the bytes are safe on disk.
public struct Downloader: Sendable {
  public enum Source: Sendable, Equatable {
    /// An http or https address.
    case web(URL)
    /// A local file.
    case file(URL)
    /// A local folder that holds a file with the target's name.
    case folder(URL)

    /// Takes an http(s) address, or a path to a file or folder (a path that does not exist is taken for a file).
    public init(_ text: String) {
      let lower = text.lowercased()
      if lower.hasPrefix("http://") || lower.hasPrefix("https://"), let url = URL(string: text) {
        self = .web(url)
        return
      }
      let path = lower.hasPrefix("file://") ? URL(string: text)?.path ?? text : text
      let url = URL(fileURLWithPath: path)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      self = exists && isFolder.boolValue ? .folder(url) : .file(url)
    }
  }

  /// What the file must be. Without a digest, any content of the right size is taken.
  public struct Expectation: Sendable, Equatable {
    public let bytes: Int?
    /// In hexadecimal; upper case is taken as well.
    public let sha256: String?

    public init(bytes: Int? = nil, sha256: String? = nil) {
      self.bytes = bytes
      self.sha256 = sha256?.lowercased()
    }
  }

  /// What was fetched, and from where.
  public struct Receipt: Sendable, Equatable {
    /// Nil when the target was there already.
    public let source: Source?
    public let bytes: Int
    public let sha256: String
  }

  /// How long progress may go without being told, in seconds.
  static let patience: TimeInterval = 0.1

  /// How often a web source is tried in a row without getting any further.
  public let attempts: Int
  /// The pause before the second try, in seconds; it doubles with each further one, up to half a minute.
  public let backoff: TimeInterval
  /// How long a server may be silent, in seconds.
  public let timeout: TimeInterval

  public init(attempts: Int = 4, backoff: TimeInterval = 0.5, timeout: TimeInterval = 30) {
    self.attempts = max(1, attempts)
    self.backoff = max(0, backoff)
    self.timeout = timeout
  }

  /// Leaves the right file at `target`: the one that is there already if it is right, else from the first source
  /// that has it. Blocks; `progress` (bytes so far, total if known) is called on the calling thread, also while nothing
  /// comes. What it throws ends the download, is thrown on, and leaves the bytes so far for the next time.
  /// - Throws: ``DownloadError``: at once when the target cannot be written; else when all sources failed, with what
  ///   went wrong at each.
  public func fetch(
    sources: [Source], expected: Expectation = Expectation(), to target: URL, offline: Bool = false,
    progress: ((_ bytes: Int, _ total: Int?) throws -> Void)? = nil
  ) throws -> Receipt {
    if let receipt = receipt(for: target, expected) { return receipt }
    return try Self.firstSuccess(of: sources, named: target.lastPathComponent, place: target) { source in
      try fetchAnew(source, expected: expected, to: target, offline: offline, progress: progress)
    }
  }

  /// The same from one source: for those who try sources themselves.
  /// - Throws: ``DownloadError`` that says what went wrong and leaves it to the caller to name file and source; see
  ///   ``firstSuccess(of:named:place:_:)``.
  public func fetch(
    from source: Source, expected: Expectation = Expectation(), to target: URL, offline: Bool = false,
    progress: ((_ bytes: Int, _ total: Int?) throws -> Void)? = nil
  ) throws -> Receipt {
    if let receipt = receipt(for: target, expected) { return receipt }
    return try fetchAnew(source, expected: expected, to: target, offline: offline, progress: progress)
  }

  /// For a target that is there already and right.
  private func receipt(for target: URL, _ expected: Expectation) -> Receipt? {
    guard FileManager.default.fileExists(atPath: target.path),
      let found = try? SHA256Stream.digest(ofFileAt: target), mismatch(found, expected) == nil
    else { return nil }
    return Receipt(source: nil, bytes: found.bytes, sha256: found.sha256)
  }

  private func fetchAnew(
    _ source: Source, expected: Expectation, to target: URL, offline: Bool,
    progress: ((Int, Int?) throws -> Void)?
  ) throws -> Receipt {
    let found: (sha256: String, bytes: Int)
    switch source {
    case .web(let url):
      guard !offline else {
        throw DownloadError(.offline, "not tried, because the network is not to be used (offline)")
      }
      let part = try PartialFile(for: target)
      found = try WebFetch(url: url, expected: expected, downloader: self).run(into: part, progress: progress)
      try part.finish()
    case .file(let url):
      found = try copy(url, expected: expected, to: target, progress: progress)
    case .folder(let url):
      let file = url.appendingPathComponent(target.lastPathComponent)
      found = try copy(file, expected: expected, to: target, progress: progress)
    }
    return Receipt(source: source, bytes: found.bytes, sha256: found.sha256)
  }

  private func copy(
    _ source: URL, expected: Expectation, to target: URL, progress: ((Int, Int?) throws -> Void)?
  ) throws -> (sha256: String, bytes: Int) {
    let found: (sha256: String, bytes: Int)
    do {
      var hash = SHA256Stream()
      let bytes = try FilePieces.forEach(of: source) { piece in
        hash.update(piece)
        try progress?(0, expected.bytes)
      }
      found = (hash.hexadecimalDigest, bytes)
    } catch let error as DownloadError {
      throw DownloadError(.unavailable, error.description)
    }
    if let wrong = mismatch(found, expected) { throw DownloadError(.wrongContent, wrong) }
    let part = try PartialFile(for: target)
    try part.restart(from: PartialFile.Origin(address: source.path, validator: nil))
    var hash = SHA256Stream()
    try FilePieces.forEach(of: source) { piece in
      try part.append(piece)
      hash.update(piece)
      try progress?(part.byteCount, found.bytes)
    }
    // Read twice, so it may have changed in between.
    guard hash.hexadecimalDigest == found.sha256 else {
      try part.discard()
      throw DownloadError(.wrongContent, "it changed while it was read")
    }
    try part.finish()
    return found
  }
}

/// Says how a file differs from what is expected; nil when it does not.
func mismatch(_ found: (sha256: String, bytes: Int), _ expected: Downloader.Expectation) -> String? {
  if let bytes = expected.bytes, bytes != found.bytes {
    return "it has \(found.bytes) bytes instead of \(bytes)"
  }
  if let sha256 = expected.sha256, sha256 != found.sha256 {
    return "its SHA-256 is \(found.sha256) instead of \(sha256)"
  }
  return nil
}

extension Downloader.Source {
  /// For messages: an address without the password it may hold.
  public var shownName: String {
    switch self {
    case .file(let url), .folder(let url): return url.path
    case .web(let url):
      var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
      parts?.user = nil
      parts?.password = nil
      return parts?.string ?? url.host ?? "the given address"
    }
  }
}
