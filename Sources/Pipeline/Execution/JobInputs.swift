import Foundation

/// Makes a job's folder, with links to its inputs under the names they were given.
struct JobInputs {
  let graph: Graph
  let results: [ResultRecord?]
  let store: Store

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
          let path = "\(folder)/inputs/\(index)/\(output.name)"
          try store.files.createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
          try store.files.link(path, to: store.path(of: output.artifact.digest))
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
