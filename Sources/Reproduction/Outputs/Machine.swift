import Foundation
import Numerics

/// The machine that a report was made on: provenance, never part of a key.
enum Machine {
  static var description: String {
    let info = ProcessInfo.processInfo
    let memory = Double(info.physicalMemory) / Double(1 << 30)
    return
      "\(processor), \(info.activeProcessorCount) cores, \(Int(memory.rounded())) GiB; OpenBLAS kernel \(BLAS.coreName)"
  }

  private static var processor: String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return "unknown processor" }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    return name ?? "unknown processor"
  }
}
