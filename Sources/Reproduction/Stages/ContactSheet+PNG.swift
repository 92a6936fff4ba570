import Charts
import Foundation
import Vision

extension ContactSheet {
  /// Shades of a channel that a picture of the sheet has: four 255ths from the true one at most, nearer than a JPEG's, while
  /// each bit of noise that is left out is an eighth of the picture's bytes.
  private static let shades = 32

  /// A picture to look at, in a page that people mail to each other. The images themselves are in the dataset's files.
  ///
  /// - Throws: `ChartError` when the sheet is empty or too large for a PNG.
  func png() throws -> Data {
    let last = Self.shades - 1
    let levels: [UInt8] = pixels.map { UInt8((Int($0) * last + 127) / 255) }
    func shade(_ level: Int) -> UInt8 { UInt8((level * 255 + last / 2) / last) }
    let places = stride(from: 0, to: levels.count, by: 3)
    let isGrey = places.allSatisfy { place in
      let level = levels[place]
      return levels[place + 1] == level && levels[place + 2] == level
    }
    guard isGrey else {
      return Data(try PNGEncoder.encode(width: width, height: height, rgb: levels.map { shade(Int($0)) }))
    }
    let palette: [Color] = (0..<Self.shades).map { level in
      let grey = shade(level)
      return Color(red: grey, green: grey, blue: grey)
    }
    let indices: [UInt8] = places.map { levels[$0] }
    return Data(try PNGEncoder.encode(width: width, height: height, indices: indices, palette: palette))
  }
}
