import Foundation

/// What a run was called with, as the ledger keeps it: a JSON array of words, so that each stays what it was whatever it
/// holds. Earlier versions kept the words joined by spaces, and runs that nobody called have a sentence there.
public enum RunWords {
  /// - Parameter words: the program and its arguments.
  public static func stored(_ words: [String]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // Bytes that are no text were replaced when the arguments were read, so that there is nothing left to go wrong.
    return (try? encoder.encode(words)).map { String(decoding: $0, as: UTF8.self) } ?? words.joined(separator: " ")
  }

  /// The program and its arguments; nil where they are not known one by one.
  public static func words(of stored: String) -> [String]? {
    guard stored.hasPrefix("[") else { return nil }
    return try? JSONDecoder().decode([String].self, from: Data(stored.utf8))
  }

  /// For people, as a shell would take it.
  public static func text(of stored: String) -> String {
    words(of: stored).map { $0.map(quoted).joined(separator: " ") } ?? stored
  }

  /// One word of a shell's command.
  public static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_=./,:@+%".unicodeScalars.contains($0))
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
