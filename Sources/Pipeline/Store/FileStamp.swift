import Foundation

/// What the file system says about a file without reading it. While the stamp is unchanged, so is the content, but for the
/// racy case below.
public struct FileStamp: Hashable, Sendable, Codable {
  public let inode: Int
  public let size: Int
  /// Nanoseconds since 1970.
  public let modified: Int
  public let changed: Int

  public init(inode: Int, size: Int, modified: Int, changed: Int) {
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// File systems note times in ticks of up to 10 ms: a file that is written twice within a tick has the same stamp twice.
  static let racyWindow = 50_000_000
  /// The tick of file systems that only know seconds, some only even ones.
  static let coarseRacyWindow = 2_500_000_000

  /// Whether content that was read at `time` may have been changed since without the stamp showing it: a change would
  /// have been noted in the same tick as the one before it. Stamps of the future, as after a clock that jumped, are racy.
  func isRacy(at time: Int) -> Bool {
    let isCoarse = modified % 1_000_000_000 == 0
    return modified >= time - (isCoarse ? Self.coarseRacyWindow : Self.racyWindow)
  }
}
