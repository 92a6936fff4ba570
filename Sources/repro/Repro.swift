import ArgumentParser
import Foundation

/// The command line. Each subcommand is a file; none has logic of its own.
@main
struct Repro: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repro",
    abstract: "Reproduces “Exploring Generalization of Non-Contrastive Self-Supervised Learning”.",
    discussion: """
      From raw images to Table 1, Figures 3–5 and a report. Only what is stale is executed; what was finished is kept
      whatever happens.

      Examples:
        repro all                                  the default profile, to outputs/
        repro all --profile laptop --offline       another scale, without the network
        repro figure fig4 --set figures.fig4.markerSize=5
        repro status                               what is stale, and why
        repro why train/shapes-100/simsiam/d128/s0

      Exit status: 0 done; 1 a node failed or something is wrong with the input; 64 wrong usage;
      75 another run holds the cache; 78 a mistake in the configuration; 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [All.self, Figure.self, Table.self, Status.self, Why.self, Profiles.self, Bench.self, Worker.self],
    defaultSubcommand: nil)
}
