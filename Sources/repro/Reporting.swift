import ArgumentParser
import Foundation
import Pipeline
import Reproduction

/// Runs a subcommand and turns what it throws into a sentence and the documented exit status.
func reporting(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let code as ExitCode {
    throw code
  } catch {
    Standard.error("error: " + sentence(of: error))
    switch error {
    case is EnvironmentError: throw ExitCode(64)
    case is ConfigurationError: throw ExitCode(78)
    case is LockError: throw ExitCode(75)
    default: throw ExitCode.failure
    }
  }
}
