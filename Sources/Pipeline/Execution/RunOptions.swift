import Foundation

/// How a run goes about its work. Nothing here changes results.
public struct RunOptions: Sendable {
  /// Threads of all running nodes together.
  public var maxThreads = ProcessInfo.processInfo.activeProcessorCount
  /// Memory of all running nodes together; a node that asks for more runs alone.
  public var maxMemoryMegabytes = Int(ProcessInfo.processInfo.physicalMemory >> 20)
  /// After a failure: go on with what does not depend on it, or start nothing more.
  public var keepsGoing = false
  /// How often a failed node is tried again.
  public var retries = 0
  /// Seconds that a node may take.
  public var timeout: Double?
  /// Seconds between asking workers to stop and ending them.
  public var grace = 10.0
  /// Seconds to wait for another coordinator; infinity waits for ever.
  public var lockTimeout = Double.infinity
  /// Stops the run when it is set from elsewhere.
  public var cancellation = Cancellation()
  /// Whether SIGINT and SIGTERM stop the run.
  public var handlesSignals = false
  /// Whether the process ends right after the run: then what stands for the nodes in memory is left to the system, since
  /// taking ten thousand of them apart takes longer than looking at them.
  public var leavesMemory = false
  /// What the run was called with, for the ledger: see `RunWords`.
  public var command = RunWords.stored(CommandLine.arguments)

  public init() {}
}
