/// An answer on standard output: for people, or as JSON for programs.
enum Answer {
  static func print(_ document: some Encodable, json: Bool, text: () -> String) throws {
    if json {
      try JSONOutput.print(document)
    } else {
      Swift.print(text())
    }
  }
}
