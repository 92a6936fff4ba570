import ArgumentParser
import Foundation
import Reproduction

struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A static site of the results: the report and its downloads.",
    usage: "repro publish <folder> [<options>]",
    discussion: """
      Copies what the last `repro all` laid out, after each file was held against its digest. The \
      folder can be put on any static host, under any address, or opened from disk: every link in it \
      is relative.

      Examples:
        repro publish site
        repro publish site --json
      """)

  @Argument(help: "The folder: a new one, an empty one, or one that holds an earlier site.")
  var folder: String

  @OptionGroup var place: CacheOptions
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let paths = try Site(place.outputsFolder()).publish(to: URL(filePath: folder))
      try Answer.print(Published(schema: "repro.publish/1", folder: folder, files: paths), json: json) {
        "\(paths.count) files in \(folder); open \(folder)/index.html"
      }
    }
  }
}

private struct Published: Codable {
  let schema: String
  let folder: String
  let files: [String]
}
