import ArgumentParser

struct Table: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "One table and what it needs, as HTML, CSV, Markdown and LaTeX.",
    usage: "repro table [<name>] [<options>]",
    discussion: """
      Example:
        repro table table1
      """)

  @Argument(help: "The table: table1.")
  var name: String = "table1"

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func run() throws {
    try reporting { try how.buildOne("table", name, of: experiment) }
  }
}
