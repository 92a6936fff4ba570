import Foundation
import Pipeline

/// A static site of the results: the report, its downloads and nothing else, to be put on any host under any address.
public struct Site: Sendable {
  /// What `outputs/` has for readers; the rest, such as trained encoders, is for those who have the cache.
  private static let published = ["report/", "figures/", "tables/", "numbers.tex", "claims.json"]
  private static let marker = "site.json"

  public let outputs: Outputs

  public init(_ outputs: Outputs) {
    self.outputs = outputs
  }

  /// Copies what the last run of everything laid out.
  ///
  /// - Parameter folder: does not exist, is empty, or holds an earlier site, which is replaced.
  /// - Returns: paths below the folder, sorted.
  /// - Throws: `StageError` in a sentence, before anything is written where a file was changed since it was laid out.
  @discardableResult
  public func publish(to folder: URL) throws -> [String] {
    var contents = try files()
    contents.append(("index.html", Data(Self.front.utf8)))
    contents.append(("404.html", Data(Self.missing.utf8)))
    // GitHub's pages would else leave out some names.
    contents.append((".nojekyll", Data()))
    let listed = Dictionary(uniqueKeysWithValues: contents.map { ($0.path, Digest(of: $0.data)) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    contents.append((Self.marker, try encoder.encode(listed) + Data("\n".utf8)))
    try clear(folder)
    for (path, data) in contents { try Self.write(data, to: folder.appending(path: path)) }
    return contents.map(\.path).sorted()
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
      throw StageError("\(outputs.folder.path) holds no report of a run of everything; run repro all first")
    }
    var contents: [(path: String, data: Data)] = []
    for path in paths {
      guard let data = try? Data(contentsOf: outputs.folder.appending(path: path)) else {
        throw StageError("\(path) is missing from \(outputs.folder.path); run repro all again")
      }
      guard Digest(of: data) == manifest.files[path]?.digest else {
        throw StageError("\(path) was changed since it was laid out; run repro all again, which restores it")
      }
      contents.append((path, data))
    }
    return contents
  }

  /// Removes an earlier site; leaves alone what is not one.
  private func clear(_ folder: URL) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: folder.path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else { throw StageError("\(folder.path) is a file; name a folder") }
    let present = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
    guard !present.isEmpty else { return }
    guard let data = try? Data(contentsOf: folder.appending(path: Self.marker)),
      let listed = try? JSONDecoder().decode([String: Digest].self, from: data)
    else {
      throw StageError(
        "\(folder.path) is not empty and holds no site of repro's; name another folder, or remove what is there")
    }
    for path in listed.keys.sorted() + [Self.marker]
    where !path.split(separator: "/").contains("..") && !path.hasPrefix("/") {
      let file = folder.appending(path: path)
      guard files.fileExists(atPath: file.path) else { continue }
      do {
        try files.removeItem(at: file)
      } catch {
        throw StageError("cannot remove \(file.path), which is of an earlier site: \(error.localizedDescription)")
      }
      rmdir(file.deletingLastPathComponent().path)
    }
  }

  static func write(_ data: Data, to file: URL) throws {
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    } catch {
      throw StageError("cannot write \(file.path): \(error.localizedDescription)")
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
  private static let front = page(
    "Reproduction report", "\n<meta http-equiv=\"refresh\" content=\"0; url=report/index.html\">",
    "<a href=\"report/index.html\">The report</a>, its <a href=\"tables/table1.csv\">data</a>.")

  private static let missing = page(
    "Nothing is here", "", "There is no such page. <a href=\"./\">The report</a> stands at the front of this site.")
}
