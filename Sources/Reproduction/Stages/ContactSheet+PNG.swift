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
    let levels = pixels.map { UInt8((Int($0) * last + 127) / 255) }
    func shade(_ level: Int) -> UInt8 { UInt8((level * 255 + last / 2) / last) }
    let isGrey = stride(from: 0, to: levels.count, by: 3).allSatisfy {
      levels[$0] == levels[$0 + 1] && levels[$0] == levels[$0 + 2]
    }
    guard isGrey else {
      return Data(try PNGEncoder.encode(width: width, height: height, rgb: levels.map { shade(Int($0)) }))
    }
    return Data(
      try PNGEncoder.encode(
        width: width, height: height, indices: stride(from: 0, to: levels.count, by: 3).map { levels[$0] },
        palette: (0..<Self.shades).map { Color(red: shade($0), green: shade($0), blue: shade($0)) }))
  }
}
