import ArgumentParser
import Foundation
import Reproduction

/// The command line. Each subcommand is a file; none has logic of its own.
@main
struct Repro: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repro",
    abstract: "Reproduces “Exploring Generalization of Non-Contrastive Self-Supervised Learning”.",
    discussion: """
      From raw images to Table 1, Figures 1–5 and a report. Only what is stale is executed; what was \
      finished is kept whatever happens.

      Examples:
        repro all                               the default profile, to outputs/
        repro all --profile laptop --offline    another scale, no network
        repro figure fig4 --set figures.fig4.markerSize=5
        repro claims                            the paper's claims: what holds
        repro status                            what is stale, why, how long
        repro why train/shapes-100/simsiam/d128/s0
        repro verify                            each artifact by its digest
        repro verify outputs/report/index.html  the report by its digests
        repro gc                                what nothing needs any more
        repro show outputs/figures/fig4.svg     what made it, from raw files on
        repro plan --profile laptop             what it would cost
        repro report --compare last~1           what the last run changed
        repro publish site                      the report for a static host

      Exit status:
        0    done
        1    a node failed, or something is wrong with the input
        64   wrong usage
        75   another run holds the cache
        78   a mistake in the configuration
        130  interrupted

      How staleness works: docs/staleness.md. What is kept, and what becomes of it: docs/keeping.md. \
      What programs can read: docs/json.md, docs/ledger.md.
      """,
    version: Program.version,
    subcommands: [Worker.self, Synthetic.self],
    groupedSubcommands: [
      CommandGroup(name: "Run", subcommands: [All.self, Figure.self, Table.self, ReportCommand.self]),
      CommandGroup(
        name: "Explain",
        subcommands: [
          Claims.self, Status.self, Why.self, Show.self, Log.self, Diff.self, GraphCommand.self, Query.self,
        ]),
      CommandGroup(name: "Decide", subcommands: [PlanCommand.self, Profiles.self, Accept.self]),
      CommandGroup(name: "Keep", subcommands: [Verify.self, Gc.self, Export.self, Import.self, Publish.self]),
      CommandGroup(name: "Measure", subcommands: [Bench.self]),
    ])

  /// As all other errors begin.
  static var _errorPrefix: String { "error: " }

  static func main() {
    do {
      if Worker.serves(CommandLine.arguments) {
        try reporting { try EnvironmentVariables.check() }
        return try Worker.run(job: nil)
      }
      // The version and completions are thrown by the parser, help is a command of its: all are there whatever the environment says.
      var command = try commandByName(Array(CommandLine.arguments.dropFirst())) ?? parseAsRoot()
      if !isHelp(command) { try reporting { try EnvironmentVariables.check() } }
      try command.run()
    } catch {
      exit(withError: error)
    }
  }

  /// Whether all that a command does is to print help: no words at all, or the parser's own command for `help` and `--help`.
  private static func isHelp(_ command: any ParsableCommand) -> Bool {
    command is Repro || type(of: command)._commandName == "help"
  }

  /// The command that the first word names, read from the words after it; nil where it is not as simple as that: for help, completions
  /// and mistakes all commands are looked at.
  ///
  /// In a debug build the parser checks a command each time that it looks at it, and from the top it looks several times at each that a
  /// word could name, which is a quarter of a run that finds nothing stale.
  private static func commandByName(_ words: [String]) -> (any ParsableCommand)? {
    let others = ["-h", "--help", "--generate", "--experimental"]
    guard let name = words.first, !words.contains(where: { word in others.contains { word.hasPrefix($0) } }) else {
      return nil
    }
    let named = configuration.subcommands.first { $0._commandName == name }
    return try? named?.parseAsRoot(Array(words.dropFirst()))
  }
}
