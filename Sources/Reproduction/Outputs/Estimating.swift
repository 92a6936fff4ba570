import Foundation
import Pipeline

/// Estimates what a run of a project would cost, after measuring what is not known.
public struct Estimating {
  private let project: Project
  private let threads: Int
  private let measures: Bool
  private let measuresAgain: Bool

  /// - Parameters:
  ///   - threads: of all running nodes together; all cores where nil.
  ///   - measures: whether kinds of work that nothing is known of are measured.
  ///   - measuresAgain: whether what was measured before counts for nothing.
  public init(project: Project, threads: Int?, measures: Bool, measuresAgain: Bool) {
    self.project = project
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    self.measures = measures
    self.measuresAgain = measuresAgain
  }

  /// - Parameters:
  ///   - targets: the nodes that are asked for; all where nil.
  ///   - onMeasuring: told what is about to be measured.
  public func estimate(targets: [NodeID]?, onMeasuring: (String) -> Void) throws -> PlanEstimate {
    let machine = project.registry.environment()
    var calibration =
      measuresAgain ? Calibration(machine: machine) : Calibration.load(project.cache, machine: machine)
    if measures {
      let kinds = try CacheReader.kindsToCalibrate(
        project.graph, targets: targets, registry: project.registry, folder: project.cache, calibration: calibration)
      let rates = try Calibrator.measure(kinds, of: project.graph, threads: threads, onKind: onMeasuring)
      if !rates.isEmpty {
        for rate in rates { calibration.add(rate) }
        try calibration.save(to: project.cache)
      }
    }
    return try CacheReader.estimate(
      project.graph, targets: targets, registry: project.registry, folder: project.cache, calibration: calibration,
      threads: threads, memoryMegabytes: RunOptions().maxMemoryMegabytes)
  }
}
