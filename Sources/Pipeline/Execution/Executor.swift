/// Where jobs run: the seam behind which a cluster takes its place. An executor gets a job, sees to it that
/// `WorkerMain.run` is called with its job file somewhere, and reports the result file.
public protocol Executor: Sendable {
  /// Begins a job and returns at once. The job's private folder exists.
  /// - Parameter onFinish: called once, from any thread, when nothing of the job runs any more; after
  ///   `kill()`, when nothing of it can be seen any more.
  func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob

  /// Whether jobs run on other machines than the coordinator's.
  var runsElsewhere: Bool { get }
}

extension Executor {
  public var runsElsewhere: Bool { false }
}

/// A job that was begun.
public protocol RunningJob: Sendable {
  /// What the job said since it was last asked.
  func progress() -> [Progress]
  /// Asks the job to stop when it can.
  func cancel()
  /// Ends the job now.
  func kill()
}
