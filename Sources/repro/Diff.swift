import ArgumentParser
import Pipeline

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "What is different after one run from after another: nodes, keys, metrics.",
    usage: "repro diff <from> <to> [<options>]",
    discussion: """
      Compares the results that all nodes had when the runs had ended, whichever run made them.

      Examples:
        repro diff last~1 last
        repro diff 3 7 --json
      """)

  @Argument(help: "A run: \(RunReference.help).", completion: NodeCompletion.run)
  var from: RunReference

  @Argument(help: "The run that is held against it.", completion: NodeCompletion.run)
  var to: RunReference

  @OptionGroup var place: CacheOptions
  @Flag(name: .long, help: "Tell of every node.")
  var all = false
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let cache = try place.reader()
      let comparison = try cache.compare(cache.run(from), cache.run(to))
      try Answer.print(comparison, json: json) { comparison.text(limit: all ? .max : 30) }
    }
  }
}
