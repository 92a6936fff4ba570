import Foundation
import Pipeline
import Testing

@testable import Reproduction

@Suite struct GraphPictureTests {
  @Test(arguments: [GraphView.Collapse.never, .stages])
  func theGraphIsDrawn(collapse: GraphView.Collapse) throws {
    let small = try SmallProject()
    try small.run()
    let project = try small.project("figures.fig4.markerSize=3")
    let plan = try CacheReader.plan(project.graph, registry: project.registry, folder: project.cache)
    let picture = GraphPicture(view: GraphView(plan, collapse: collapse), title: "The graph")
    let svg = picture.svg
    for box in picture.view.boxes { #expect(svg.contains(">\(box.id)<"), "\(box.id)") }
    #expect(svg.contains("1 stale") && svg.contains("1 waits"))
    #expect(svg.contains(NodeStatus.State.stale.colors.fill))
    #expect(try picture.png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try picture.pdf.starts(with: Array("%PDF".utf8)))
  }

  @Test func everyPictureOfThePaperFits() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    let cache = FileManager.default.temporaryDirectory.appending(path: "no-cache-\(UUID().uuidString)")
    for profile in ["quick", "paper"] {
      let project = try Project(
        file: root.appending(path: "pipeline.json"), overrides: ["profile=\(profile)"], cache: cache)
      let plan = try CacheReader.plan(project.graph, registry: project.registry, folder: project.cache)
      #expect(try !GraphPicture(view: GraphView(plan), title: profile).png.isEmpty)
    }
  }
}
