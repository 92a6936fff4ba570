import CPNG
import Foundation

/// What went wrong while a drawing was made into bytes.
public struct ChartError: Error, CustomStringConvertible, LocalizedError, Equatable {
  public let description: String
  public var errorDescription: String? { description }

  public init(_ description: String) { self.description = description }
}

/// PNG files through libpng's simplified interface, which reports errors by value: the classic one jumps over Swift
/// frames with longjmp.
public enum PNGEncoder {
  /// A PNG of `width` × `height` pixels; `rgb` holds three bytes a pixel, row by row. Without a time stamp: the same
  /// pixels give the same bytes (with the same libpng and zlib).
  ///
  /// - Parameter isFast: whether time counts more than size: drawings, large and mostly flat, take a fraction of the time and
  ///   are hardly larger.
  /// - Throws: `ChartError` when sizes and bytes do not agree, or libpng fails.
  public static func encode(width: Int, height: Int, rgb: [UInt8], isFast: Bool = false) throws -> [UInt8] {
    guard width > 0, height > 0, width <= 32_767, height <= 32_767, rgb.count == width * height * 3 else {
      throw ChartError(
        "A PNG of \(width) × \(height) pixels cannot be made of \(rgb.count) bytes: give width × height × 3 bytes and "
          + "sides from 1 to 32767.")
    }
    var image = emptyImage()
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_RGB)
    if isFast { image.flags = png_uint_32(PNG_IMAGE_FLAG_FAST) }
    return try write(&image, rgb, bytesPerRow: width * 3, palette: nil)
  }

  /// A PNG of few colours: `indices` holds one byte a pixel, row by row, which says its place in `palette`.
  ///
  /// - Throws: `ChartError` when sizes and bytes do not agree, or libpng fails.
  public static func encode(width: Int, height: Int, indices: [UInt8], palette: [Color]) throws -> [UInt8] {
    guard width > 0, height > 0, width <= 32_767, height <= 32_767, indices.count == width * height,
      (1...256).contains(palette.count), indices.allSatisfy({ Int($0) < palette.count })
    else {
      throw ChartError(
        "A PNG of \(width) × \(height) pixels cannot be made of \(indices.count) bytes and \(palette.count) colours: give "
          + "width × height bytes, sides from 1 to 32767, and up to 256 colours that all bytes are places of.")
    }
    var image = emptyImage()
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_RGB) | png_uint_32(PNG_FORMAT_FLAG_COLORMAP)
    image.colormap_entries = png_uint_32(palette.count)
    return try write(&image, indices, bytesPerRow: width, palette: palette.flatMap { [$0.red, $0.green, $0.blue] })
  }

  private static func write(
    _ image: inout png_image, _ pixels: [UInt8], bytesPerRow: Int, palette: [UInt8]?
  ) throws -> [UInt8] {
    // Room for incompressible pixels: the data, a filter byte a row, and some for zlib's blocks and the headers.
    var size = pixels.count + Int(image.height) + pixels.count / 1000 + 8192
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // libpng reads and writes only within the sizes it is told here.
      let written =
        if let palette {
          png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, png_int_32(bytesPerRow), palette)
        } else {
          png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, png_int_32(bytesPerRow), nil)
        }
      count = written == 0 ? 0 : size
    }
    guard !bytes.isEmpty else {
      throw ChartError("libpng could not write a PNG of \(image.width) × \(image.height) pixels: \(message(image)).")
    }
    return bytes
  }

  /// The pixels of a PNG as three bytes each, row by row; transparency is laid on white.
  ///
  /// - Throws: `ChartError` when `bytes` are not a PNG that libpng can read.
  public static func decode(_ bytes: [UInt8]) throws -> (width: Int, height: Int, rgb: [UInt8]) {
    var image = emptyImage()
    let result: (Int, Int, [UInt8])? = bytes.withUnsafeBytes { source in
      // libpng keeps the pointer until the read ends or fails, both within this closure.
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else { return nil }
      defer { png_image_free(&image) }
      image.format = png_uint_32(PNG_FORMAT_RGB)
      let (width, height) = (Int(image.width), Int(image.height))
      guard width <= 32_767, height <= 32_767 else { return nil }
      var white = png_color(red: 255, green: 255, blue: 255)
      var rgb = [UInt8](repeating: 0, count: width * height * 3)
      guard png_image_finish_read(&image, &white, &rgb, png_int_32(width * 3), nil) != 0 else { return nil }
      return (width, height, rgb)
    }
    guard let result else { throw ChartError("These \(bytes.count) bytes are not a readable PNG: \(message(image)).") }
    return result
  }

  private static func emptyImage() -> png_image {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    return image
  }

  /// libpng's own words.
  private static func message(_ image: png_image) -> String {
    let text = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return text.isEmpty ? "unknown error" : text
  }
}
