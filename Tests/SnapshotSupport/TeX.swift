import Foundation

/// The TeX of this machine, where there is one.
public enum TeX {
  public static let isInstalled = (try? run(["--version"], in: FileManager.default.temporaryDirectory))?.status == 0

  /// Compiles a document of its own.
  ///
  /// - Returns: what TeX stopped at; nil where it made a PDF.
  public static func compile(_ document: String) throws -> String? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "repro-tex-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(document.utf8).write(to: folder.appending(path: "document.tex"))
    return try compile(file: "document.tex", in: folder)
  }

  /// Compiles a file of a folder, once.
  public static func compile(file: String, in folder: URL) throws -> String? {
    let (status, log) = try run(["-interaction=nonstopmode", "-halt-on-error", file], in: folder)
    let name = (file as NSString).deletingPathExtension
    guard status != 0 || !FileManager.default.fileExists(atPath: folder.appending(path: "\(name).pdf").path) else {
      return nil
    }
    let lines = log.split(whereSeparator: \.isNewline)
    let first = lines.firstIndex { $0.hasPrefix("!") } ?? max(0, lines.count - 12)
    return lines[first...].prefix(12).joined(separator: "\n")
  }

  private static func run(_ arguments: [String], in folder: URL) throws -> (status: Int32, log: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["pdflatex"] + arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let log = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: log, as: UTF8.self))
  }
}
