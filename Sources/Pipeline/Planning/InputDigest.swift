/// How the outputs of a node become the digest of an input that reads them.
enum InputDigest {
  /// - Parameter name: an output, a folder with `/` at its end, or '' for all.
  /// - Returns: nil where there is no output of that name.
  static func of(_ name: String, in outputs: [OutputRecord]) -> Digest? {
    if name.isEmpty { return of(outputs) }
    if let output = outputs.first(where: { $0.name == name }) { return output.artifact.digest }
    return name.hasSuffix("/") ? of(outputs.filter { $0.name.hasPrefix(name) }) : nil
  }

  /// The digest of a set of files: of their names and contents.
  static func of(_ outputs: [OutputRecord]) -> Digest {
    var encoder = CanonicalEncoder()
    encoder.beginList(count: outputs.count)
    for output in outputs {
      encoder.append(output.name)
      encoder.append(output.artifact.digest)
    }
    return encoder.digest
  }
}
