import ArgumentParser

struct Figure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure", abstract: "One figure and what it needs, as SVG, PNG, PDF and CSV.",
    usage: "repro figure <name> [<options>]",
    discussion: """
      Examples:
        repro figure fig4
        repro figure fig3 --profile laptop
      """)

  @Argument(help: "The figure: fig1 to fig5, accuracy, or one of the theory, such as study.")
  var name: String

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func run() throws {
    try reporting { try how.buildOne("figure", name, of: experiment) }
  }
}
