import Foundation
import Pipeline

/// The results as a Workflow Run RO-Crate: a folder that says in JSON-LD what was run, from what, and what came out
/// (RO-Crate 1.1 with the profiles Workflow RO-Crate 1.0, Process Run Crate 0.5 and Workflow Run Crate 0.5).
///
/// It says what the ledger knows and nothing more: inputs with the digests that stand in the nodes' keys, and an action for
/// every run that made something, with its times and its status as they were noted.
public struct ResearchCrate: Sendable {
  /// A file of the crate, or one that was read and lies elsewhere.
  struct Part: Sendable, Equatable {
    enum Role: Sendable, Equatable {
      /// What a run read, or wrote, with the name of the parameter that it is of.
      case input(String)
      case output(String)
    }

    /// Below the crate's folder; the address of a file that is not in it, or `#…` for one that has none.
    let path: String
    let name: String
    let role: Role
    /// Nil where it is not known.
    let size: Int?
    let digest: Digest

    /// Whether it can be opened: what has no address is described and is no data of the crate.
    var isData: Bool { !path.hasPrefix("#") }
  }

  /// A run that made something which the results were made from.
  struct Run: Sendable, Equatable {
    let number: Int64
    /// Nil where the ledger does not know it.
    let command: String?
    /// Seconds since 1970.
    let started: Double
    /// Nil for a run that was cut off or is under way.
    let finished: Double?
    /// As the ledger has it: `done`, `failed`, `interrupted` or `running`.
    let status: String
    let machine: String
    /// Paths of parts.
    let inputs: [String]
    let outputs: [String]
  }

  static let metadataName = "ro-crate-metadata.json"
  static let workflow = "pipeline.json"
  private static let profiles = [
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
  ]
  private static let licence = "https://spdx.org/licenses/MIT"

  let parts: [Part]
  /// By number.
  let runs: [Run]
  let profile: String
  /// `path=value`: what was changed in the workflow before it was read.
  let settings: [String]
  let workflowSize: Int
  let workflowDigest: Digest
  /// When the report was made, in seconds since 1970.
  let made: Double

  /// The metadata: the same bytes for the same results and runs.
  func metadata() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var entities: [JSONLD] = [descriptor, root, workflowEntity, engine, licenceEntity, people]
    entities += runs.map(action)
    entities += statuses
    entities += Self.profiles.map(Self.profileEntity)
    entities += parameters
    entities += parts.map(Self.entity)
    let document: JSONLD = .object([
      "@context": .list([
        .text("https://w3id.org/ro/crate/1.1/context"), .text("https://w3id.org/ro/terms/workflow-run/context"),
      ]),
      "@graph": .list(entities),
    ])
    return try encoder.encode(document) + Data("\n".utf8)
  }

  private var descriptor: JSONLD {
    .entity(
      Self.metadataName, "CreativeWork",
      [
        "about": .id("./"),
        "conformsTo": .list([
          .id("https://w3id.org/ro/crate/1.1"), .id("https://w3id.org/workflowhub/workflow-ro-crate/1.0"),
        ]),
      ])
  }

  private var root: JSONLD {
    let changed = settings.isEmpty ? "" : ", with the settings \(settings.joined(separator: ", "))"
    return .entity(
      "./", "Dataset",
      [
        "name": .text("Exploring Generalization of Non-Contrastive Self-Supervised Learning: a reproduction"),
        "description": .text(
          "Report, table, figures and numbers of the profile \(profile)\(changed), with the configuration that gives every node"
            + " the key under which its result was made."),
        "datePublished": .text(Self.time(made)), "license": .id(Self.licence),
        "conformsTo": .list(Self.profiles.map { .id($0.0) }), "mainEntity": .id(Self.workflow),
        "hasPart": .list([.id(Self.workflow)] + parts.filter(\.isData).map { .id($0.path) }),
        "mentions": .list(runs.map { .id(Self.identifier($0)) }),
      ])
  }

  private var workflowEntity: JSONLD {
    .object([
      "@id": .text(Self.workflow),
      "@type": .list(["File", "SoftwareSourceCode", "ComputationalWorkflow"].map { .text($0) }),
      "name": .text("Pipeline of the reproduction"), "encodingFormat": .text("application/json"),
      "contentSize": .text(String(workflowSize)), "sha256": .text(workflowDigest.hex),
      "programmingLanguage": .id("#repro"), "license": .id(Self.licence), "creator": .id("#contributors"),
      "input": .list(
        parameterNames { if case .input(let name) = $0 { name } else { nil } }.map { .id("#parameter-\($0)") }),
      "output": .list(
        parameterNames { if case .output(let name) = $0 { name } else { nil } }.map { .id("#parameter-\($0)") }),
    ])
  }

  private var engine: JSONLD {
    .object([
      "@id": .text("#repro"), "@type": .list([.text("ComputerLanguage"), .text("SoftwareApplication")]),
      "name": .text("repro"),
      "description": .text("The program that reads the configuration and executes what is stale."),
      "version": .text(Program.version),
    ])
  }

  // MARK: Runs

  private static func identifier(_ run: Run) -> String { "#run-\(run.number)" }

  private func action(_ run: Run) -> JSONLD {
    var members: [String: JSONLD] = [
      "name": .text("Run \(run.number)" + (run.command.map { ": \($0)" } ?? "")), "instrument": .id(Self.workflow),
      "startTime": .text(Self.time(run.started)), "description": .text("Executed on \(run.machine)."),
      "object": .list(run.inputs.map { .id($0) }), "result": .list(run.outputs.map { .id($0) }),
      "actionStatus": .id(Self.status(run.status).id),
    ]
    if let finished = run.finished { members["endTime"] = .text(Self.time(finished)) }
    if run.status == "failed" || run.status == "interrupted" {
      members["error"] = .text("The run ended as \(run.status); what it had made by then was kept.")
    }
    return .entity(Self.identifier(run), "CreateAction", members)
  }

  private static func status(_ status: String) -> (id: String, name: String) {
    switch status {
    case "done": ("http://schema.org/CompletedActionStatus", "Completed")
    case "running": ("http://schema.org/ActiveActionStatus", "Active")
    default: ("http://schema.org/FailedActionStatus", "Failed")
    }
  }

  private var statuses: [JSONLD] {
    let used = Dictionary(runs.map { Self.status($0.status) }.map { ($0.id, $0.name) }) { first, _ in first }
    return used.sorted { $0.key < $1.key }.map { .entity($0.key, "ActionStatusType", ["name": .text($0.value)]) }
  }

  private var licenceEntity: JSONLD {
    .entity(
      Self.licence, "CreativeWork",
      ["name": .text("MIT License"), "identifier": .text("MIT"), "url": .text("https://opensource.org/license/mit")])
  }

  private var people: JSONLD { .entity("#contributors", "Organization", ["name": .text("The contributors of repro")]) }

  private static func profileEntity(_ profile: (id: String, name: String, version: String)) -> JSONLD {
    .entity(profile.id, "CreativeWork", ["name": .text(profile.name), "version": .text(profile.version)])
  }

  // MARK: Parameters and files

  private func parameterNames(_ name: (Part.Role) -> String?) -> [String] {
    Set(parts.compactMap { name($0.role) }).sorted()
  }

  private var parameters: [JSONLD] {
    let all = parameterNames { role in
      switch role {
      case .input(let name), .output(let name): name
      }
    }
    return all.map { name in
      .entity(
        "#parameter-\(name)", "FormalParameter",
        [
          "name": .text(name), "additionalType": .text("File"), "valueRequired": .text("True"),
          "conformsTo": .id("https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"),
        ])
    }
  }

  private static func entity(_ part: Part) -> JSONLD {
    let parameter =
      switch part.role {
      case .input(let name), .output(let name): name
      }
    var members: [String: JSONLD] = [
      "name": .text(part.name), "encodingFormat": .text(mediaType(part.name)), "sha256": .text(part.digest.hex),
      "exampleOfWork": .id("#parameter-\(parameter)"),
    ]
    if let size = part.size { members["contentSize"] = .text(String(size)) }
    return .entity(part.path, part.isData ? "File" : "CreativeWork", members)
  }

  private static func mediaType(_ path: String) -> String {
    let types = [
      "html": "text/html", "csv": "text/csv", "md": "text/markdown", "tex": "application/x-tex", "svg": "image/svg+xml",
      "png": "image/png", "pdf": "application/pdf", "json": "application/json", "gz": "application/gzip",
    ]
    return types[(path as NSString).pathExtension] ?? "application/octet-stream"
  }

  private static func time(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
  }
}

/// As much of JSON as a crate needs.
indirect enum JSONLD: Encodable {
  case text(String)
  case list([JSONLD])
  case object([String: JSONLD])

  static func id(_ id: String) -> JSONLD { .object(["@id": .text(id)]) }

  static func entity(_ id: String, _ type: String, _ members: [String: JSONLD]) -> JSONLD {
    .object(members.merging(["@id": .text(id), "@type": .text(type)]) { $1 })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let members): try container.encode(members)
    }
  }
}
