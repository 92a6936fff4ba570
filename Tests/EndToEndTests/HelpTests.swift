import ArgumentParser
import Testing

@testable import repro

/// What `--help` prints is wrapped once, by the parser, and reads well on a terminal of 80 columns.
@Suite struct HelpTests {
  private let commands = Self.withSubcommands(Repro.self)

  private static func withSubcommands(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap { withSubcommands($0) }
  }

  @Test func noLineIsLongerThanTheTerminal() {
    #expect(commands.count > 25)
    for command in commands where command.configuration.shouldDisplay {
      let lines = Repro.helpMessage(for: command, columns: 80).split(separator: "\n")
      #expect(lines.filter { $0.count > 80 } == [], "\(command)")
      #expect(lines.contains { $0.hasPrefix("USAGE: repro") }, "\(command)")
    }
  }

  /// A paragraph broken by hand is broken again by the parser, which leaves stumps. Only lists have lines of their own,
  /// which the parser leaves alone as long as they fit.
  @Test func paragraphsAreNotBrokenByHand() {
    for command in commands {
      for paragraph in Self.paragraphs(command.configuration.discussion) where paragraph.count > 1 {
        #expect(paragraph[0].hasSuffix(":"), "\(command): \(paragraph[0])")
        for line in paragraph.dropFirst() {
          #expect(line.hasPrefix("  ") && line.count < 79, "\(command): \(line)")
        }
      }
    }
  }

  @Test func examplesNameCommandsThatThereAre() {
    let names = Set(commands.map { $0.configuration.commandName ?? "\($0)".lowercased() })
    var examples = 0
    for command in commands {
      for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix("  repro ") {
        examples += 1
        let words = line.split(separator: " ")
        #expect(words.count > 1 && names.contains(String(words[1])), "\(command): \(line)")
      }
    }
    #expect(examples > 60)
  }

  private static func paragraphs(_ text: String) -> [[Substring]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "").map(Array.init)
  }
}
