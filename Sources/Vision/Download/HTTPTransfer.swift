import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One GET, whose events the calling thread takes one by one. So the file is written by the thread that owns it,
/// and the session's own threads only hand over.
final class HTTPTransfer: Sendable {
  enum Event: Sendable {
    case head(HTTPHead)
    case data(Data)
    case end(URLError?)
  }

  private let events = EventQueue()
  private let session: URLSession
  private let task: URLSessionDataTask
  private let timeout: TimeInterval

  init(_ request: URLRequest, timeout: TimeInterval) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeout
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpShouldSetCookies = false
    session = URLSession(
      configuration: configuration, delegate: TransferDelegate(events: events), delegateQueue: nil)
    task = session.dataTask(with: request)
    self.timeout = timeout
    task.resume()
  }

  /// Waits for the next event; a transfer that falls silent ends with a time-out.
  /// - Parameter whileWaiting: called several times a second; what it throws ends the waiting.
  func next(whileWaiting: () throws -> Void) throws -> Event {
    // The session has a time-out of its own; this one is for when that does not fire.
    let deadline = ContinuousClock.now + .seconds(timeout + 5)
    repeat {
      if let event = events.take(timeout: Downloader.patience) { return event }
      try whileWaiting()
    } while ContinuousClock.now < deadline
    return .end(URLError(.timedOut))
  }

  /// Ends the transfer. Call it in any case, or the session stays alive.
  func close() {
    task.cancel()
    session.invalidateAndCancel()
  }
}

/// Status and header fields of a response.
struct HTTPHead: Sendable {
  let status: Int
  /// The body's length, if the server tells.
  let contentLength: Int?
  /// Whether the server tells a length that no body can have.
  let hasImpossibleLength: Bool
  let contentRange: String?
  let entityTag: String?
  let lastModified: String?

  init(_ response: HTTPURLResponse) {
    status = response.statusCode
    let length = response.value(forHTTPHeaderField: "Content-Length")
    contentLength = length.flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil }
    hasImpossibleLength = length != nil && contentLength == nil
    contentRange = response.value(forHTTPHeaderField: "Content-Range")
    entityTag = response.value(forHTTPHeaderField: "ETag")
    lastModified = response.value(forHTTPHeaderField: "Last-Modified")
  }

  /// What proves, later, that the server's file is still the same. Weak tags do not (RFC 9110, 8.8.1).
  var validator: String? {
    if let entityTag, !entityTag.hasPrefix("W/") { return entityTag }
    return lastModified
  }

  /// First byte and total of `Content-Range: bytes 100-199/200`; the total may be unknown (`*`).
  var range: (start: Int, total: Int?)? {
    guard let contentRange, contentRange.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = contentRange.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) }) else { return nil }
    let total = Int(parts[1])
    if let total, total <= start { return nil }
    return (start, total)
  }
}

private final class EventQueue: Sendable {
  private let events = Mutex<[HTTPTransfer.Event]>([])
  private let count = DispatchSemaphore(value: 0)

  func put(_ event: HTTPTransfer.Event) {
    events.withLock { $0.append(event) }
    count.signal()
  }

  func take(timeout: TimeInterval) -> HTTPTransfer.Event? {
    guard count.wait(timeout: .now() + timeout) == .success else { return nil }
    return events.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}

private final class TransferDelegate: NSObject, URLSessionDataDelegate {
  private let events: EventQueue

  init(events: EventQueue) { self.events = events }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    guard let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
    events.put(.head(HTTPHead(response)))
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    events.put(.data(data))
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    events.put(.end(error.map { $0 as? URLError ?? URLError(.unknown) }))
  }

  /// A redirect may not leave the web: `file:` and the like would read from this machine.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    let scheme = request.url?.scheme?.lowercased()
    completionHandler(scheme == "https" || scheme == "http" ? request : nil)
  }
}
