import Charts
import Foundation
import SnapshotSupport
import Testing
import Theory

@testable import Reproduction

@Suite struct PictureTests {
  /// Draws everything into the folder that REPRO_PICTURES names, to be looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["REPRO_PICTURES"] != nil))
  func draw() throws {
    let folder = URL(filePath: ProcessInfo.processInfo.environment["REPRO_PICTURES"] ?? "")
    try Data(Figure1.schematic.png(scale: 1.4)).write(to: folder.appending(path: "fig1.png"))
    try Data(Figure2(rows: Figure2.computed()).chart().png(scale: 1.2)).write(to: folder.appending(path: "fig2.png"))
  }
}
