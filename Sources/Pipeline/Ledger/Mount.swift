import Foundation

/// What kind of file system a path lies on.
enum Mount {
  /// Kinds that other machines may write to at the same time: SQLite's shared memory does not work there.
  private static let sharedKinds: Set<String> = [
    "9p", "acfs", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre",
    "ncpfs", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs",
  ]

  /// Whether only this machine writes to the file system of `path`, wherever its symbolic links lead. Where there is no
  /// table of mounts, it counts as local.
  static func isLocal(_ path: String) -> Bool {
    guard let table = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8),
      let kind = kind(of: resolved(path), in: table)
    else { return true }
    return isLocal(kind: kind)
  }

  /// Kinds that are not known count as local, but for what FUSE serves: that may be anything. `fuseblk` is a disk.
  static func isLocal(kind: String) -> Bool {
    if kind == "fuseblk" { return true }
    return !sharedKinds.contains(kind) && !["nfs", "fuse"].contains { kind.hasPrefix($0) }
  }

  /// The path without symbolic links; of what does not exist yet, the parents that do are resolved.
  static func resolved(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
    return resolved(String(path[..<slash])) + path[slash...]
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
