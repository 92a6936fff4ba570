import Foundation
import Pipeline
import Testing

@testable import Reproduction

/// What stands for the mean of several seeds leads to all of them.
@Suite struct SeedTargetTests {
  @Test func aMeanLeadsToEverySeed() throws {
    let small = try SmallProject()
    let seeds = "profiles.quick.seeds=[0,1]"
    try small.run(seeds)
    let project = try small.project(seeds)
    let records = try NodeRecords(project.graph, small.reader(), acceptances: []).records
    let probes = records.filter { $0.stage == StageName.probe && !$0.name.hasSuffix("/pixels") }
    #expect(!probes.isEmpty)
    for probe in probes {
      let others = probes.filter { $0.group == probe.group && $0.name != probe.name }.map(\.name)
      #expect(others.count == 1 && probe.otherSeeds == others, "\(probe.name)")
    }
    #expect(records.filter { $0.name.hasPrefix("figure/") }.allSatisfy { $0.otherSeeds.isEmpty && $0.group == $0.name })

    let page = try String(contentsOf: project.outputs.report, encoding: .utf8)
    let means = page.matches(of: /<td [^>]*data-node="([^"]*)" title="the mean of 2 seeds/).map { String($0.output.1) }
    #expect(!means.isEmpty)
    for name in means {
      let other = try #require(probes.first { $0.name == name }?.otherSeeds.first)
      #expect(page.contains("what is told of their mean is also of <a href=\"#node/\(other)\">"), "\(name)")
    }
  }
}
