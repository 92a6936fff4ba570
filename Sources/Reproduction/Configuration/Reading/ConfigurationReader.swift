/// Collects what is found wrong while a tree is decoded, so that one reading reports all of it.
///
/// Decoding functions return `nil` where something was wrong, after having reported it here; the caller goes on with
/// the next setting. A configuration is only used when nothing was reported.
final class ConfigurationReader {
  private(set) var problems: [ConfigurationProblem] = []

  /// The keys that were asked of each sort of object, such as "a training recipe": what the schema must list.
  private(set) var vocabulary: [String: Set<String>] = [:]

  func report(_ kind: ConfigurationProblem.Kind, at location: SourceLocation, _ message: String) {
    problems.append(ConfigurationProblem(kind: kind, location: location, message: message))
  }

  func note(keys: [String], of owner: String) {
    vocabulary[owner, default: []].formUnion(keys)
  }

  /// The problems in the order of the file. The sort keeps the order of those that share a place.
  var sortedProblems: [ConfigurationProblem] {
    problems.enumerated().sorted { first, second in
      guard let a = first.element.location, let b = second.element.location, a != b else {
        return first.offset < second.offset
      }
      return SourceLocation.precedes(a, b)
    }.map(\.element)
  }
}
