import Foundation

/// Texts as `data:` addresses that stand in attributes: nearly as they are, which takes a fifth less than base64 would.
///
/// What ends an attribute or an address, begins an entity, or is dropped on the way is percent-encoded. A raw apostrophe
/// stands for a quotation mark, so that the many of a drawing take a byte each: XML allows both around values. An apostrophe
/// is percent-encoded itself, by which `bytesOf` of the page's script knows the one from the other and gives the drawing's
/// own bytes.
enum TextAddress {
  /// A drawing as `src` takes it.
  static func drawing(_ svg: String) -> String { address(svg, mediaType: svgType) }

  /// A drawing as `srcset` takes it, in which a space would end the address.
  static func drawingInList(_ svg: String) -> String { address(svg, mediaType: svgType, isInList: true) }

  /// A file to take away, exactly its bytes, in the shorter of both ways.
  static func file(_ data: Data, mediaType: String) -> String {
    let encoded = "data:\(mediaType);base64," + data.base64EncodedString()
    // Browsers keep the spaces of texts only, and what is no text cannot stand in a page.
    guard mediaType.hasPrefix("text/"), let text = String(validating: data, as: UTF8.self) else { return encoded }
    let plain = address(text, mediaType: mediaType, mayChangeQuotes: false)
    return plain.utf8.count < encoded.utf8.count ? plain : encoded
  }

  private static let svgType = "image/svg+xml"
  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  private static func address(
    _ text: String, mediaType: String, isInList: Bool = false, mayChangeQuotes: Bool = true
  ) -> String {
    // A value that holds an apostrophe could not stand between two of them.
    let changesQuotes = mayChangeQuotes && !text.utf8.contains(UInt8(ascii: "'"))
    let scalars = text.unicodeScalars
    var result: [UInt8] = Array("data:\(mediaType),".utf8)
    result.reserveCapacity(result.count + text.utf8.count * 5 / 4)
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      index = scalars.index(after: index)
      if scalar == "\"", changesQuotes {
        result.append(UInt8(ascii: "'"))
      } else if mustEncode(scalar, isInList: isInList, isLast: index == scalars.endIndex) {
        for byte in String(scalar).utf8 {
          result += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
      } else if scalar.isASCII {
        result.append(UInt8(ascii: scalar))
      } else {
        result += Array(String(scalar).utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Control characters are dropped from addresses, or have no place in a page; a space is dropped at the end.
  private static func mustEncode(_ scalar: Unicode.Scalar, isInList: Bool, isLast: Bool) -> Bool {
    switch scalar {
    case "\"", "'", "<", ">", "&", "%", "#", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": true
    case " ": isInList || isLast
    default: false
    }
  }
}
