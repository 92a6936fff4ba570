import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Gc: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Removes results that nothing needs any more; says first what would go.",
    usage: "repro gc [<options>]",
    discussion: """
      Without --delete nothing is removed. Without any --keep option, the last result of every node \
      stays, and what later results replaced goes. With some, what any of them names stays, and \
      everything else goes.

      Entries and artifacts go together; what was set aside as damaged, and artifacts without an \
      entry, go as well. So do folders of progress that nothing goes on from, since the node was done \
      or has a later result, and logs that tell of no result that stays and of no failure that is the \
      last word.

      Examples:
        repro gc                      what later results replaced
        repro gc --delete
        repro gc --keep-profile quick --keep-profile laptop --delete
        repro gc --keep-run 12 --keep-run last --keep-days 30
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(name: .long, help: ArgumentHelp("Keep what this profile needs; may be repeated.", valueName: "profile"))
  var keepProfile: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep what there was when this run (\(RunReference.help)) ended; may be repeated.", valueName: "run"),
    completion: NodeCompletion.run)
  var keepRun: [RunReference] = []

  @Option(
    name: .long, help: ArgumentHelp("Keep what there was so many days ago, and what came since.", valueName: "days"))
  var keepDays: Double?

  @Flag(name: .long, help: "Remove it, instead of saying what would go.")
  var delete = false

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if let keepDays, !(keepDays >= 0) { throw ValidationError("--keep-days must be 0 or more.") }
  }

  func run() throws {
    try reporting {
      let project = try experiment.project()
      var keeping = Keeping()
      keeping.lastResults = keepProfile.isEmpty && keepRun.isEmpty && keepDays == nil
      keeping.graphs = try keepProfile.map { try experiment.project(profile: $0).graph }
      // A run that does not exist would keep nothing, and what it was to keep would go.
      keeping.runs = try keepRun.isEmpty ? [] : Set(keepRun.map { try CacheReader(project.cache).run($0).id })
      keeping.since = keepDays.map { Date().timeIntervalSince1970 - $0 * 86_400 }
      let collected = try project.coordinator().collect(keeping: keeping, dryRun: !delete)
      if json {
        try JSONOutput.print(CollectedDocument(collected, isDone: delete))
      } else {
        print(CacheText.describe(collected, isDone: delete))
      }
    }
  }
}
