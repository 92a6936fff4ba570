import Foundation

/// Why a file that somebody named cannot be read or written, and what to do: of most such errors Foundation says only that an
/// operation could not be completed.
public enum FileReason {
  /// What keeps a file from being read; nil where nothing is seen from outside.
  public static func againstReading(_ path: String) -> String? {
    switch kind(path) {
    case .nothing: "there is no such file; check its name"
    case .folder: "it is a folder; name a file"
    case .file: nil
    }
  }

  /// What keeps a file from being made or replaced; nil where nothing is seen from outside.
  public static func againstWriting(_ path: String) -> String? {
    if kind(path) == .folder { return "it is a folder; name a file" }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    return switch kind(folder) {
    case .nothing: "the folder \(folder) does not exist; make it, or name another place"
    case .file: "\(folder) is a file, not a folder; name another place"
    case .folder: nil
    }
  }

  private enum Kind { case nothing, file, folder }

  private static func kind(_ path: String) -> Kind {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .nothing }
    return isFolder.boolValue ? .folder : .file
  }
}

extension StageError {
  /// - Parameter error: what Foundation said; used where the reason is not seen from outside.
  public static func cannotRead(_ path: String, _ error: any Error) -> StageError {
    StageError("Cannot read \(path): \(FileReason.againstReading(path) ?? withoutStop(error)).")
  }

  /// - Parameter error: what Foundation said; used where the reason is not seen from outside.
  public static func cannotWrite(_ path: String, _ error: any Error) -> StageError {
    StageError("Cannot write \(path): \(FileReason.againstWriting(path) ?? withoutStop(error)).")
  }

  private static func withoutStop(_ error: any Error) -> String {
    let text = sentence(of: error)
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
