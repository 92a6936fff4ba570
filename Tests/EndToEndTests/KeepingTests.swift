import Foundation
import Testing

/// The commands that keep a cache, run as built on a small experiment.
@Suite struct KeepingTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func verifyExportImportAndCollect() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    #expect(try workspace.repro("all", "--offline", "--progress", "none").status == 0)

    let sound = try workspace.repro("verify")
    #expect(sound.status == 0 && sound.output.contains("everything is as it was written"))
    let again = try workspace.repro("verify", "--rerun", "probe/shapes/simsiam/d2/s0", "--json")
    #expect(again.status == 0, "\(again.errors)")
    let nodes = try object(again.output)["nodes"] as? [[String: Any]]
    #expect(nodes?.map { $0["verdict"] as? String } == ["same-bits"])

    let lost = try workspace.repro("export", "nowhere/cache.tar")
    #expect(lost.status == 1 && lost.errors.hasPrefix("error: Cannot write "), "\(lost.errors)")
    #expect(lost.errors.hasSuffix("nowhere does not exist; make it, or name another place.\n"), "\(lost.errors)")
    let unseen = try workspace.repro("show", "outputs/figures/nothing.svg")
    #expect(unseen.status == 1 && unseen.errors.contains("There is no file “outputs/figures/nothing.svg”"))

    // Another machine takes it all in, and has nothing to do.
    #expect(try workspace.repro("export", "cache.tar.gz").status == 0)
    let other = try Workspace()
    defer { other.remove() }
    let taken = try other.repro("import", workspace.folder.appending(path: "cache.tar.gz").path)
    #expect(taken.status == 0, "\(taken.errors)")
    let run = try other.repro("all", "--offline", "--progress", "plain")
    #expect(run.status == 0 && run.executed == [], "\(run.errors)")
    #expect(try other.objects() == workspace.objects())

    // A changed setting leaves results behind, which go when they are told to.
    #expect(
      try workspace.repro("all", "--offline", "--set", "figures.fig4.markerSize=5", "--progress", "none").status == 0)
    let before = try workspace.objects().count
    let dry = try workspace.repro("gc")
    #expect(dry.status == 0 && dry.output.contains("Would remove") && dry.output.contains("figure/fig4"))
    #expect(try workspace.objects().count == before)
    let unknown = try workspace.repro("gc", "--keep-run", "99", "--delete")
    #expect(unknown.status == 1 && unknown.errors.contains("There is no run 99: the last is 2."), "\(unknown.errors)")
    let wet = try workspace.repro("gc", "--delete", "--json")
    #expect(try object(wet.output)["isDone"] as? Bool == true)
    #expect(try workspace.objects().count < before)
    #expect(try workspace.repro("verify").status == 0)
    #expect(
      try workspace.repro("all", "--offline", "--set", "figures.fig4.markerSize=5", "--progress", "plain").executed
        == [])

    // Damage is named.
    let objects = workspace.folder.appending(path: ".repro/objects")
    let prefix = try #require(FileManager.default.contentsOfDirectory(atPath: objects.path).first)
    let folder = objects.appending(path: prefix)
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: folder.appending(path: name).path)
    try Data("x".utf8).write(to: folder.appending(path: name))
    let damaged = try workspace.repro("verify")
    #expect(damaged.status == 1 && damaged.output.contains("damaged  \(prefix)\(name)"))
  }

  @Test func progressForPrograms() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let outcome = try workspace.repro("all", "--offline", "--only", "augment", "--progress", "json")
    #expect(outcome.status == 0)
    let events = try outcome.errors.split(separator: "\n").map { try object(String($0))["event"] as? String }
    #expect(events.first == "planned" && events.last == "ended")
    #expect(events.filter { $0 == "finished" }.count >= 2)
  }
}
