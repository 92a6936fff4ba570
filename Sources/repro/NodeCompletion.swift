import ArgumentParser
import Foundation
import Pipeline

/// Names of nodes for the shell's completion, out of the graph that the words before ask for.
enum NodeCompletion {
  static let kind = CompletionKind.custom { words, _, prefix in
    names(words).filter { $0.hasPrefix(prefix) }
  }

  /// Numbers of runs, the last first, and names of nodes.
  static let runOrNode = CompletionKind.custom { words, _, prefix in
    (runs(words) + names(words)).filter { $0.hasPrefix(prefix) }
  }

  static let run = CompletionKind.custom { words, _, prefix in runs(words).filter { $0.hasPrefix(prefix) } }

  private static func names(_ words: [String]) -> [String] {
    guard let experiment = try? ExperimentOptions.parse(options(words, ["--profile", "--set"] + places)) else {
      return []
    }
    return (try? experiment.project().graph.ids.map(\.text)) ?? []
  }

  private static func runs(_ words: [String]) -> [String] {
    guard let place = try? CacheOptions.parse(options(words, places)), let cache = try? place.reader() else {
      return []
    }
    return ["last"] + ((try? cache.runList(limit: 20).runs.map { String($0.run) }) ?? [])
  }

  private static let places = ["--config", "--cache", "--outputs"]

  /// The options of `names` among words that are not finished yet.
  private static func options(_ words: [String], _ names: [String]) -> [String] {
    zip(words, words.dropFirst()).flatMap { name, value in names.contains(name) ? [name, value] : [] }
      + words.filter { word in names.contains { word.hasPrefix($0 + "=") } }
  }
}
