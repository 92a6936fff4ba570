import Foundation

/// The accuracies that the paper reports in its Table 1, from `paper/published.json`.
public struct PublishedResults: Sendable, Equatable {
  /// Where the numbers were read, as a reference for a caption.
  public let source: String
  /// The 40 entries in the order of the table: by dimension downwards, then by column.
  public let entries: [Entry]

  public struct Entry: Sendable, Equatable {
    /// A method's name in `pipeline.json`: `barlow-twins` or `simsiam`.
    public let method: String
    /// A dataset's name in `pipeline.json`: `cifar-10` or `cifar-100`.
    public let dataset: String
    /// The output's dimension, d.
    public let dimension: Int
    /// kNN accuracy in percent.
    public let accuracy: Double
  }

  /// The published accuracy in percent, or `nil` where the paper has none.
  public func accuracy(method: String, dataset: String, dimension: Int) -> Double? {
    entries.first { $0.method == method && $0.dataset == dataset && $0.dimension == dimension }?.accuracy
  }

  /// Reads the published results.
  ///
  /// - Throws: ``ConfigurationError`` with all that is wrong in the file.
  public static func load(file: URL) throws(ConfigurationError) -> PublishedResults {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: file))
    } catch {
      throw ConfigurationError(
        .file, at: nil, "cannot read the published results \(file.relativePath): \(error.localizedDescription)")
    }
    return try decode(bytes, name: file.relativePath)
  }

  static func decode(_ bytes: [UInt8], name: String) throws(ConfigurationError) -> PublishedResults {
    let reader = ConfigurationReader()
    let root = ConfigurationValue(node: try JSONParser.parse(bytes, name: name), path: "", reader: reader)
    let results = root.object("the published results") { object -> PublishedResults? in
      let source = object.text("source")
      let table = object.read("table1") { $0.array(of: "rows", readRow) }
      guard let source, let table else { return nil }
      return PublishedResults(source: source, entries: table.flatMap { $0 })
    }
    guard reader.problems.isEmpty, let results else { throw ConfigurationError(reader.sortedProblems) }
    return results
  }

  /// One row of the table: a dimension, and an accuracy for each method and dataset.
  private static func readRow(_ value: ConfigurationValue) -> [Entry]? {
    value.object("a row") { object in
      let dimension = object.integer("dimension", 1...65_536)
      let columns = object.read("accuracy") { methods in
        methods.named("method") { method, _, value in
          value.named("dataset") { dataset, _, value in
            value.number(.from(0, to: 100)).map { (method: method, dataset: dataset, accuracy: $0) }
          }
        }
      }
      guard let dimension, let columns else { return nil }
      return columns.flatMap { $0 }.map {
        Entry(method: $0.method, dataset: $0.dataset, dimension: dimension, accuracy: $0.accuracy)
      }
    }
  }
}
