import Pipeline
import Reproduction

extension RunArguments {
  /// Brings one figure or table up to date and prints where its files are.
  ///
  /// - Parameter kind: the first part of the node's name, `figure` or `table`.
  /// - Throws: an error that is a sentence, or `ExitCode` after the failure was told.
  func buildOne(_ kind: String, _ name: String, of experiment: ExperimentOptions) throws {
    let project = try experiment.project(isOffline: offline)
    let known = project.graph.ids.map(\.text).filter { $0.hasPrefix("\(kind)/") }.map {
      String($0.dropFirst(kind.count + 1))
    }
    guard known.contains(name) else {
      throw StageError("There is no \(kind) “\(name)”; there are: \(known.sorted().joined(separator: ", ")).")
    }
    for file in try bringUpToDate(project, targets: [try NodeID("\(kind)/\(name)")]) { print(file.path) }
  }
}
