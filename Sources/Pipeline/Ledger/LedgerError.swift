import Foundation
import GRDB

/// A ledger that cannot be used.
public enum LedgerError: SentenceError, Hashable {
  case newer(path: String)
  case older(path: String)
  case notALedger(path: String)
  case missing(path: String)
  case damaged(path: String, detail: String)
  case failed(path: String, detail: String, advice: String)

  public var description: String {
    switch self {
    case .newer(let path):
      "The ledger \(path) was written by a newer version of this program: update the program, or use another cache folder."
    case .older(let path):
      "The ledger \(path) was written by an older version of this program: run a command that builds, and it is brought up to date."
    case .notALedger(let path):
      "The file \(path) is not a ledger of this program: move it away, or use another cache folder."
    case .missing(let path):
      "There is no ledger at \(path): nothing was run yet with this cache folder."
    case .damaged(let path, let detail):
      "The ledger \(path) is damaged (\(detail)): a command that builds sets it aside and makes it anew from the records of results."
    case .failed(let path, let detail, let advice):
      "The ledger \(path) cannot be used (\(detail)): \(advice)."
    }
  }

  static func from(_ error: any Error, path: String) -> LedgerError {
    if let error = error as? LedgerError { return error }
    guard let error = error as? DatabaseError else {
      return .failed(path: path, detail: sentence(of: error), advice: "see the message")
    }
    let detail = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_NOTADB: return .notALedger(path: path)
    case .SQLITE_CORRUPT: return .damaged(path: path, detail: detail)
    case .SQLITE_FULL: return .failed(path: path, detail: detail, advice: "make room on the disk and run again")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      return .failed(path: path, detail: detail, advice: "check that its folder exists and may be written")
    case .SQLITE_BUSY:
      return .failed(path: path, detail: detail, advice: "another program holds it; end that or try again")
    default: return .failed(path: path, detail: detail, advice: "see what the system says of that disk")
    }
  }
}
