import ArgumentParser
import Pipeline
import Reproduction

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What made a result, down to the digests of raw files.",
    usage: "repro show <subject> [<options>]",
    discussion: """
      Takes a node; a file, for instance of outputs/, which is looked up by its digest; or the first \
      digits of an artifact's digest or of a result's key. Tells stage and version, parameters, inputs \
      and where each came from, run, machine, kernel, duration and memory, everything upstream and the \
      raw files at its end.

      Examples:
        repro show figure/fig4
        repro show outputs/tables/table1.csv
        repro show 3fa9c2
      """)

  @Argument(help: "A node, a file, or digits of a digest or key.", completion: NodeCompletion.kind)
  var subject: String

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "Cut no list short.")
  var all = false
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let lookup = ProvenanceLookup(
        try experiment.place.reader(), outputs: try experiment.place.outputsFolder(),
        graph: try? experiment.project().graph)
      let provenance = try lookup.provenance(of: subject)
      try Answer.print(provenance, json: json) { provenance.text(limit: all ? .max : 30) }
    }
  }
}
