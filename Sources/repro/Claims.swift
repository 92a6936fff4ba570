import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Claims: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What the paper claims, what was found, and by which nodes.",
    usage: "repro claims [<pattern> ...] [<options>]",
    discussion: """
      Judges the claims of paper/claims.json, bringing up to date whatever they are judged by. Those \
      that the profile is too small for stay open. With --cached nothing is executed.

      Examples:
        repro claims
        repro claims 'theory/**' --full    the theorems alone, in whole sentences
        repro claims --strict              exit status 1 where a claim fails
        repro claims --cached --json | jq -r \\
          '.claims[] | select(.verdict == "fails") | .id'
      """)

  @Argument(
    help: ArgumentHelp("Only claims whose names match; * stands for a segment, ** for several.", valueName: "pattern"))
  var patterns: [String] = []

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  @Flag(name: .long, help: "A paragraph for each claim: its sentence, how it is judged, and all evidence.")
  var full = false

  @Flag(name: .long, help: "As JSON.")
  var json = false

  @Flag(name: .long, help: "Exit with status 1 where a claim fails.")
  var strict = false

  @Flag(name: .long, help: "Execute nothing: print the verdicts that the cache holds.")
  var cached = false

  func run() throws {
    try reporting {
      let project = try experiment.project(isOffline: how.offline)
      let nodes = try selected(project)
      if !cached { _ = try how.bringUpToDate(project, targets: nodes) }
      guard !how.dryRun else { return }
      let list = try ClaimList(of: project, nodes: nodes, from: try CacheReader(project.cache))
      if json { try JSONOutput.print(list) } else { print(full ? list.text : list.table) }
      if strict, list.count(.fails) > 0 { throw ExitCode.failure }
    }
  }

  private func selected(_ project: Project) throws -> [NodeID] {
    let all = ClaimList.nodes(of: project)
    guard !patterns.isEmpty else { return all }
    let chosen = Set(try project.graph.select(patterns.map { "claim/\($0)" }))
    return all.filter(chosen.contains)
  }
}
