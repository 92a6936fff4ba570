import Foundation

/// When each node of the last run was made: a bar a node, as many lanes as there were at once.
struct Timeline {
  private struct Bar {
    let record: NodeRecord
    let execution: NodeRecord.Execution
    let lane: Int
  }

  private static let width = 920.0
  private static let left = 8.0
  private static let laneHeight = 18.0

  let records: [NodeRecord]

  /// The run that made most of the time's worth of the nodes, and what it made; nil where nothing is known.
  private var run: (number: Int, records: [(NodeRecord, NodeRecord.Execution)])? {
    var byRun: [Int: [(NodeRecord, NodeRecord.Execution)]] = [:]
    for record in records {
      // A clock may be wrong by years, but not by millennia.
      guard let execution = record.execution, abs(execution.started) < 1e11, (0..<1e9).contains(execution.seconds)
      else { continue }
      byRun[execution.run, default: []].append((record, execution))
    }
    func seconds(_ run: Int) -> Double { byRun[run]?.map(\.1.seconds).reduce(0, +) ?? 0 }
    guard let number = byRun.keys.sorted(by: >).max(by: { seconds($0) < seconds($1) }) else { return nil }
    return (number, byRun[number] ?? [])
  }

  /// Empty where no execution is stored.
  var html: String {
    guard let run else { return "" }
    let sorted = run.records.sorted { ($0.1.started, $0.0.name) < ($1.1.started, $1.0.name) }
    let start = sorted.map(\.1.started).min() ?? 0
    let end = sorted.map { $0.1.started + $0.1.seconds }.max() ?? start
    let span = max(end - start, 0.001)
    var free: [Double] = []
    var bars: [Bar] = []
    for (record, execution) in sorted {
      let lane = free.firstIndex { $0 <= execution.started + 0.001 } ?? free.count
      let busyUntil = execution.started + execution.seconds
      if lane == free.count { free.append(busyUntil) } else { free[lane] = busyUntil }
      bars.append(Bar(record: record, execution: execution, lane: lane))
    }
    var kinds: [String] = []
    for bar in bars where !kinds.contains(bar.record.kind) { kinds.append(bar.record.kind) }

    let took = htmlEscaped(formatDuration(span))
    let scale = (Self.width - 2 * Self.left) / span
    let bottom = Double(free.count) * Self.laneHeight + 8
    let height = bottom + 24
    var svg =
      "<svg class=\"timeline\" xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(Self.width))\" height=\"\(Int(height))\" "
      + "viewBox=\"0 0 \(Int(Self.width)) \(Int(height))\" role=\"img\" aria-label=\"Timeline of run \(run.number): "
      + "\(bars.count) nodes in \(took)\">\n"
    for tick in Self.ticks(span) {
      let x = Self.left + tick * scale
      svg += "<path class=\"grid\" d=\"M\(Self.text(x)) 4V\(Self.text(bottom))\"/>"
      let anchor = x > Self.width - 60 ? "end" : tick == 0 ? "start" : "middle"
      svg +=
        "<text x=\"\(Self.text(x))\" y=\"\(Self.text(bottom + 15))\" text-anchor=\"\(anchor)\">\(Self.label(tick))</text>\n"
    }
    for bar in bars {
      let x = Self.left + (bar.execution.started - start) * scale
      let width = max(1.5, bar.execution.seconds * scale - 0.5)
      let hue = (kinds.firstIndex(of: bar.record.kind) ?? 0) % 8
      let says = "\(bar.record.name): \(formatDuration(bar.execution.seconds))"
      svg +=
        "<g data-node=\"\(htmlEscaped(bar.record.name))\"><title>\(htmlEscaped(says))</title>"
        + "<rect class=\"hue-\(hue)\" x=\"\(Self.text(x))\" y=\"\(Self.text(6 + Double(bar.lane) * Self.laneHeight))\" "
        + "width=\"\(Self.text(width))\" height=\"\(Self.text(Self.laneHeight - 4))\"/></g>\n"
    }
    svg += "</svg>\n"
    let legend = kinds.enumerated().map { index, kind in
      "<li><span class=\"swatch hue-\(index % 8)\"></span>\(htmlEscaped(kind))</li>"
    }.joined()
    let others = records.count - bars.count
    let rest = others == 0 ? "" : " The other \(others) were made by other runs, or are not made."
    return "<figure class=\"wide\" data-seal=\"Timeline\">\n<div class=\"plate bare\" tabindex=\"0\" role=\"group\" "
      + "aria-label=\"Timeline, drawing\">\(svg)</div>\n<ul class=\"legend\">\(legend)</ul>\n<figcaption><b>Timeline.</b> "
      + "Run \(run.number): \(bars.count) nodes in \(took), from \(formatTime(start)) on; a lane for each that "
      + "ran at the same time.\(rest)</figcaption>\n</figure>\n"
  }

  /// Steps of an axis of time, in milliseconds, up to half a day.
  private static let steps =
    [1, 2, 5, 10, 20, 50, 100, 200, 500]
    + [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200].map { 1000 * $0 }

  /// Round times from zero on, nine of them at most, in seconds.
  static func ticks(_ span: Double) -> [Double] {
    guard span > 0, span < 1e12 else { return [0] }
    // Whole milliseconds, so that a tick is the number that it says.
    let day = 86_400_000.0
    let step =
      steps.first { span * 1000 / Double($0) <= 8 } ?? Int((span * 1000 / 8 / day).rounded(.up) * day)
    // What rounding pushed just outside still belongs to the axis.
    return (0...Int(span * 1000 / Double(step) + 1e-9)).map { Double($0 * step) / 1000 }
  }

  static func label(_ seconds: Double) -> String {
    if seconds == 0 { return "0" }
    if seconds < 60 {
      let milliseconds = Int((seconds * 1000).rounded())
      var digits = String(milliseconds % 1000 + 1000).dropFirst()
      while digits.hasSuffix("0") { digits.removeLast() }
      return "\(milliseconds / 1000)\(digits.isEmpty ? "" : ".")\(digits) s"
    }
    if seconds < 3600 {
      let whole = Int(seconds)
      return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
    }
    let minutes = Int(seconds) / 60
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }

  private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
