import Foundation

/// A graph that cannot be: each case is a mistake in how nodes were declared or asked for.
public enum GraphError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
  case invalidNodeID(String)
  case duplicateNode(NodeID)
  case duplicateInput(node: NodeID, input: String)
  case invalidOutput(node: NodeID, output: String)
  case unknownInput(node: NodeID, input: String, upstream: NodeID)
  case unknownOutput(node: NodeID, input: String, upstream: NodeID, output: String, declared: [String])
  case unknownStage(node: NodeID, stage: String)
  /// The nodes of the cycle, each an input of the next and the last of the first.
  case cycle([NodeID])
  case noMatch(pattern: String, nearest: NodeID?)
  case noNode(String, nearest: NodeID?)

  public var description: String {
    switch self {
    case .invalidNodeID(let text):
      "“\(text)” is not a node name: use segments of letters, digits and . _ + = @ , - separated by “/”."
    case .duplicateNode(let node):
      "Two nodes are named \(node): give each a name of its own."
    case .duplicateInput(let node, let input):
      "Node \(node) declares the input “\(input)” twice."
    case .invalidOutput(let node, let output):
      "Node \(node) declares the output “\(output)”, which is declared twice or is not a plain relative path."
    case .unknownInput(let node, let input, let upstream):
      "Input “\(input)” of node \(node) comes from \(upstream), which is not in the graph."
    case .unknownOutput(let node, let input, let upstream, let output, let declared):
      "Input “\(input)” of node \(node) is the output “\(output)” of \(upstream), which declares only "
        + declared.joined(separator: ", ") + "."
    case .unknownStage(let node, let stage):
      "Node \(node) is of stage “\(stage)”, which this program does not have."
    case .cycle(let nodes):
      "These nodes need each other in a circle: "
        + (nodes + nodes.prefix(1)).map(\.text).joined(separator: " → ") + "."
    case .noMatch(let pattern, let nearest):
      "No node matches “\(pattern)”" + Self.hint(nearest)
    case .noNode(let text, let nearest):
      "There is no node “\(text)”" + Self.hint(nearest)
    }
  }

  private static func hint(_ nearest: NodeID?) -> String {
    nearest.map { "; the nearest is \($0)." } ?? ", nor one with a name like it."
  }

  public var errorDescription: String? { description }
}
