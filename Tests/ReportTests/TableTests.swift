import SnapshotSupport
import Testing

@testable import Report

@Suite struct TableTests {
  @Test func rendersAsItsSnapshots() throws {
    try expectSnapshot(Samples.table.html(), named: "table.html")
    try expectSnapshot(Samples.table.csv(), named: "table.csv")
    try expectSnapshot(Samples.table.markdown(), named: "table.md")
    try expectSnapshot(Samples.table.latex(), named: "table.tex")
  }

  @Test func hostileTextStaysText() throws {
    try expectSnapshot(Samples.hostileTable.html(), named: "hostile.html")
    try expectSnapshot(Samples.hostileTable.csv(), named: "hostile.csv")
    try expectSnapshot(Samples.hostileTable.markdown(), named: "hostile.md")
    try expectSnapshot(Samples.hostileTable.latex(), named: "hostile.tex")
    let html = Samples.hostileTable.html()
    #expect(!html.contains("<script") && !html.contains("<b>alert") && !html.contains("onclick=\"x"))
    // The page's own markup apart, every tag is one of the template's.
    let tags = Set(html.matches(of: /<\/?([a-zA-Z]+)/).map { String($0.output.1) })
    #expect(
      tags.isSubset(of: [
        "div", "table", "caption", "span", "b", "thead", "tbody", "tr", "th", "td", "a", "sup", "sub", "code", "p",
      ]))
  }

  @Test(arguments: [
    (3.14159, 2, "3.14"), (-0.5, 1, "−0.5"), (-0.001, 2, "0.00"), (1e6, 0, "1000000"), (.nan, 2, "NaN"),
    (.infinity, 2, "∞"), (-.infinity, 2, "−∞"),
  ])
  func numbers(value: Double, decimals: Int, shown: String) {
    #expect(Cell.format(value, decimals: decimals) == shown)
  }

  @Test func missingNumbers() {
    #expect(Cell.number(nil).text == "—" && Cell.missing.text == "—")
    #expect(Cell.integer(-3).text == "−3")
  }

  /// A reader of RFC 4180, apart from the writer: fields come back as they were.
  @Test func csvReadsBack() {
    let fields = parse(Samples.hostileTable.csv())
    #expect(fields.count == 3 && fields.allSatisfy { $0.count == 3 })
    #expect(fields[0][2] == "\(InlineText(Samples.hostileText).plain) x,\"y\"\r\nz")
    #expect(fields[1][0] == InlineText(Samples.hostileText).plain)
    #expect(fields[1][1...] == ["<i>", "-inf"])
    #expect(fields[2] == ["[8pt]", "", "-0.001"])
    let table = parse(Samples.table.csv())
    #expect(
      table[0] == [
        "d", "Barlow Twins Fashion-MNIST", "Barlow Twins Shapes-100", "SimSiam Fashion-MNIST", "SimSiam Shapes-100",
        "SimSiam Shapes-100 mark",
      ])
    #expect(table[3][4] == "NaN" && table[4][2] == "" && table[6][5] == "collapsed")
  }

  /// A spreadsheet computes nothing that stands in the data, and no field runs into another.
  @Test(arguments: [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+a", "'+a"), ("-a", "'-a"), ("\tx", "'\tx"),
    ("\r=1", "\"'\r=1\""), ("-0.5", "-0.5"), ("-0.5 1e-3", "-0.5 1e-3"), ("-1+1", "'-1+1"), ("+1", "+1"),
    ("-inf", "-inf"), ("a=1", "a=1"), ("", ""),
    ("\"\u{301}", "\"\"\"\u{301}\""), ("a\r\nb", "\"a\r\nb\""), ("a,\u{301}b", "\"a,\u{301}b\""),
  ])
  func fields(text: String, written: String) {
    #expect(Array(CSVText.field(text).unicodeScalars) == Array(written.unicodeScalars))
  }

  @Test func numbersInFull() {
    #expect([0, -0.0, 54.3, 1e300, 1e-7, 3].map { CSVText.number($0) } == ["0", "0", "54.3", "1e+300", "1e-07", "3"])
    #expect([nil, Double.nan, .infinity, -.infinity].map { CSVText.number($0) } == ["", "NaN", "inf", "-inf"])
    // A text that looks like a missing number is text.
    let table = Table(
      identifier: "t", label: "T", caption: "", columns: [.init("a"), .init("b"), .init("c")],
      rows: [.init([.text("—"), .missing, .number(nil)])])
    #expect(table.csv() == "a,b,c\n—,,\n")
  }

  private func parse(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = String.UnicodeScalarView()
    var quoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch (scalar, quoted) {
      case ("\"", true) where scalars.first == "\"":
        field.append("\"")
        scalars.removeFirst()
      case ("\"", _): quoted.toggle()
      case (",", false):
        row.append(String(field))
        field = .init()
      case ("\r", false): continue
      case ("\n", false):
        rows.append(row + [String(field)])
        row = []
        field = .init()
      default: field.append(scalar)
      }
    }
    return rows
  }

  @Test func inlineText() {
    #expect(
      InlineText("L_{bound} at `d` = 2^{11} <").html == "L<sub>bound</sub> at <code>d</code> = 2<sup>11</sup> &lt;")
    #expect(InlineText("open ` and _{ and ^{} stay").plain == "open ` and _{ and ^{} stay")
    #expect(InlineText("").html.isEmpty)
    #expect(InlineText("L_{bound}").latex == "L\\textsubscript{bound}")
  }

  /// A quotation mark with an accent is one `Character`, and still a quotation mark to a browser.
  @Test func escapeWorksOnScalars() {
    #expect(htmlEscaped("\"\u{301}") == "&quot;\u{301}")
    #expect(htmlEscaped("<\u{338}") == "&lt;\u{338}")
    #expect(htmlEscaped("\u{0}\u{8}") == "\u{FFFD}\u{FFFD}")
    #expect(latexEscaped("--a ---b \"") == "-{}-a -{}-{}-b {\\char34}")
    #expect(latexEscaped("\\%_&") == "\\textbackslash{}\\%\\_\\&")
    #expect(Templates.figure.render(["alternative": "\"\u{301}", "png": "p"]).contains("alt=\"&quot;\u{301}\""))
  }

  /// An address stays below the page's own folder or beside it, whatever the path is.
  @Test(arguments: [
    ("../figures/fig 4.csv", "../figures/fig%204.csv"), ("javascript:x", "javascript%3Ax"), ("//host/x", ".//host/x"),
    ("/etc", "./etc"), ("a?b#c%\"é", "a%3Fb%23c%25%22%C3%A9"), ("", ""),
  ])
  func addressesAreRelative(path: String, address: String) {
    #expect(relativeAddress(path) == address)
  }

  @Test func identifiersNeverMeet() {
    let names = ["a b", "a_b", "a-b", "a\"b", "a__b", "ä", "", "_", "a/b"]
    #expect(Set(names.map(htmlIdentifier)).count == names.count)
    #expect(htmlIdentifier("train/cifar10/d128/s0") == "train/cifar10/d128/s0")
  }
}
