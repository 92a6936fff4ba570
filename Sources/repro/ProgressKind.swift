import ArgumentParser
import Pipeline

/// How a run tells of itself, on standard error.
enum ProgressKind: String, ExpressibleByArgument, CaseIterable {
  case auto, plain, json, none

  var observer: any RunObserver {
    switch self {
    case .auto: TerminalProgress.suitable()
    case .plain: PlainProgress()
    case .json: JSONProgress()
    case .none: SilentObserver()
    }
  }
}
