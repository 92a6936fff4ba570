import Foundation

/// Where everything lies in a cache. One folder, one ledger.
public struct CacheFolder: Hashable, Sendable {
  /// Absolute.
  public let path: String

  public init(_ url: URL) {
    path = url.absoluteURL.standardizedFileURL.path(percentEncoded: false).trimmingSlash
  }

  public var url: URL { URL(filePath: path, directoryHint: .isDirectory) }
  public var ledger: String { path + "/ledger.sqlite" }
  public var lock: String { path + "/lock" }
  public var objects: String { path + "/objects" }
  public var quarantine: String { path + "/quarantine" }
  /// Private folders of attempts.
  public var work: String { path + "/work" }
  public var progress: String { path + "/progress" }
  public var logs: String { path + "/logs" }

  public func progress(of key: Key) -> String { progress + "/" + key.hex }
}

extension String {
  fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
