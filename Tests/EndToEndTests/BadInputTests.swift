import Foundation
import Testing

/// Whatever a user gets wrong ends with one clear sentence and the documented exit status, and leaves nothing behind.
@Suite struct BadInputTests {
  @Test func misspelledKeyIsNamedWithItsPlace() throws {
    let workspace = try Workspace(Workspace.small.replacingOccurrences(of: "\"batchSize\"", with: "\"batchsize\""))
    defer { workspace.remove() }
    let outcome = try workspace.repro("all")
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("pipeline.json:"))
    #expect(outcome.errors.contains("'batchSize'"))
    #expect(!FileManager.default.fileExists(atPath: workspace.folder.appending(path: ".repro").path))
  }

  @Test func missingConfiguration() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let outcome = try workspace.repro("all", "--config", "nowhere.json")
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("nowhere.json"))
  }

  /// What, where, and what to do, in one sentence that ends; and wrong usage begins like everything else.
  @Test func filesAndFoldersThatAreNotThere() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let page = try workspace.repro("verify", "nowhere.html")
    #expect(page.status == 1)
    #expect(page.errors == "error: Cannot read nowhere.html: there is no such file; check its name.\n")
    let archive = try workspace.repro("import", "nowhere.tar")
    #expect(archive.status == 1 && archive.errors.hasPrefix("error: Cannot read "), "\(archive.errors)")
    #expect(archive.errors.hasSuffix("nowhere.tar: there is no such file; check its name.\n"), "\(archive.errors)")
    let picture = try workspace.repro("graph", "--format", "names", "--output", "nowhere/graph.txt")
    #expect(picture.status == 1 && picture.errors.hasPrefix("error: Cannot write nowhere/graph.txt: the folder "))
    #expect(picture.errors.hasSuffix("does not exist; make it, or name another place.\n"), "\(picture.errors)")
    let usage = try workspace.repro("verify", "--root", "0")
    #expect(
      usage.status == 64 && usage.errors.hasPrefix("error: --root is about a page; name it.\n"), "\(usage.errors)")
    #if os(Linux)
      // Where not even root can make a folder.
      let cache = try workspace.repro("all", "--cache", "/proc/nowhere")
      #expect(cache.status == 1 && cache.errors.hasPrefix("error: Cannot create the folder /proc/nowhere: "))
      #expect(cache.errors.hasSuffix("; no folder can be made there: name another place.\n"), "\(cache.errors)")
    #endif
  }

  @Test func unknownFigureProfileAndPattern() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let figure = try workspace.repro("figure", "fig9")
    #expect(figure.status == 1)
    #expect(figure.errors.contains("fig3"))
    let profile = try workspace.repro("all", "--profile", "quik")
    #expect(profile.status == 78)
    #expect(profile.errors.contains("'quick'"))
    let pattern = try workspace.repro("all", "--only", "train/shapez")
    #expect(pattern.status == 1)
    #expect(pattern.errors.contains("train/shapez"))
    #expect(try workspace.repro("all", "--frobnicate").status == 64)
  }

  /// What would count as if it were not set is refused before anything is done, by workers too. What only says how the program
  /// is used is said all the same.
  @Test func aVariableThatMeansNothing() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    func run(_ command: String, tiles: String) throws -> Workspace.Outcome {
      let words = command.split(separator: " ").map(String.init)
      return try workspace.start(words, environment: ["REPRO_TILES": tiles]).wait()
    }
    for (value, named) in [("no", "'no'"), ("OFF", "'OFF'"), ("off ", "'off '"), ("0", "'0'"), ("", "empty")] {
      for command in ["all", "profiles", "worker --serve", "worker --job none.json"] {
        let outcome = try run(command, tiles: value)
        #expect(outcome.status == 64 && outcome.output.isEmpty, "\(command)")
        #expect(
          outcome.errors
            == "error: The environment variable REPRO_TILES is \(named); set it to 'on' or 'off', or unset it.\n")
      }
    }
    for command in [
      "", "--help", "help", "all --help", "help all", "--version", "--generate-completion-script bash",
      "---completion why -- positional@0 1 10 repro why train/shapes/simsiam/d8",
    ] {
      let outcome = try run(command, tiles: "no")
      #expect(outcome.status == 0 && outcome.errors.isEmpty && !outcome.output.isEmpty, "\(command): \(outcome.errors)")
    }
    let usage = try run("all --frobnicate", tiles: "no")
    #expect(usage.status == 64 && usage.errors.contains("--frobnicate"), "\(usage.errors)")
    #expect(!FileManager.default.fileExists(atPath: workspace.folder.appending(path: ".repro").path))
    for value in ["on", "off"] {
      let outcome = try run("profiles", tiles: value)
      #expect(outcome.status == 0 && outcome.errors.isEmpty && !outcome.output.isEmpty, "\(value): \(outcome.errors)")
    }
  }

  @Test func anArchiveThatIsNoArchive() throws {
    let dataset = """
      "shapes": {"kind": "cifar-10", "title": "CIFAR-10", "sources": ["broken.tar.gz"]}
      """
    let original = """
      "shapes": {"kind": "shapes", "title": "Shapes", "classes": 4, "trainImages": 96, "testImages": 48, "seed": 3}
      """
    let workspace = try Workspace(Workspace.small.replacingOccurrences(of: original, with: dataset))
    defer { workspace.remove() }
    try Data("this is no archive".utf8).write(to: workspace.folder.appending(path: "broken.tar.gz"))
    // Of Figure 3 nothing can be made; Figure 1 needs no images.
    let outcome = try workspace.repro("figure", "fig3", "--offline")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("broken.tar.gz") || outcome.errors.contains("cifar-10-binary.tar.gz"))
    #expect(try workspace.objects().isEmpty)
  }

  @Test func aCacheThatCannotBeWritten() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    // A file where the folder should be: refused for root as well, unlike permissions.
    try Data().write(to: workspace.folder.appending(path: "occupied"))
    let outcome = try workspace.repro("all", "--cache", "occupied/cache")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("occupied/cache"))
  }

  @Test func aNetworkThatIsNotThere() throws {
    let dataset = """
      "shapes": {"kind": "cifar-10", "title": "CIFAR-10", "sources": ["https://localhost:1/cifar-10-binary.tar.gz"]}
      """
    let original = """
      "shapes": {"kind": "shapes", "title": "Shapes", "classes": 4, "trainImages": 96, "testImages": 48, "seed": 3}
      """
    let workspace = try Workspace(Workspace.small.replacingOccurrences(of: original, with: dataset))
    defer { workspace.remove() }
    let offline = try workspace.repro("figure", "fig3", "--offline")
    #expect(offline.status == 1)
    #expect(offline.errors.lowercased().contains("offline"))
    #expect(try workspace.objects().isEmpty)
  }
}
