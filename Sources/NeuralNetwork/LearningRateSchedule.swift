#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Linear warm-up, then half a cosine to 0, step by step.
public struct LearningRateSchedule: Sendable, Equatable {
  public let base: Double
  public let warmupSteps: Int
  public let steps: Int

  public init(base: Double, warmupSteps: Int, steps: Int) {
    self.base = base
    self.warmupSteps = warmupSteps
    self.steps = steps
  }

  /// The learning rate of step `step`, counted from 0: base · (step + 1)/(warm-up) while warming up, which ends at
  /// `base`, then base · (1 + cos π t)/2 with t from 0 at the first step after it towards 1 after the last.
  public func learningRate(_ step: Int) -> Double {
    if step < warmupSteps { return base * Double(step + 1) / Double(warmupSteps) }
    let progress = Double(step - warmupSteps) / Double(max(1, steps - warmupSteps))
    return base * 0.5 * (1 + cos(.pi * progress))
  }
}
