import ArgumentParser
import Foundation
import Pipeline
import SyntheticGraphs

/// What the benchmarks of the build system run: the whole program on a graph of any size whose work costs nothing.
struct Synthetic: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthetic", abstract: "Runs a graph made for measuring.", shouldDisplay: false)

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case all, status, edges
  }

  @Argument(help: "all, status, or edges: the shape of the graph, one node a line.")
  var action: Action

  @Option(name: .long, help: "How many nodes.")
  var nodes = 10_000

  @Option(name: .long, help: "The cache's folder.")
  var cache = ".repro-synthetic"

  @Option(name: .long, help: "The node whose rate is changed.")
  var changed: Int?

  @Option(name: .long, help: "What its rate is changed to.")
  var rate = 0.05

  @Flag(name: .long, help: "Each node as a job of a worker process.")
  var workers = false

  @Option(name: [.short, .long], help: "Threads of all running nodes together.")
  var jobs: Int?

  func run() throws {
    try reporting {
      switch action {
      case .edges:
        for sources in SyntheticGraph.edges(count: nodes) {
          print(sources.map(String.init).joined(separator: " "))
        }
      case .status:
        let report = try CacheReader.status(
          try graph(), targets: nil, registry: Self.registry, folder: folder, leavesMemory: true)
        print(report.text(limit: 8))
      case .all:
        let coordinator = Coordinator(
          folder: folder, registry: Self.registry,
          executor: LocalProcessExecutor(
            executable: try RunArguments.ownPath(), arguments: ["worker"],
            environment: ["OPENBLAS_NUM_THREADS": "1"]))
        var options = RunOptions()
        if let jobs { options.maxThreads = jobs }
        options.handlesSignals = true
        options.leavesMemory = true
        let summary = try coordinator.run(try graph(), options: options)
        print("\(summary.executed.count) executed, \(summary.upToDateCount) up to date")
        if let failure = summary.failed.first { throw StageError(failure.sentence) }
      }
    }
  }

  private func graph() throws -> Graph {
    try SyntheticGraph.make(count: nodes, changed: changed, rate: rate, isLight: !workers)
  }

  private var folder: CacheFolder { CacheFolder(URL(filePath: cache)) }
  private static let registry = StageRegistry(SyntheticGraph.stages)
}
