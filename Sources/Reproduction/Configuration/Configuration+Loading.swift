import Foundation

extension Configuration {
  /// Reads a configuration file.
  ///
  /// - Parameters:
  ///   - file: the file, usually `pipeline.json`.
  ///   - overrides: `--set` arguments, each `path=value`, applied in order before anything is checked. A path is the
  ///     keys from the root joined by dots, with array elements as `[0]` or `.0`: `profiles.quick.seeds[0]`. A value
  ///     is JSON, or else text that needs no quotes.
  /// - Throws: ``ConfigurationError`` with all that is wrong.
  public static func load(file: URL, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
    // What was typed is what the user recognises, and what an editor opens from here.
    let name = file.relativePath
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: file))
    } catch {
      throw ConfigurationError(.file, at: nil, "Cannot read the configuration \(name): \(reason(error)).")
    }
    return try decode(bytes, name: name, overrides: overrides)
  }

  /// Decodes the text of a configuration. `name` is the file's name in error messages.
  static func decode(
    _ bytes: [UInt8], name: String, overrides: [String] = []
  ) throws(ConfigurationError) -> Configuration {
    let reader = ConfigurationReader()
    return try decode(bytes, name: name, overrides: overrides, reader: reader)
  }

  static func decode(
    _ bytes: [UInt8], name: String, overrides: [String], reader: ConfigurationReader
  ) throws(ConfigurationError) -> Configuration {
    var root = try JSONParser.parse(bytes, name: name)
    for argument in overrides {
      try ConfigurationOverride(argument).apply(to: &root)
    }
    let configuration = read(ConfigurationValue(node: root, path: "", reader: reader))
    guard reader.problems.isEmpty, let configuration else { throw ConfigurationError(reader.sortedProblems) }
    return configuration
  }

  private static func reason(_ error: any Error) -> String {
    let code = (error as? CocoaError)?.code
    switch code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: return "there is no such file; check its name"
    case .fileReadNoPermission?: return "you may not read it; check its permissions"
    default:
      let text = (error as any Error).localizedDescription
      return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
  }
}
