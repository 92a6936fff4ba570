import Foundation

/// The nodes in layers, what is read above what reads it: a box a node, a band a kind of them.
///
/// Drawn for the page alone: its colours are the page's, its boxes are links. A band of a few nodes names them; in one of
/// hundreds they are squares, named where they are pointed at and when the picture is enlarged.
struct NodeGraph {
  private struct Box {
    let record: NodeRecord
    let x: Double
    let y: Double
    let width: Double
    var centre: Double { x + width / 2 }
  }

  private struct Band {
    let kind: String
    let count: Int
    let top: Double
    let bottom: Double
  }

  /// Links have room for a finger: 24 pixels from centre to centre at least.
  private static let side = 20.0
  private static let pitch = 26.0
  private static let labelWidth = 132.0
  private static let width = 920.0
  /// Letters of a label at 10.5 pixels.
  private static let letterWidth = 6.3
  /// More than this many lines are no picture: they are bundled, and shown one by one for the node that is pointed at.
  private static let mostLines = 600

  let records: [NodeRecord]

  /// The drawing with its legends, between which radio buttons switch.
  var figure: String {
    guard !records.isEmpty else { return "" }
    let states = NodeRecord.State.allCases.filter { state in records.contains { $0.state == state } }
    let stateLegend = states.map { state in
      "<li><span class=\"swatch \(state.rawValue)\"></span>\(records.count { $0.state == state }) \(state.title)</li>"
    }.joined()
    let timeLegend = zip(
      0..., ["below 0.1 s", "0.1 to 1 s", "1 to 10 s", "10 s to 1 min", "1 to 10 min", "10 min and more"]
    )
    .map { "<li><span class=\"swatch heat-\($0)\"></span>\($1)</li>" }.joined()
    let (html, isBundled, isDownward) = drawing
    let lines =
      isBundled
      ? " So many lines are drawn in bundles, one between two bands, the wider the more there are; a node that is pointed at"
        + " shows its own." : ""
    let order = isDownward ? "stands above what reads it" : "stands above what reads it where the kinds allow it"
    return """
      <figure class="wide graph-figure" id="graph" data-seal="Graph">
      <div class="switches">
      <fieldset><legend>Colour by</legend><label><input type="radio" name="graph-colour" value="state" checked> \
      state</label><label><input type="radio" name="graph-colour" value="time"> time</label></fieldset>
      </div>
      <div class="graph-frame" tabindex="0" role="group" aria-label="Graph, drawing">
      \(html)</div>
      <ul class="legend by-state">\(stateLegend)</ul>
      <ul class="legend by-time">\(timeLegend)</ul>
      <figcaption><b>Graph.</b> A box is a node, a band a kind of them; what is read \(order). Each leads to what \
      made it.\(lines)</figcaption>
      </figure>

      """
  }

  /// The picture, whether its lines are bundled, and whether all of them go down.
  private var drawing: (html: String, isBundled: Bool, isDownward: Bool) {
    let (boxes, bands, height) = layout()
    let pairs = Self.pairs(boxes)
    let isBundled = pairs.count > Self.mostLines
    let size = "width=\"\(Self.text(Self.width))\" height=\"\(Self.text(height))\""
    var svg =
      "<svg class=\"graph\" xmlns=\"http://www.w3.org/2000/svg\" \(size) viewBox=\"0 0 \(Self.text(Self.width)) "
      + "\(Self.text(height))\" role=\"group\" aria-label=\"Graph of \(records.count) nodes\">\n"
    for band in bands {
      svg +=
        "<rect class=\"band\" x=\"0\" y=\"\(Self.text(band.top))\" width=\"\(Self.text(Self.width))\" "
        + "height=\"\(Self.text(band.bottom - band.top))\"/>\n"
      svg +=
        "<text class=\"stage\" x=\"8\" y=\"\(Self.text(band.top + 20))\">\(htmlEscaped(Self.short(band.kind, 17)))"
        + "<tspan class=\"count\" dx=\"5\">\(band.count)</tspan></text>\n"
    }
    svg += (isBundled ? Self.bundles(pairs, bands) : Self.edges(pairs)) + "<path class=\"lit-edges\" d=\"\"/>\n"
    for box in boxes { svg += link(box) }
    return (svg + "</svg>\n", isBundled, pairs.allSatisfy { $0.from.y + Self.side <= $0.to.y })
  }

  private func link(_ box: Box) -> String {
    let record = box.record
    let time = record.execution.map { ", \(formatDuration($0.seconds))" } ?? ""
    let says = htmlEscaped("\(record.name), \(record.state.title)\(time)")
    var text =
      "<a class=\"box \(record.state.rawValue) heat-\(NodeRecord.heat(record.execution?.seconds))\" "
      + "href=\"#\(nodeAnchor(record.name))\" data-node=\"\(htmlEscaped(record.name))\" aria-label=\"\(says)\">"
      + "<rect x=\"\(Self.text(box.x))\" y=\"\(Self.text(box.y))\" width=\"\(Self.text(box.width))\" "
      + "height=\"\(Self.text(Self.side))\" rx=\"3\"/>"
    let letters = Int((box.width - 8) / Self.letterWidth)
    if letters >= 9 {
      let name = record.name == record.kind ? record.name : String(record.name.dropFirst(record.kind.count + 1))
      text +=
        "<text x=\"\(Self.text(box.centre))\" y=\"\(Self.text(box.y + 14))\">\(htmlEscaped(Self.short(name, letters)))</text>"
    }
    return text + "</a>\n"
  }

  // MARK: Where things stand

  /// Kinds by how deep their deepest node lies; boxes row by row within their band.
  private func layout() -> ([Box], [Band], Double) {
    let depths = depths()
    var order: [String] = []
    var byKind: [String: [NodeRecord]] = [:]
    var depthOfKind: [String: Int] = [:]
    for record in records {
      if byKind[record.kind] == nil { order.append(record.kind) }
      byKind[record.kind, default: []].append(record)
      depthOfKind[record.kind] = max(depthOfKind[record.kind] ?? 0, depths[record.name] ?? 0)
    }
    let sorted = order.enumerated().sorted {
      let (left, right) = (depthOfKind[$0.element] ?? 0, depthOfKind[$1.element] ?? 0)
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)

    var boxes: [Box] = []
    var bands: [Band] = []
    var top = 0.0
    let room = Self.width - Self.labelWidth - 8
    for kind in sorted {
      let members = byKind[kind] ?? []
      let wide = room / Double(members.count) - 6
      let width = wide >= 84 ? min(wide, 210) : Self.side
      let pitch = width == Self.side ? Self.pitch : width + 6
      let perRow = max(1, Int(room / pitch))
      for (index, record) in members.enumerated() {
        boxes.append(
          Box(
            record: record, x: Self.labelWidth + Double(index % perRow) * pitch,
            y: top + 6 + Double(index / perRow) * Self.pitch, width: width))
      }
      let rows = (members.count + perRow - 1) / perRow
      let bottom = top + 12 + Double(rows - 1) * Self.pitch + Self.side
      bands.append(Band(kind: kind, count: members.count, top: top, bottom: bottom))
      top = bottom + 14
    }
    return (boxes, bands, max(1, top - 14))
  }

  /// The longest way from a node that reads no other. Records whose inputs come later than themselves do not occur in a
  /// graph; their inputs count as nothing.
  private func depths() -> [String: Int] {
    var depths: [String: Int] = [:]
    for record in records {
      depths[record.name] = (record.inputs.compactMap { $0.node.flatMap { depths[$0] } }.max() ?? -1) + 1
    }
    return depths
  }

  /// What reads what, of the boxes that there are; each pair once.
  private static func pairs(_ boxes: [Box]) -> [(from: Box, to: Box)] {
    let places = Dictionary(boxes.map { ($0.record.name, $0) }, uniquingKeysWith: { first, _ in first })
    return boxes.flatMap { box in
      var seen: Set<String> = []
      return box.record.inputs.compactMap { input -> (from: Box, to: Box)? in
        guard let source = input.node, seen.insert(source).inserted, let from = places[source] else { return nil }
        return (from, box)
      }
    }
  }

  private static func edges(_ pairs: [(from: Box, to: Box)]) -> String {
    let path = pairs.map { from, to in
      "M\(text(from.centre)) \(text(from.y + side))L\(text(to.centre)) \(text(to.y))"
    }.joined()
    return "<path class=\"edges\" d=\"\(path)\"/>\n"
  }

  /// In the place of too many lines one between two bands, the wider the more there are.
  private static func bundles(_ pairs: [(from: Box, to: Box)], _ bands: [Band]) -> String {
    let places = Dictionary(bands.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    var counts: [String: (from: Band, to: Band, count: Int)] = [:]
    for (from, to) in pairs {
      guard let source = places[from.record.kind], let reader = places[to.record.kind], source.bottom < reader.top
      else { continue }
      counts["\(source.kind)\u{0}\(reader.kind)", default: (source, reader, 0)].count += 1
    }
    let bundles = counts.sorted {
      ($0.value.from.top, $0.value.to.top, $0.key) < ($1.value.from.top, $1.value.to.top, $1.key)
    }
    let pitch = (width - labelWidth - 16) / Double(max(1, bundles.count))
    return bundles.enumerated().map { index, bundle in
      let (from, to, count) = bundle.value
      let x = text(labelWidth + (Double(index) + 0.5) * pitch)
      let says = "\(to.kind) reads \(from.kind): \(count) \(count == 1 ? "line" : "lines")"
      return "<path class=\"bundle\" d=\"M\(x) \(text(from.bottom))V\(text(to.top))\" stroke-width=\""
        + "\(text(1.5 + 1.3 * log2(Double(count))))\"><title>\(htmlEscaped(says))</title></path>\n"
    }.joined()
  }

  private static func text(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
  }

  /// The beginning and the end of what is too long.
  static func short(_ text: String, _ letters: Int) -> String {
    guard text.count > letters else { return text }
    let kept = letters - 1
    return text.prefix(kept / 3) + "…" + text.suffix(kept - kept / 3)
  }
}
