import Foundation
import Testing

/// Imports run one way (see the layout in the README): this holds the sources to it.
@Suite struct ArchitectureTests {
  /// What each module may import of ours.
  static let allowed: [String: Set<String>] = [
    "repro": ["Reproduction", "Report", "Pipeline", "SyntheticGraphs"],
    "Reproduction": ["Report", "Charts", "Theory", "NeuralNetwork", "Vision", "Numerics", "Pipeline"],
    "Report": [],
    "Charts": ["CPNG", "CRSVG"],
    "Theory": ["Numerics", "CVector"],
    "NeuralNetwork": ["Numerics"],
    "Vision": ["Numerics", "CArchive"],
    "Numerics": ["COpenBLAS", "CVector"],
    "Pipeline": ["CSync", "CArchive"],
  ]
  static let systemLibraries: Set<String> = ["COpenBLAS", "CVector", "CPNG", "CRSVG", "CArchive", "CSync"]

  static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources").standardizedFileURL

  @Test func everyModuleIsListed() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    #expect(Set(folders).subtracting(Self.systemLibraries) == Set(Self.allowed.keys))
  }

  @Test(arguments: ArchitectureTests.allowed.keys.sorted())
  func importsRunOneWay(module: String) throws {
    let ours = Set(Self.allowed.keys).union(Self.systemLibraries)
    let permitted = try #require(Self.allowed[module])
    let files = FileManager.default.enumerator(
      at: Self.sources.appending(path: module), includingPropertiesForKeys: nil)
    var read = 0
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      read += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position <= 1, words.count > position + 1 else { continue }
        let imported = String(words[position + 1])
        #expect(
          !ours.contains(imported) || permitted.contains(imported),
          "\(file.lastPathComponent) of \(module) imports \(imported)")
      }
    }
    #expect(read > 0, "no sources were read for \(module)")
  }
}
