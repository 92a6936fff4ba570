import Foundation
import Pipeline

extension ResearchCrate {
  /// Writes the crate of what the last run of everything laid out.
  ///
  /// - Parameter folder: does not exist, or is empty.
  /// - Returns: paths below the folder, sorted.
  /// - Throws: `StageError` in a sentence, before anything is written: where the configuration, a file that was read or a file
  ///   that was laid out is another one now than the results were made from.
  @discardableResult
  public static func write(_ project: Project, cache: CacheReader, to folder: URL) throws -> [String] {
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard present.isEmpty else {
      throw StageError("\(folder.path) is not empty; name a new folder for the crate.")
    }
    var gathering = try Gathering(project, cache)
    let (crate, files) = try gathering.crate()
    var contents = files
    contents.append((metadataName, try crate.metadata()))
    for (path, data) in contents { try Site.write(data, to: folder.appending(path: path)) }
    return contents.map(\.path).sorted()
  }

  /// What the ledger knows of the results that are laid out, and their files.
  private struct Gathering {
    let project: Project
    let cache: CacheReader
    let executions: [NodeID: ExecutionRecord]
    var files: [(path: String, data: Data)] = []
    var parts: [Part] = []
    /// By run: paths of parts that its nodes read, and that show what they made.
    var read: [Int64: Set<String>] = [:]
    var shown: [Int64: Set<String>] = [:]

    init(_ project: Project, _ cache: CacheReader) throws {
      self.project = project
      self.cache = cache
      executions = try cache.ledger.currentExecutions()
    }

    mutating func crate() throws -> (ResearchCrate, [(path: String, data: Data)]) {
      guard let report = executions["report/index"] else {
        throw StageError("The report was never made; run repro all first.")
      }
      try requireKeys()
      let workflow = try contents(of: project.file)
      files.append((ResearchCrate.workflow, workflow))
      try addOutputs()
      try addFiles()
      try addRawFiles()
      let crate = ResearchCrate(
        parts: parts, runs: try runs(), profile: project.paper.profile.name,
        settings: project.overrides.filter { !$0.hasPrefix("profile=") }, workflowSize: workflow.count,
        workflowDigest: Digest(of: workflow), made: report.started + report.duration)
      return (crate, files)
    }

    /// The configuration as it is now gives every node the key that its result was made under. So it is what was run, and so
    /// are the claims and all else that it reads into parameters.
    private func requireKeys() throws {
      let plan = try cache.plan(project.graph, registry: project.registry)
      let current = Set(plan.upToDate)
      let others = plan.nodes.filter { !current.contains($0) }
      guard let first = others.first else { return }
      throw StageError(
        "\(others.count == 1 ? "The result of \(first) is" : "The results of \(others.count) nodes, such as \(first), are") not of"
          + " the configuration as it is now; run repro all first, or give the --profile and --set that they were made by."
      )
    }

    /// What is laid out, each file held against the ledger.
    private mutating func addOutputs() throws {
      let manifest = OutputsManifest.load(from: project.outputs.folder)
      for (path, data) in try Site(project.outputs).files() {
        guard let entry = manifest.files[path] else { continue }
        let digest = Digest(of: data)
        let isCurrent: Bool
        if path == Outputs.reportPath {
          isCurrent = try Data(project.outputs.filledReport(project.graph, cache).page.utf8) == data
        } else {
          let made = try cache.lastResult(of: entry.node)?.outputs.first { $0.name == entry.output }
          isCurrent = made?.artifact.digest == digest
        }
        guard isCurrent else {
          throw StageError("\(path) shows another result of \(entry.node) than its last one; run repro all first.")
        }
        files.append((path, data))
        parts.append(
          Part(path: path, name: path, role: .output(Self.parameter(path)), size: data.count, digest: digest))
        if let run = executions[entry.node]?.run { shown[run, default: []].insert(path) }
      }
    }

    /// Files of the project that nodes read, and the claims, which the configuration reads.
    private mutating func addFiles() throws {
      for node in project.graph.nodes {
        for input in node.inputs {
          guard case .file(let url) = input.source else { continue }
          let recorded = try cache.ledger.components(of: node.id).first { $0.name == "inputs.\(input.name)" }?.value
          try add(url, recorded: recorded, of: node)
        }
        if node.stage == StageName.claim {
          try add(project.root.appending(path: "paper/\(OutputName.claims)"), recorded: nil, of: node)
        }
      }
    }

    /// - Parameter recorded: the digest that stands in the node's key; nil where it holds the file's content in other ways.
    private mutating func add(_ url: URL, recorded: String?, of node: Node) throws {
      let path = "\(url.deletingLastPathComponent().lastPathComponent)/\(url.lastPathComponent)"
      let known = parts.first { $0.path == path }
      let digest: Digest
      if let known {
        digest = known.digest
      } else {
        let data = try contents(of: url)
        digest = Digest(of: data)
        files.append((path, data))
        parts.append(
          Part(path: path, name: path, role: .input(Self.parameter(path)), size: data.count, digest: digest))
      }
      if let recorded, recorded != digest.hex {
        throw StageError("\(path) is not the file that \(node.id) read; run repro all first.")
      }
      note(path, readBy: node.id)
    }

    /// What came from outside: described by its digest, not copied.
    private mutating func addRawFiles() throws {
      let own = Set(parts.map(\.digest.hex))
      for raw in try cache.provenance(of: "report/index").rawFiles where !own.contains(raw.digest) {
        guard let digest = Digest(hex: raw.digest), let node = try? NodeID(raw.node) else { continue }
        let isAddress = raw.origin.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
        // Where it lay on one machine tells nobody else anything.
        let path = isAddress ? raw.origin ?? "" : "#raw-\(raw.digest)"
        if !parts.contains(where: { $0.path == path }) {
          parts.append(
            Part(
              path: path, name: raw.name, role: .input(Self.parameter("raw-\(raw.name)")), size: raw.size,
              digest: digest))
        }
        note(path, readBy: node)
      }
    }

    private mutating func note(_ path: String, readBy node: NodeID) {
      if let run = executions[node]?.run { read[run, default: []].insert(path) }
    }

    /// The runs that made the results of the graph's nodes.
    private func runs() throws -> [Run] {
      let made = Dictionary(grouping: project.graph.nodes.compactMap { executions[$0.id] }, by: \.run)
      return try made.keys.sorted().compactMap { number in
        guard let run = try cache.ledger.run(number) else { return nil }
        return Run(
          number: number, command: RunWords.words(of: run.command).map(Self.command), started: run.started,
          finished: run.finished, status: run.status, machine: Machine.describe(made[number] ?? []),
          inputs: (read[number] ?? []).sorted(), outputs: (shown[number] ?? []).sorted())
      }
    }

    /// As it was called, with the last part of places of one machine.
    private static func command(_ words: [String]) -> String {
      words.map { word in
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let last = parts[parts.count - 1]
        guard last.hasPrefix("/") else { return RunWords.quoted(word) }
        return RunWords.quoted((parts.dropLast() + [URL(filePath: last).lastPathComponent]).joined(separator: "="))
      }.joined(separator: " ")
    }

    private func contents(of file: URL) throws -> Data {
      do {
        return try Data(contentsOf: file)
      } catch {
        throw StageError.cannotRead(file.path, error)
      }
    }

    /// `report/index.html` is of the parameter `report-index-html`.
    private static func parameter(_ path: String) -> String {
      String(path.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
  }
}
