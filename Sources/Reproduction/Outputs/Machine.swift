import Foundation
import Numerics
import Pipeline

/// The machine that a node ran on, as far as bits may depend on it: recorded with the execution, never part of a key.
public enum Machine {
  private static let processorKey = "processor"
  private static let kernelKey = "openblas"
  private static let productsKey = "products"

  /// The machine of this process, for `StageRegistry.environment`.
  public static func environment() -> [String: String] { current }

  /// What decides bits (`Arithmetic`): whether products are fused is a matter of the processor, whose name is there.
  private static let current = [
    processorKey: processor, kernelKey: Arithmetic.current.kernel,
    productsKey: Arithmetic.current.products.description,
  ]

  /// The processor's name.
  static var processor: String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return "unknown processor" }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    return name ?? "unknown processor"
  }

  /// The distinct machines of executions, in the order in which they first occur. Whose they are is nobody's business:
  /// processor and kernel, no host.
  static func describe(_ executions: [ExecutionRecord]) -> String {
    var names: [String] = []
    for execution in executions {
      let name = describe(execution.environment)
      if !names.contains(name) { names.append(name) }
    }
    return names.isEmpty ? "none" : names.joined(separator: "; ")
  }

  private static func describe(_ environment: [String: String]) -> String {
    guard let processor = environment[processorKey], let kernel = environment[kernelKey] else { return "not recorded" }
    let products = environment[productsKey].map { ", products by \($0)" } ?? ""
    return "\(processor), OpenBLAS kernel \(kernel)\(products)"
  }
}
