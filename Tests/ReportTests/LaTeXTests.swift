import Foundation
import SnapshotSupport
import Testing

@testable import Report

@Suite struct LaTeXTests {
  @Test(arguments: [
    ("10⁻⁶ ≤ ⁹", "10$^-$$^6$ $\\le$ $^9$"), ("x, x′ ← ✗", "x, x$'$ $\\leftarrow$ $\\times$"),
    ("Λ̂ = x̂", "$\\hat{\\Lambda}$ = \\^{x}"), ("Müller, naïve, Łódź", "M\\\"{u}ller, na\\\"{\\i}ve, \\L{}\\'{o}d\\'{z}"),
    ("a\u{202E}b\u{2028}c", "a[U+202E]b[U+2028]c"), ("漢 \u{1F600}", "[U+6F22] [U+1F600]"), ("5\u{301}", "5[U+0301]"),
    ("\u{302} \u{301}", "\\textasciicircum{} [U+0301]"), ("a\tb\u{0}c", "a b c"),
    ("f'' ,, `` !` ---", "f'{}' ,{}, `{}` !{}` -{}-{}-"), ("“so”", "``so''"),
  ])
  func signs(text: String, latex: String) { #expect(latexEscaped(text) == latex) }

  /// Whatever is written, the file is ASCII, and only commands are commands.
  @Test func anyScalarIsHeld() {
    let seed = UInt64(20_261_122)
    var random = PageSealTests.Generator(state: seed)
    for round in 0..<200 {
      var text = String.UnicodeScalarView()
      for _ in 0..<200 {
        let limit: UInt32 = round % 2 == 0 ? 0x3000 : 0x10FFFF
        if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) { text.append(scalar) }
      }
      let latex = latexEscaped(String(text))
      #expect(latex.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "seed \(seed), round \(round)")
      #expect(latex.count { $0 == "$" } % 2 == latex.matches(of: /\\\$/).count % 2, "seed \(seed), round \(round)")
    }
  }

  /// Every sign that this project writes has a command: what stands in its sources and its prose, in comments too.
  @Test func theProjectsOwnSignsAreKnown() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
    var unknown: Set<String> = []
    for folder in ["Sources/Reproduction", "Sources/Theory", "Sources/Pipeline", "paper"] {
      let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard ["swift", "json", "md"].contains(file.pathExtension) else { continue }
        // Its bars are for terminals alone.
        if file.lastPathComponent == "TerminalProgress.swift" { continue }
        for scalar in Set(try String(contentsOf: file, encoding: .utf8).unicodeScalars) {
          if latexEscaped(String(Character(scalar))).hasPrefix("[U+") {
            unknown.insert("\(file.lastPathComponent): \(scalar)")
          }
        }
      }
    }
    #expect(unknown == [])
  }

  /// No item, header or cell begins with what would be an option of the command before it.
  @Test func bracketsAreNoOptions() throws {
    var numbers = LaTeXNumbers()
    try numbers.setList("list", ["[x] holds", "*"], none: "None.")
    #expect(numbers.text.contains("  \\item{} [x] holds\n  \\item{} *\n"))
    let table = Table(
      identifier: "t", label: "T", caption: "[c]", groups: [.init("[g]", span: 2)],
      columns: [.init("[h]"), .init("x")],
      rows: [.init([.text("[8pt]"), .number(1)]), .init([.text("*"), .number(1)])])
    for row in ["    {[h]} & x \\\\", "    {[8pt]} & 1.00 \\\\", "    {*} & 1.00 \\\\"] {
      #expect(table.latex().contains(row), "\(row)")
    }
  }

  @Test func aNameIsSetOnce() throws {
    var numbers = LaTeXNumbers()
    try numbers.set("a_b/knn", 1)
    try numbers.set("a-b/knn", 2)
    #expect(
      numbers.text.contains("repro@a_b/knn\\endcsname{1}") && numbers.text.contains("repro@a-b/knn\\endcsname{2}"))
    #expect(throws: LaTeXNumbers.NameTaken(name: "a-b/knn", asked: ["a-b/knn", "a b/knn"])) {
      try numbers.set("a b/knn", 3)
    }
    try numbers.set("nothing", nil, decimals: 1)
    #expect(!numbers.text.contains("nothing"))
  }

  /// TeX itself takes all of it: every sign with a command, signs that have none, brackets, names.
  @Test(.enabled(if: TeX.isInstalled, "TeX is not installed")) func compiles() throws {
    let seed = UInt64(1122)
    var random = PageSealTests.Generator(state: seed)
    var numbers = LaTeXNumbers()
    var sentences = [Samples.hostileText, "[x] \u{202E}", "*", "f'' --- ``x''"]
    for block in stride(from: 0x20, to: 0x3000, by: 64) {
      sentences.append(
        String(String.UnicodeScalarView((block..<block + 64).compactMap { Unicode.Scalar(UInt32($0)) })))
    }
    for _ in 0..<20 {
      sentences.append(
        String(
          String.UnicodeScalarView(
            (0..<30).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) })))
    }
    try numbers.setList("all", sentences, none: "")
    try numbers.set("a_b/c", 3)
    let problem = try TeX.compile(
      """
      \\documentclass{article}
      \\usepackage[T1]{fontenc}
      \\usepackage{booktabs}
      \(numbers.text)
      \(numbers.text)
      \\begin{document}
      \\repro{a_b/c} \\sloppy \\repro{all}
      \(Samples.hostileTable.latex())
      \\end{document}
      """)
    #expect(problem == nil, "seed \(seed)")
  }
}
