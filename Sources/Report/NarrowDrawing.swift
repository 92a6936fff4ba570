import Foundation

/// The form of a drawing for narrow screens, as it stands in a page beside the drawing's own form: with what is drawn, and
/// without what the script finds in the other one. Nobody takes it away, so that its bytes need not be a file's.
enum NarrowDrawing {
  /// `narrow`, shorter; as it is where it is not written an element a line, as `Charts` writes.
  ///
  /// White space between its elements is left out, coordinates of paths are parted by commas, which an address holds in one
  /// byte, and marks with words (`<g>` or `<g data-node="…">`, and a `<title>` in it) have none where `own` has the same words
  /// in the same order: there `data-says=""` tells the script to bring them. Its name and description are the page's to say, and
  /// what labels next to each other have in common is said once.
  static func compact(_ narrow: String, beside own: String) -> String {
    let lines = lines(of: narrow)
    guard lines.allSatisfy({ $0.hasPrefix("<") && $0.hasSuffix(">") }) else { return narrow }
    let silent = Set(silentMarks(of: lines, beside: self.lines(of: own)))
    var result: [String] = []
    for (index, line) in lines.enumerated() {
      if silent.contains(index) {
        result.append("<g data-says=\"\">")
      } else if !silent.contains(index - 1), !line.hasPrefix("<title id="), !line.hasPrefix("<desc id=") {
        result.append(withCommas(line))
      }
    }
    return inRuns(result)
  }

  private static func lines(of svg: String) -> [Substring] {
    svg.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0.drop { $0 == UInt8(ascii: " ") }) }
      .filter { !$0.isEmpty }
  }

  /// The places at which marks begin whose words the other form has as well; none where it has not all of them.
  private static func silentMarks(of lines: [Substring], beside own: [Substring]) -> [Int] {
    let (marks, others) = (marks(of: lines), marks(of: own))
    guard
      marks.count == others.count,
      zip(marks, others).allSatisfy({ lines[$0] == own[$1] && lines[$0 + 1] == own[$1 + 1] }),
      marks.count == lines.count(where: isWords), others.count == own.count(where: isWords)
    else { return [] }
    return marks
  }

  /// The places of lines that begin a mark, and have its words behind them.
  private static func marks(of lines: [Substring]) -> [Int] {
    lines.indices.dropLast().filter { index in
      let line = lines[index]
      let isMark =
        line == "<g>" || (line.hasPrefix("<g data-node=\"") && line.utf8.count { $0 == UInt8(ascii: "\"") } == 2)
      return isMark && isWords(lines[index + 1]) && lines[index + 1].hasSuffix("</title>")
    }
  }

  private static func isWords(_ line: Substring) -> Bool { line.hasPrefix("<title>") }

  /// With commas for the spaces between the numbers of a path.
  private static func withCommas(_ line: Substring) -> String {
    var bytes = Array(line.utf8)
    let opening = Array(" d=\"".utf8)
    guard line.hasPrefix("<path "),
      let start = bytes.indices.first(where: { bytes[$0...].starts(with: opening) })
    else { return String(line) }
    var index = start + opening.count
    while index + 1 < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      if bytes[index] == UInt8(ascii: " "), isNumber(bytes[index - 1]), isNumber(bytes[index + 1]) {
        bytes[index] = UInt8(ascii: ",")
      }
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Lines, with the looks of three or more labels behind each other on a group around them.
  private static func inRuns(_ lines: [String]) -> String {
    let looks = lines.map { Self.looks(of: $0) }
    var result = ""
    var index = 0
    while index < lines.count {
      var end = index + 1
      while !looks[index].isEmpty, end < lines.count, looks[end] == looks[index] { end += 1 }
      if end - index >= 3 {
        result += "<g\(looks[index])>"
        for place in index..<end {
          let (line, look) = (lines[place], looks[place])
          result += line[..<look.startIndex] + line[look.endIndex...]
        }
        result += "</g>"
      } else {
        result += lines[index..<end].joined()
      }
      index = end
    }
    return result
  }

  /// What a label may hand on to a group around it.
  private static let handedOn: Set<Substring> = ["font-size", "font-weight", "fill", "text-anchor"]

  /// What a `<text>` has behind its place, the space before it included, if all of it is what a group hands on; else empty.
  private static func looks(of line: String) -> Substring {
    let bytes = line.utf8
    guard bytes.starts(with: "<text x=\"".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return "" }
    // A space outside of quotation marks begins an attribute.
    var attributes: [String.Index] = []
    var isValue = false
    for index in bytes.indices[..<end] {
      if bytes[index] == UInt8(ascii: "\"") { isValue.toggle() }
      if bytes[index] == UInt8(ascii: " "), !isValue { attributes.append(index) }
    }
    let names = attributes.map { line[bytes.index(after: $0)..<end].prefix { $0 != "=" } }
    guard names.count > 2, names[1] == "y", names[2...].allSatisfy({ handedOn.contains($0) }) else { return "" }
    return line[attributes[2]..<end]
  }

  private static func isNumber(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
