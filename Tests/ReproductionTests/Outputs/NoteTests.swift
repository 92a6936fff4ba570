import Foundation
import Report
import SnapshotSupport
import Testing

@testable import Reproduction

/// `paper/note.tex` and what a run gives it.
@Suite struct NoteTests {
  @Test func theNoteCompilesWithItsOwnNumbers() throws {
    let small = try SmallProject()
    try small.run()
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    let outputs = try small.project().outputs.folder
    for path in ["numbers.tex", "tables/table1.tex"] {
      let data = try Data(contentsOf: outputs.appending(path: path))
      #expect(data.allSatisfy { $0 == 10 || (0x20..<0x7F).contains($0) }, "\(path) is not ASCII")
      #expect(
        !String(decoding: data, as: UTF8.self).contains("[U+"), "\(path) has a sign that LaTeX knows no command for")
    }
    // Where no TeX is installed, a name that is none would not be noticed.
    let numbers = try String(contentsOf: outputs.appending(path: "numbers.tex"), encoding: .utf8)
    let note = try String(contentsOf: root.appending(path: "paper/note.tex"), encoding: .utf8)
    let names = Set(note.matches(of: /\\repro\{([^}]*)\}/).map { String($0.output.1) })
    #expect(names.count > 10)
    for name in names { #expect(numbers.contains("repro@\(name)\\endcsname{"), "\(name)") }
    guard TeX.isInstalled else { return }
    let paper = small.folder.appending(path: "paper")
    try FileManager.default.copyItem(at: root.appending(path: "paper/note.tex"), to: paper.appending(path: "note.tex"))
    for _ in 0..<2 {
      let problem = try TeX.compile(file: "note.tex", in: paper)
      #expect(problem == nil)
    }
  }
}
