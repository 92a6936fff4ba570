import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Fetching from one address, with the tries it takes.
struct WebFetch {
  let url: URL
  let expected: Downloader.Expectation
  let downloader: Downloader

  /// A failure, and whether another try may help.
  private struct Failure: Error {
    let error: DownloadError
    let mayPass: Bool
  }

  /// Fills `part` with the right content.
  /// - Throws: ``DownloadError``. What was fetched stays in `part` unless it is known to be wrong.
  func run(into part: PartialFile, progress: ((Int, Int?) throws -> Void)?) throws -> (sha256: String, bytes: Int) {
    let wasResumed = part.byteCount > 0 && canResume(part)
    do {
      return try runOnce(into: part, progress: progress)
    } catch let error as DownloadError where error.reason == .wrongContent && wasResumed {
      // The bytes from earlier may be what is wrong.
      return try runOnce(into: part, progress: progress)
    }
  }

  private func runOnce(into part: PartialFile, progress: ((Int, Int?) throws -> Void)?) throws -> (
    sha256: String, bytes: Int
  ) {
    try transferUntilWhole(into: part, progress: progress)
    let found = try SHA256Stream.digest(ofFileAt: part.url)
    if let wrong = mismatch(found, expected) {
      try part.discard()
      throw DownloadError(.wrongContent, "\(wrong), so it was thrown away")
    }
    return found
  }

  private func transferUntilWhole(into part: PartialFile, progress: ((Int, Int?) throws -> Void)?) throws {
    var furthest = part.byteCount
    var failuresInRow = 0
    var tries = 0
    while true {
      do {
        return try transfer(into: part, progress: progress)
      } catch let failure as Failure {
        tries += 1
        failuresInRow = part.byteCount > furthest ? 1 : failuresInRow + 1
        furthest = max(furthest, part.byteCount)
        guard failure.mayPass else { throw failure.error }
        // A server that cuts every few bytes makes progress too, hence the second bound.
        guard failuresInRow < downloader.attempts, tries < 10 * downloader.attempts else {
          throw DownloadError(failure.error.reason, "\(failure.error.description) (\(tries) tries)")
        }
        try pause(min(30, downloader.backoff * pow(2, Double(failuresInRow - 1)))) {
          try progress?(part.byteCount, expected.bytes)
        }
      }
    }
  }

  /// Waits so many seconds, asking several times a second whether that is still wanted.
  private func pause(_ seconds: TimeInterval, whileWaiting: () throws -> Void) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      try whileWaiting()
      let left = deadline - ContinuousClock.now
      guard left > .zero else { return }
      Thread.sleep(forTimeInterval: min(Downloader.patience, left / .seconds(1)))
    }
  }

  private func canResume(_ part: PartialFile) -> Bool {
    guard let origin = part.origin, origin.address == url.absoluteString else { return false }
    // Without a validator only the digest can tell whether old and new bytes belong together.
    return origin.validator != nil || expected.sha256 != nil
  }

  /// One request and its answer.
  private func transfer(into part: PartialFile, progress: ((Int, Int?) throws -> Void)?) throws {
    var request = URLRequest(url: url)
    // A transparently unpacked body would have another size and digest.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    var offset = canResume(part) ? part.byteCount : 0
    if let bytes = expected.bytes {
      if offset == bytes { return }
      if offset > bytes { offset = 0 }
    }
    if offset > 0 {
      request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range")
      if let validator = part.origin?.validator { request.setValue(validator, forHTTPHeaderField: "If-Range") }
    }
    let transfer = HTTPTransfer(request, timeout: downloader.timeout)
    defer { transfer.close() }

    var total = expected.bytes
    var hasHead = false
    while true {
      switch try transfer.next(whileWaiting: { try progress?(part.byteCount, total) }) {
      case .head(let head):
        hasHead = true
        total = try start(head, offset: offset, part: part) ?? expected.bytes
        try progress?(part.byteCount, total)
      case .data(let data):
        if let total, part.byteCount + data.count > total {
          try part.discard()
          throw Failure(
            error: DownloadError(.wrongContent, "it is larger than \(total) bytes, so it was thrown away"),
            mayPass: false)
        }
        try data.withUnsafeBytes { try part.append($0) }
        try progress?(part.byteCount, total)
      case .end(let error):
        if let error { throw Failure(error: DownloadError(.unavailable, describe(error, part)), mayPass: true) }
        if !hasHead {
          throw Failure(error: DownloadError(.unavailable, "the server gave no answer"), mayPass: true)
        }
        if let total, part.byteCount < total {
          throw Failure(
            error: DownloadError(.unavailable, "cut off after \(part.byteCount) of \(total) bytes"), mayPass: true)
        }
        return
      }
    }
  }

  /// Prepares `part` for the body that follows `head` and returns the whole file's size, if told.
  private func start(_ head: HTTPHead, offset: Int, part: PartialFile) throws -> Int? {
    let total: Int?
    switch head.status {
    case 200:
      total = try length(head, after: 0)
      try part.restart(from: PartialFile.Origin(address: url.absoluteString, validator: head.validator))
    case 206:
      let isSameFile =
        head.validator == nil || part.origin?.validator == nil || head.validator == part.origin?.validator
      guard offset > 0, let range = head.range, range.start == offset, isSameFile else {
        try part.discard()
        throw Failure(
          error: DownloadError(.unavailable, "the server went on at another place or with another file"),
          mayPass: true)
      }
      total = try range.total ?? length(head, after: offset)
    case 416:
      try part.discard()
      throw Failure(error: DownloadError(.unavailable, "the server has less than was fetched before"), mayPass: true)
    default:
      let isPassing = head.status == 408 || head.status == 429 || head.status >= 500
      throw Failure(
        error: DownloadError(.unavailable, "the server answered with HTTP status \(head.status)"), mayPass: isPassing)
    }
    if let total, let bytes = expected.bytes, total != bytes {
      try part.discard()
      throw Failure(
        error: DownloadError(.wrongContent, "the server announces \(total) bytes instead of \(bytes)"),
        mayPass: false)
    }
    return total
  }

  /// The whole file's size, by the length of a body that follows the first `offset` bytes.
  private func length(_ head: HTTPHead, after offset: Int) throws -> Int? {
    let sum = head.contentLength?.addingReportingOverflow(offset)
    guard !head.hasImpossibleLength, sum?.overflow != true else {
      throw Failure(
        error: DownloadError(.unavailable, "the server announces a length that no file can have"), mayPass: false)
    }
    return sum?.partialValue
  }

  private func describe(_ error: URLError, _ part: PartialFile) -> String {
    let cause =
      switch error.code {
      case .timedOut: "the server did not answer within \(Int(downloader.timeout)) seconds"
      case .cannotFindHost, .dnsLookupFailed: "the host name \(url.host ?? "") is not known; is there a network?"
      case .cannotConnectToHost: "no connection to \(url.host ?? "the host") is possible; is there a network?"
      case .notConnectedToInternet: "there is no network"
      case .networkConnectionLost: "the connection was lost"
      case .unsupportedURL, .badURL: "the address cannot be used"
      default: error.localizedDescription
      }
    return part.byteCount > 0 ? "\(cause), after \(part.byteCount) bytes, which are kept" : cause
  }
}
