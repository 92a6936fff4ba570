import Foundation

/// What kind of file system a path lies on.
enum Mount {
  /// Kinds that other machines may write to at the same time: SQLite's shared memory does not work there.
  private static let sharedKinds: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs", "panfs", "glusterfs",
    "orangefs", "gfs2", "ocfs2", "davfs",
  ]

  /// Unknown kinds count as local.
  static func isLocal(_ path: String) -> Bool {
    guard let table = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8),
      let kind = kind(of: path, in: table)
    else { return true }
    return !sharedKinds.contains(kind) && !kind.hasPrefix("fuse.")
  }

  /// The kind of the mount that holds `path` in a table as `/proc/self/mounts` has it: the longest prefix, the last if
  /// mounted over.
  static func kind(of path: String, in table: String) -> String? {
    var best: (length: Int, kind: String)?
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2 else { continue }
      let point = fields[1].replacing("\\040", with: " ")
      let isParent = point == "/" || path == point || path.hasPrefix(point + "/")
      if isParent && point.utf8.count >= best?.length ?? 0 { best = (point.utf8.count, String(fields[2])) }
    }
    return best?.kind
  }
}
