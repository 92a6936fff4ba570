import Foundation

/// Where everything lies in a cache. One folder, one ledger.
public struct CacheFolder: Hashable, Sendable {
  /// Absolute.
  public let path: String

  /// - Parameter url: need not exist; a relative one counts from the current folder.
  public init(_ url: URL) {
    path = url.absoluteURL.standardizedFileURL.path(percentEncoded: false).trimmingSlash
  }

  /// The folder itself.
  public var url: URL { URL(filePath: path, directoryHint: .isDirectory) }
  /// The SQLite file that says what was done.
  public var ledger: String { path + "/ledger.sqlite" }
  /// The file that a coordinator locks while it runs, with who it is.
  public var lock: String { path + "/lock" }
  /// Artifacts, named by digest: the first two digits are a folder.
  public var objects: String { path + "/objects" }
  /// Artifacts that were found damaged.
  public var quarantine: String { path + "/quarantine" }
  /// What each result was made of, by run: what a lost ledger is made anew from.
  public var records: String { path + "/records" }
  /// Private folders of attempts.
  public var work: String { path + "/work" }
  /// What unfinished nodes keep from attempt to attempt, by key.
  public var progress: String { path + "/progress" }
  /// Rates of work that were measured on this machine.
  public var calibration: String { path + "/calibration.json" }
  /// Logs of attempts, by run and node.
  public var logs: String { path + "/logs" }

  /// The folder in which the node with this key keeps its progress; removed once it is done.
  public func progress(of key: Key) -> String { progress + "/" + key.hex }
}

extension String {
  fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
