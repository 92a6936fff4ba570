/// The program, as it names itself wherever it does.
public enum Program {
  /// One number for the program, `CITATION.cff` and the changelog.
  public static let version = "0.1.0"
}
