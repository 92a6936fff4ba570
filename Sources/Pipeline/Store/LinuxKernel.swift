#if os(Linux)
  import Foundation

  /// What the kernel can do.
  enum LinuxKernel {
    /// Whether `syncfs` tells of writes that failed. Before Linux 5.8 it succeeds whatever becomes of the data.
    static let tellsOfFailedWrites = tellsOfFailedWrites(release: release)

    /// - Parameter release: such as `6.8.0-31-generic`. One that cannot be read counts as old.
    static func tellsOfFailedWrites(release: String) -> Bool {
      let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
      guard numbers.count == 2, release.first?.isNumber == true else { return false }
      return (numbers[0], numbers[1]) >= (5, 8)
    }

    private static var release: String {
      var name = utsname()
      guard uname(&name) == 0 else { return "" }
      return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
  }
#endif
