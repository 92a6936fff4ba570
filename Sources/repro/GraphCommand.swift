import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "The graph, with the state of its nodes: SVG, PNG, PDF, DOT, Mermaid or JSON.",
    usage: "repro graph [<options>]",
    discussion: """
      Beyond \(GraphView.automaticLimit) nodes, those of a stage become one box. Pictures leave out \
      arrows that a longer way says already; the JSON has all.

      Examples:
        repro graph --output graph.svg
        repro graph --only figure/fig5 --output fig5.png
        repro graph --format dot | dot -Tpdf > graph.pdf
        repro graph --format mermaid --collapse stages
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case svg, png, pdf, dot, mermaid, json, names
  }

  @Option(name: .long, help: "The form (default: as the output's name ends, else SVG).")
  var format: Format?

  @Option(name: .long, help: "Whether the nodes of a stage become one box.")
  var collapse: GraphView.Collapse = .auto

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where to write it; standard output if not given.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var selection: Selection
  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON: boxes and edges.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let plan = try CacheReader.plan(
        project.graph, targets: selection.targets(of: project.graph), registry: project.registry, folder: project.cache)
      let chosen = json ? .json : format ?? output.flatMap { Format(rawValue: URL(filePath: $0).pathExtension) } ?? .svg
      let picture = GraphPicture(
        view: GraphView(plan, collapse: collapse), title: "The graph of profile \(project.paper.profile.name)")
      let data: Data =
        switch chosen {
        case .svg: Data(picture.svg.utf8)
        case .png: try picture.png
        case .pdf: try picture.pdf
        case .dot: Data((picture.view.dot + "\n").utf8)
        case .mermaid: Data((picture.view.mermaid + "\n").utf8)
        case .json: Data((try JSONOutput.text(picture.view) + "\n").utf8)
        case .names: Data((picture.view.names + "\n").utf8)
        }
      if let output {
        try OutputFile.write(data, to: output)
      } else {
        FileHandle.standardOutput.write(data)
      }
    }
  }
}

extension GraphView.Collapse: ExpressibleByArgument {}
