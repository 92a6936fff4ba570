import ArgumentParser
import Foundation
import Reproduction

struct Profiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "The scales that the experiment can be run at.",
    usage: "repro profiles [<options>]",
    discussion: """
      Example:
        repro profiles --json
      """)

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON.")
  var json = false

  private struct Entry: Encodable {
    let name: String
    let isDefault: Bool
    let cells: Int
    let description: String
  }

  func run() throws {
    try reporting {
      let configuration = try experiment.project().configuration
      let entries = configuration.profiles.map { profile in
        Entry(
          name: profile.name, isDefault: profile.name == configuration.defaultProfile,
          cells: configuration.cells(of: profile).count, description: profile.description)
      }
      if json {
        try JSONOutput.print(entries)
      } else {
        for entry in entries {
          print("\(entry.name)\(entry.isDefault ? " (default)" : ""): \(entry.cells) cells. \(entry.description)")
        }
      }
    }
  }
}
