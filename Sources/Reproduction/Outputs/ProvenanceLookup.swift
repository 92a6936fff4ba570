import Foundation
import Pipeline

/// Finds out what somebody asks about who names a node, an artifact or a file.
public struct ProvenanceLookup {
  private let cache: CacheReader
  private let outputs: Outputs
  private let graph: Graph?

  /// - Parameters:
  ///   - outputs: the folder that results are laid out in; its manifest knows files that no artifact is equal to.
  ///   - graph: for names of nodes that were never built; nil where there is none, as with a configuration that cannot be
  ///     read.
  public init(_ cache: CacheReader, outputs: Outputs, graph: Graph?) {
    self.cache = cache
    self.outputs = outputs
    self.graph = graph
  }

  /// - Parameter text: the name of a node, the path of a file, or four or more digits that the digest of an artifact or the
  ///   key of a result begins with; tried in this order.
  /// - Throws: a sentence that says what there is instead.
  public func provenance(of text: String) throws -> Provenance {
    if let id = try? NodeID(text), try graph?[id] != nil || cache.ledger.nodeNames().contains(text) {
      return try cache.provenance(of: id)
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder), !isFolder.boolValue {
      return try provenance(ofFile: URL(filePath: text).absoluteURL)
    }
    if text.count >= 4, text.count <= 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit && !$0.isUppercase }) {
      return try provenance(ofDigits: text)
    }
    if isFolder.boolValue { throw StageError("“\(text)” is a folder; name a file in it, or a node.") }
    let unknown = try cache.unknownNode(text, graph: graph)
    if case .noNode(_, nearest: nil) = unknown {
      throw StageError(
        "There is no file “\(text)”, and no node with a name like it; check the path, or see repro status --all.")
    }
    throw unknown
  }

  private func provenance(ofFile file: URL) throws -> Provenance {
    let path = file.path(percentEncoded: false)
    let digest = try LocalFileSystem().digest(of: file.resolvingSymlinksInPath().path(percentEncoded: false))
    let entry = outputs.manifestEntry(of: file)
    if let entry, entry.digest == digest, let made = try? cache.provenance(of: entry.node, output: entry.output) {
      return made
    }
    if let made = try? cache.provenance(of: digest) { return made }
    guard let entry else {
      throw StageError("No result that is stored has the bytes of \(path), whose SHA-256 is \(digest).")
    }
    throw StageError(
      "\(path) was laid out from \(entry.output) of \(entry.node), but was changed since: its SHA-256 is \(digest) and was "
        + "\(entry.digest).")
  }

  private func provenance(ofDigits digits: String) throws -> Provenance {
    let found = try cache.digests(beginningWith: digits)
    switch (found.artifacts.count, found.keys.count) {
    case (1, 0): return try cache.provenance(of: found.artifacts[0])
    case (0, 1): return try cache.provenance(of: found.keys[0])
    case (0, 0): throw StageError("No artifact's digest and no result's key begins with \(digits).")
    default:
      let names = found.artifacts.map { "artifact \($0.short)" } + found.keys.map { "key \($0.digest.short)" }
      throw StageError("More than one begins with \(digits): \(names.joined(separator: ", ")). Give more digits.")
    }
  }
}

extension Outputs {
  /// What a file of the folder shows, as the manifest says.
  func manifestEntry(of file: URL) -> OutputsManifest.Entry? {
    let root = folder.absoluteURL.resolvingSymlinksInPath().path(percentEncoded: false)
    let path = file.resolvingSymlinksInPath().path(percentEncoded: false)
    let prefix = root.hasSuffix("/") ? root : root + "/"
    guard path.hasPrefix(prefix) else { return nil }
    return OutputsManifest.load(from: folder).files[String(path.dropFirst(prefix.count))]
  }
}
