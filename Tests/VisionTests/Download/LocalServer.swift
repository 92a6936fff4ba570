import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small HTTP server on the loopback address, for one test. It answers each request with the next of the given
/// behaviours (the last one again and again) and remembers what it was asked.
final class LocalServer: Sendable {
  struct Behaviour: Sendable {
    var status = 200
    var content: [UInt8] = []
    /// Whether Range is honoured.
    var knowsRange = true
    var entityTag: String? = "\"one\""
    /// The connection is cut after this many bytes of the body.
    var cutAfter: Int?
    /// The length in the header, where it is not to be the truth.
    var announced: Int?
    /// Whether Content-Range tells the whole file's size.
    var tellsTotal = true
    /// Seconds of silence before the answer.
    var silence: TimeInterval = 0
  }

  struct Request: Sendable, Equatable {
    let path: String
    let headers: [String: String]
  }

  let port: UInt16
  private let listener: Int32
  private let behaviours: [Behaviour]
  private let seen = Mutex<[Request]>([])

  var requests: [Request] { seen.withLock { $0 } }

  init(_ behaviours: [Behaviour]) throws {
    self.behaviours = behaviours
    #if canImport(Glibc)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    listener = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &length) == 0
      }
    }
    guard listener >= 0, result else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    let thread = Thread { [self] in serve() }
    thread.start()
  }

  func url(_ path: String = "file.bin") throws -> URL {
    guard let url = URL(string: "http://127.0.0.1:\(port)/\(path)") else { throw POSIXError(.EINVAL) }
    return url
  }

  /// Ends the thread, which holds the server alive.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve() {
    var served = 0
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      answer(connection, with: behaviours[min(served, behaviours.count - 1)])
      served += 1
    }
    close(listener)
  }

  private func answer(_ connection: Int32, with behaviour: Behaviour) {
    defer { close(connection) }
    guard let request = readRequest(connection) else { return }
    seen.withLock { $0.append(request) }
    if behaviour.silence > 0 { Thread.sleep(forTimeInterval: behaviour.silence) }

    var status = behaviour.status
    var start = 0
    var extra = ""
    let isSame = request.headers["if-range"].map { $0 == behaviour.entityTag } ?? true
    if status == 200, behaviour.knowsRange, isSame, let range = request.headers["range"],
      let offset = Int(range.dropFirst("bytes=".count).prefix { $0 != "-" })
    {
      if offset < behaviour.content.count {
        status = 206
        start = offset
        let total = behaviour.tellsTotal ? "\(behaviour.content.count)" : "*"
        extra = "Content-Range: bytes \(offset)-\(behaviour.content.count - 1)/\(total)\r\n"
      } else {
        status = 416
      }
    }
    if let tag = behaviour.entityTag { extra += "ETag: \(tag)\r\n" }
    let body = status == 200 || status == 206 ? behaviour.content[start...] : []
    let head =
      "HTTP/1.1 \(status) Status\r\nContent-Length: \(behaviour.announced ?? body.count)\r\n\(extra)"
      + "Connection: close\r\n\r\n"
    send(Array(head.utf8)[...], to: connection)
    send(body.prefix(behaviour.cutAfter ?? body.count), to: connection)
  }

  private func readRequest(_ connection: Int32) -> Request? {
    var text: [UInt8] = []
    var byte: UInt8 = 0
    while !text.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
      guard text.count < 65_536, recv(connection, &byte, 1, 0) == 1 else { return nil }
      text.append(byte)
    }
    let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
    let parts = lines[0].split(separator: " ")
    guard parts.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return Request(path: String(parts[1]), headers: headers)
  }

  private func send(_ bytes: ArraySlice<UInt8>, to connection: Int32) {
    #if canImport(Glibc)
      let flags = Int32(MSG_NOSIGNAL)
    #else
      let flags: Int32 = 0
    #endif
    bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        let count = Foundation.send(connection, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, flags)
        guard count > 0 else { return }
        sent += count
      }
    }
  }
}
