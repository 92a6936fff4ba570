import Foundation
import Pipeline

/// A static site of the results: the report, its downloads and nothing else, to be put on any host under any address.
public struct Site: Sendable {
  /// What `outputs/` has for readers; the rest, such as trained encoders, is for those who have the cache.
  private static let published = ["report/", "figures/", "tables/", "numbers.tex", "claims.json"]
  private static let marker = "site.json"
  /// Where everything is written before the first file of an earlier site is touched.
  private static let staging = ".repro-publish"

  public let outputs: Outputs

  public init(_ outputs: Outputs) {
    self.outputs = outputs
  }

  /// Copies what the last run of everything laid out.
  ///
  /// All of it is written to a folder within the site, and moved into place file by file when it is complete: a disk that gets
  /// full leaves the earlier site as it was.
  /// - Parameter folder: does not exist, is empty, or holds an earlier site, which is replaced. What was changed since it was
  ///   published, and what others put there, is never touched.
  /// - Returns: paths below the folder, sorted.
  /// - Throws: `StageError` in a sentence, before anything is written where a file was changed since it was laid out or
  ///   published.
  @discardableResult
  public func publish(to folder: URL) throws -> [String] { try publish(to: folder, write: Self.write) }

  func publish(to folder: URL, write: (Data, URL) throws -> Void) throws -> [String] {
    var contents = try files()
    let hasData = contents.contains { $0.path == Self.data }
    contents.append(("index.html", Data(Self.front(hasData: hasData).utf8)))
    contents.append(("404.html", Data(Self.missing.utf8)))
    // GitHub's pages would else leave out some names.
    contents.append((".nojekyll", Data()))
    let listed = Dictionary(uniqueKeysWithValues: contents.map { ($0.path, Digest(of: $0.data)) })
    let earlier = try earlierSite(in: folder)
    for path in Set(listed.keys).union(earlier.digests.keys).sorted() where earlier.state(of: path) == .others {
      throw StageError(
        "\(folder.appending(path: path).path) is not a file that was published there, or was changed since; move it away, or "
          + "publish to another folder.")
    }
    let staging = folder.appending(path: Self.staging)
    let marker = folder.appending(path: Self.marker)
    let root = OutputsManifest.load(from: outputs.folder).files[Outputs.reportPath]?.root
    do {
      for (path, data) in contents { try write(data, staging.appending(path: path)) }
      // Names both sites, so that one that is cut off can be published again.
      try write(
        Index(root: root, files: listed, earlier: earlier.digests).encoded(), staging.appending(path: Self.marker))
      try Self.move(staging.appending(path: Self.marker), to: marker)
    } catch {
      try? FileManager.default.removeItem(at: staging)
      throw error
    }
    for path in listed.keys.sorted() { try Self.move(staging.appending(path: path), to: folder.appending(path: path)) }
    try earlier.remove { listed[$0] != nil }
    try write(Index(root: root, files: listed, earlier: nil).encoded(), staging.appending(path: Self.marker))
    try Self.move(staging.appending(path: Self.marker), to: marker)
    // Nothing but empty folders is left of it.
    try? FileManager.default.removeItem(at: staging)
    return (Array(listed.keys) + [Self.marker]).sorted()
  }

  /// What stands in `site.json`.
  private struct Index: Codable {
    var schema = "repro.site/1"
    /// The root of the report's seal.
    let root: String?
    let files: [String: Digest]
    /// While one site takes the place of another: the files of that one.
    let earlier: [String: [Digest]]?

    func encoded() throws -> Data {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }

  /// What is published, each file held against its digest.
  ///
  /// - Throws: `StageError` in a sentence.
  func files() throws -> [(path: String, data: Data)] {
    let manifest = OutputsManifest.load(from: outputs.folder)
    let paths = manifest.files.keys.filter { path in
      Self.published.contains { $0.hasSuffix("/") ? path.hasPrefix($0) : path == $0 }
    }.sorted()
    guard paths.contains("report/index.html") else {
      throw StageError("\(outputs.folder.path) holds no report of a run of everything; run repro all first.")
    }
    var contents: [(path: String, data: Data)] = []
    for path in paths {
      guard let data = try? Data(contentsOf: outputs.folder.appending(path: path)) else {
        throw StageError("\(path) is missing from \(outputs.folder.path); run repro all again.")
      }
      guard Digest(of: data) == manifest.files[path]?.digest else {
        throw StageError("\(path) was changed since it was laid out; run repro all again, which restores it.")
      }
      contents.append((path, data))
    }
    return contents
  }

  /// What an earlier site laid out in a folder; nothing for a folder that is empty or is not there.
  ///
  /// - Throws: `StageError` where the folder holds something else.
  private func earlierSite(in folder: URL) throws -> LaidOutFiles {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    let none = LaidOutFiles(folder: folder, digests: [:])
    guard files.fileExists(atPath: folder.path, isDirectory: &isFolder) else { return none }
    guard isFolder.boolValue else { throw StageError("\(folder.path) is a file; name a folder.") }
    // One that was cut off before it was complete.
    try? files.removeItem(at: folder.appending(path: Self.staging))
    let present: [String]
    do {
      present = try files.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw StageError("Cannot read the folder \(folder.path): \(error.localizedDescription)")
    }
    guard !present.isEmpty else { return none }
    if let data = try? Data(contentsOf: folder.appending(path: Self.marker)) {
      if let index = try? JSONDecoder().decode(Index.self, from: data) {
        let digests = index.files.mapValues { [$0] }.merging(index.earlier ?? [:]) { $0 + $1 }
        return LaidOutFiles(folder: folder, digests: digests)
      }
      // As the first versions wrote it.
      if let files = try? JSONDecoder().decode([String: Digest].self, from: data) {
        return LaidOutFiles(folder: folder, digests: files.mapValues { [$0] })
      }
    }
    throw StageError(
      "\(folder.path) is not empty and holds no site of repro's; name another folder, or remove what is there.")
  }

  private static func move(_ file: URL, to target: URL) throws {
    do {
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw StageError.cannotWrite(target.path, error)
    }
    guard rename(file.path, target.path) == 0 else {
      throw StageError("Cannot write \(target.path): \(String(cString: strerror(errno))).")
    }
  }

  static func write(_ data: Data, to file: URL) throws {
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    } catch {
      throw StageError.cannotWrite(file.path, error)
    }
  }

  private static func page(_ title: String, _ head: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">\(head)
    <title>\(title)</title>
    </head>
    <body>
    <main>
    <h1>\(title)</h1>
    <p>\(body)</p>
    </main>
    </body>
    </html>

    """
  }

  /// The report keeps its place below the front page, so that its bytes and its links are those of `outputs/`.
  private static func front(hasData: Bool) -> String {
    page(
      "Reproduction report", "\n<meta http-equiv=\"refresh\" content=\"0; url=report/index.html\">",
      "<a href=\"report/index.html\">The report</a>"
        + (hasData ? ", its <a href=\"\(data)\">data</a>." : "."))
  }

  private static let data = "tables/table1.csv"

  /// A host shows it at whatever address was asked for, however deep that lies, and a site does not know its own: no link
  /// from here would lead to the front everywhere.
  private static let missing = page(
    "Nothing is here", "", "There is no such page. The report stands at the front of this site: shorten the address.")
}
