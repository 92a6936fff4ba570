import Dispatch
import Foundation

/// Calls a handler for signals, as long as it lives. Signals that are ignored already (`nohup`) stay so.
final class SignalWatch {
  private var sources: [(number: Int32, source: any DispatchSourceSignal)] = []

  init(_ numbers: [Int32], handler: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "signals")
    for number in numbers {
      var old = sigaction()
      sigaction(number, nil, &old)
      if old.isIgnored { continue }
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { handler() }
      source.resume()
      sources.append((number, source))
    }
  }

  deinit {
    for (number, source) in sources {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }
}

extension sigaction {
  fileprivate var isIgnored: Bool {
    #if canImport(Darwin)
      unsafeBitCast(__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
      unsafeBitCast(__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
  }
}
