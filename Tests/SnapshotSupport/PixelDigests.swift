import Charts
import Foundation

/// `svg` with embedded PNGs replaced by a digest of their pixels: the bytes of a PNG depend on the version of zlib.
public func withPixelDigests(_ svg: String) throws -> String {
  let start = "data:image/png;base64,"
  var parts = svg.components(separatedBy: start)
  for index in parts.indices.dropFirst() {
    let encoded = parts[index].prefix { $0 != "\"" }
    let png = try PNGEncoder.decode([UInt8](Data(base64Encoded: String(encoded)) ?? Data()))
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in png.rgb { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    parts[index] = "\(png.width)x\(png.height):\(String(digest, radix: 16))" + parts[index].dropFirst(encoded.count)
  }
  return parts.joined(separator: start)
}
