import Foundation
import Pipeline

extension ResearchCrate {
  /// Writes the crate of what the last run of everything laid out.
  ///
  /// - Parameter folder: does not exist, or is empty.
  /// - Returns: paths below the folder, sorted.
  /// - Throws: `StageError` in a sentence, before anything is written.
  @discardableResult
  public static func write(_ project: Project, cache: CacheReader, to folder: URL) throws -> [String] {
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard present.isEmpty else {
      throw StageError("\(folder.path) is not empty; name a new folder for the crate")
    }
    guard let execution = try cache.ledger.currentExecutions()["report/index"],
      let run = try cache.ledger.runs(limit: .max).first(where: { $0.id == execution.run })
    else { throw StageError("The report was never made; run repro all first.") }
    var contents = try Site(project.outputs).files()
    var parts = contents.map { path, data in
      Part(path: path, name: path, role: .output(parameter(path)), size: data.count, digest: Digest(of: data))
    }
    let paper = project.root.appending(path: "paper")
    for name in [OutputName.published, "claims.json"] {
      guard let data = try? Data(contentsOf: paper.appending(path: name)) else { continue }
      contents.append(("paper/\(name)", data))
      parts.append(
        Part(
          path: "paper/\(name)", name: name, role: .input(parameter(name)), size: data.count, digest: Digest(of: data)))
    }
    guard let workflow = try? Data(contentsOf: project.root.appending(path: "pipeline.json")) else {
      throw StageError("\(project.root.path) holds no pipeline.json, which is what was run")
    }
    let crate = ResearchCrate(
      parts: parts,
      run: Run(
        number: run.id, command: RunCommand(run.command).again("report/index"), started: run.started,
        finished: run.finished ?? execution.started + execution.duration, machine: Machine.describe([execution])),
      profile: project.paper.profile.name, workflowSize: workflow.count)
    contents.append(("pipeline.json", workflow))
    contents.append((metadataName, try crate.metadata()))
    for (path, data) in contents { try Site.write(data, to: folder.appending(path: path)) }
    return contents.map(\.path).sorted()
  }

  /// `report/index.html` is of the parameter `report-index-html`.
  private static func parameter(_ path: String) -> String {
    String(path.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}
