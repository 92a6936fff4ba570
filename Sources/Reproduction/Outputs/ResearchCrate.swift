import Foundation
import Pipeline

/// The results as a Workflow Run RO-Crate: a folder that says in JSON-LD what was run, from what, and what came out
/// (RO-Crate 1.1 with the profiles Workflow RO-Crate 1.0, Process Run Crate 0.5 and Workflow Run Crate 0.5).
public struct ResearchCrate: Sendable {
  /// A file of the crate.
  struct Part: Sendable, Equatable {
    enum Role: Sendable, Equatable {
      /// What the run read, or wrote, with the name of the parameter that it is of.
      case input(String)
      case output(String)
    }

    /// Below the crate's folder.
    let path: String
    let name: String
    let role: Role
    let size: Int
    let digest: Digest
  }

  /// The run that made the report.
  struct Run: Sendable, Equatable {
    let number: Int64
    let command: String
    /// Seconds since 1970.
    let started: Double
    let finished: Double
    let machine: String
  }

  static let metadataName = "ro-crate-metadata.json"
  private static let workflow = "pipeline.json"
  private static let profiles = [
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
  ]
  private static let licence = "https://spdx.org/licenses/MIT"

  let parts: [Part]
  let run: Run
  let profile: String
  let workflowSize: Int

  /// The metadata: the same bytes for the same results and run.
  func metadata() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document: JSONLD = .object([
      "@context": .list([
        .text("https://w3id.org/ro/crate/1.1/context"), .text("https://w3id.org/ro/terms/workflow-run/context"),
      ]),
      "@graph": .list(
        [descriptor, root, workflowEntity, engine, action, machine, licenceEntity, people]
          + Self.profiles.map(Self.profileEntity) + parameters + parts.map(Self.entity)),
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
    .entity(
      "./", "Dataset",
      [
        "name": .text("Exploring Generalization of Non-Contrastive Self-Supervised Learning: a reproduction"),
        "description": .text(
          "Report, table, figures and numbers of a run of the profile \(profile), with the configuration that they were made by."
        ),
        "datePublished": .text(Self.time(run.finished)), "license": .id(Self.licence), "author": .id("#contributors"),
        "conformsTo": .list(Self.profiles.map { .id($0.0) }), "mainEntity": .id(Self.workflow),
        "hasPart": .list([.id(Self.workflow)] + parts.map { .id($0.path) }), "mentions": .list([.id("#run")]),
      ])
  }

  private var workflowEntity: JSONLD {
    .object([
      "@id": .text(Self.workflow),
      "@type": .list(["File", "SoftwareSourceCode", "ComputationalWorkflow"].map { .text($0) }),
      "name": .text("Pipeline of the reproduction"), "encodingFormat": .text("application/json"),
      "contentSize": .text(String(workflowSize)), "programmingLanguage": .id("#repro"), "license": .id(Self.licence),
      "creator": .id("#contributors"),
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
      "version": .text("0.1.0"), "url": .text("https://www.swift.org"),
    ])
  }

  private var action: JSONLD {
    let inputs = parts.filter { if case .input = $0.role { true } else { false } }
    let outputs = parts.filter { if case .output = $0.role { true } else { false } }
    return .entity(
      "#run", "CreateAction",
      [
        "name": .text("Run \(run.number): \(run.command)"), "instrument": .id(Self.workflow),
        "agent": .id("#contributors"),
        "startTime": .text(Self.time(run.started)), "endTime": .text(Self.time(run.finished)),
        "description": .text("Executed on \(run.machine)."), "object": .list(inputs.map { .id($0.path) }),
        "result": .list(outputs.map { .id($0.path) }), "actionStatus": .id("http://schema.org/CompletedActionStatus"),
      ])
  }

  private var machine: JSONLD {
    .entity("http://schema.org/CompletedActionStatus", "ActionStatusType", ["name": .text("Completed")])
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
    return .entity(
      part.path, "File",
      [
        "name": .text(part.name), "encodingFormat": .text(mediaType(part.path)),
        "contentSize": .text(String(part.size)),
        "sha256": .text(part.digest.hex), "exampleOfWork": .id("#parameter-\(parameter)"),
      ])
  }

  private static func mediaType(_ path: String) -> String {
    let types = [
      "html": "text/html", "csv": "text/csv", "md": "text/markdown", "tex": "application/x-tex", "svg": "image/svg+xml",
      "png": "image/png", "pdf": "application/pdf", "json": "application/json",
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
