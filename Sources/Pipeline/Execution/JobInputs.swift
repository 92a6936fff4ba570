import Foundation

/// Makes a job's folder, and says where its inputs are.
struct JobInputs {
  let graph: Graph
  let results: [ResultRecord?]
  let store: Store
  /// Whether inputs from other nodes are links in the job's folder under the names they were given, or the store's own files,
  /// named by digest. Links cost ten calls of the system each, to make and to remove, which is most of what a short node takes.
  let links: Bool

  func prepare(_ position: Int, folder: String) throws -> [JobInput] {
    let node = graph.nodes[position]
    try store.files.createFolder(folder)
    return try node.inputs.enumerated().map { index, input in
      switch input.source {
      case .file(let url):
        return JobInput(
          name: input.name, files: [JobFile(name: url.lastPathComponent, path: url.path(percentEncoded: false))])
      case .external(_, let url):
        let file = url.map { JobFile(name: $0.lastPathComponent, path: $0.path(percentEncoded: false)) }
        return JobInput(name: input.name, files: file.map { [$0] } ?? [])
      case .output, .allOutputs:
        let outputs = graph.sources[position][index].flatMap { results[$0] }?.outputs ?? []
        let files = try outputs.filter { input.source.includes($0.name) }.map { output in
          let object = store.path(of: output.artifact.digest)
          guard links else { return JobFile(name: output.name, path: object) }
          let path = "\(folder)/inputs/\(index)/\(output.name)"
          try store.files.createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
          try store.files.link(path, to: object)
          return JobFile(name: output.name, path: path)
        }
        return JobInput(name: input.name, files: files)
      }
    }
  }
}

extension InputSource {
  /// Whether an input from another node takes in its output `name`.
  fileprivate func includes(_ name: String) -> Bool {
    switch self {
    case .output(_, let wanted): name == wanted || (wanted.hasSuffix("/") && name.hasPrefix(wanted))
    case .allOutputs: true
    case .file, .external: false
    }
  }
}
