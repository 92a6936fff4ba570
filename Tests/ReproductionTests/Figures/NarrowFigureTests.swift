import Charts
import Testing

@testable import Reproduction

/// Labels are read on every screen: in the drawing for narrow ones down to a phone of 360 pixels, in the other from where
/// the page takes it.
@Suite struct NarrowFigureTests {
  /// Pixels that the page leaves to a drawing: at 360 pixels, and just above the width at which it changes forms.
  private static let phone = 308.0
  private static let desk = 940.0

  private static func figures() throws -> [(name: String, own: String, narrow: String)] {
    try EveryFigure.charts().map { ($0, try $1.svg(), try $1.narrow().svg()) }
      + [("1", Figure1.schematic.svg(), Figure1.schematic.narrow().svg())]
  }

  /// Pixels of the smallest letters where a drawing has no more than `room`; it is never enlarged.
  private static func smallest(_ svg: String, room: Double) throws -> Double {
    let width = try #require(svg.firstMatch(of: /<svg [^>]*?width="([0-9.]+)"/).flatMap { Double($0.output.1) })
    let sizes = svg.matches(of: /<text [^>]*?font-size="([0-9.]+)"/).compactMap { Double($0.output.1) }
    #expect(!sizes.isEmpty)
    return (sizes.min() ?? 0) * min(1, room / width)
  }

  @Test func labelsAreNineHighAtLeast() throws {
    for (name, own, narrow) in try Self.figures() {
      #expect(try Self.smallest(narrow, room: Self.phone) >= 9, "\(name), narrow")
      #expect(try Self.smallest(own, room: Self.desk) >= 9, "\(name)")
    }
  }
}
