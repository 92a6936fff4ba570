import Foundation
import Synchronization

/// Runs jobs in processes of their own: `executable arguments… --serve`. A process that is done with a short job gets the next
/// one, since to start one takes longer than many a node; it has one job at a time, so that whatever ends it is that job's doing.
public struct LocalProcessExecutor: Executor {
  private let workers: Workers

  /// - Parameter environment: set in the workers besides what the coordinator has.
  public init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) {
    workers = Workers(WorkerPool(executable: executable, arguments: arguments + ["--serve"], environment: environment))
  }

  public func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob {
    let files = LocalFileSystem()
    try files.replace(job.jobPath, with: JobFormat.encode(job))
    if let slash = job.logPath.lastIndex(of: "/") { try files.createFolder(String(job.logPath[..<slash])) }
    let assignment = Assignment(job, onFinish: onFinish)
    try workers.pool.start(assignment)
    return assignment
  }

  /// Workers that wait end with the executor.
  private final class Workers: Sendable {
    let pool: WorkerPool
    init(_ pool: WorkerPool) { self.pool = pool }
    deinit { pool.dismissAll() }
  }
}
