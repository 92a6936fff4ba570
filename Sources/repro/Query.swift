import ArgumentParser
import Pipeline
import Reproduction

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Asks the ledger in SQL; can do nothing but read.",
    usage: "repro query <sql> [<options>]",
    discussion: """
      The views cells, cell_metrics, metrics_by_epoch, run_overview, node_executions, node_inputs, \
      artifact_origins and accepted_results, among others, are described in docs/ledger.md.

      Examples:
        repro query 'SELECT * FROM cells'
        repro query "SELECT dataset, method, dimension, value FROM cell_metrics \\
          WHERE metric = 'knn_output' AND epoch = 10" --csv
        repro query 'SELECT node, reason FROM accepted_results' --json
      """)

  @Argument(help: "One SELECT.")
  var sql: String

  @OptionGroup var place: CacheOptions
  @Flag(name: .long, help: "As CSV.")
  var csv = false
  @Flag(name: .long, help: "As JSON: an array with an object a row.")
  var json = false

  func validate() throws {
    if csv && json { throw ValidationError("--csv and --json exclude each other.") }
  }

  func run() throws {
    try reporting {
      let answer = try place.reader().query(sql, views: Project.views)
      if csv {
        print(answer.csv, terminator: "")
      } else {
        try Answer.print(answer, json: json) { answer.text }
      }
    }
  }
}
