import Foundation
import Testing

@testable import Pipeline

@Suite struct RunWordsTests {
  static let words = [
    ["repro", "all"], ["repro", "all", "--set", "profiles.quick.seeds=[0, 1]"],
    ["a b/repro", "", "\"q\"", "'", "\n", "é ü"],
    [],
  ]

  @Test(arguments: RunWordsTests.words) func wordsStayApart(words: [String]) {
    #expect(RunWords.words(of: RunWords.stored(words)) == words)
  }

  /// A shell takes the text for people apart into the same words.
  @Test(arguments: RunWordsTests.words.filter { !$0.isEmpty }) func aShellReadsTheSame(words: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "printf '%s\\036' \(RunWords.text(of: RunWords.stored(words)))"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(output == words.map { $0 + "\u{1E}" }.joined())
  }

  /// What earlier versions wrote, and sentences, stand as they are.
  @Test func whatIsNoArray() {
    #expect(RunWords.words(of: "repro all --set a=[0, 1]") == nil && RunWords.words(of: "[ no array") == nil)
    #expect(RunWords.text(of: "repro all --set a=[0, 1]") == "repro all --set a=[0, 1]")
    #expect(RunOptions().command == RunWords.stored(CommandLine.arguments))
  }
}
