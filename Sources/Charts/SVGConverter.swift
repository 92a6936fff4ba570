import CRSVG
import Foundation

/// PNG and PDF of an SVG through librsvg and cairo, so that all three show the same drawing.
public enum SVGConverter {
  /// The drawing on white, `scale` device pixels for one of its pixels.
  ///
  /// - Throws: `ChartError` when the font of figures is missing, librsvg cannot read the SVG, or cairo cannot draw or encode it.
  public static func png(svg: String, scale: Double = 2) throws -> [UInt8] {
    try requireFont()
    let drawing = try Drawing(svg)
    let width = (drawing.width * scale).rounded(.up)
    let height = (drawing.height * scale).rounded(.up)
    guard scale.isFinite, width >= 1, height >= 1, width <= 32_767, height <= 32_767 else {
      throw ChartError(
        "A PNG at scale \(scale) of a drawing of \(drawing.width) × \(drawing.height) pixels has no possible size: "
          + "choose a scale that keeps both sides between 1 and 32767.")
    }
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    try drawing.draw(on: surface, width: width, height: height)
    let (columns, rows) = (Int(width), Int(height))
    return try PNGEncoder.encode(
      width: columns, height: rows, rgb: pixels(of: surface, width: columns, height: rows), isFast: true)
  }

  /// Red, green and blue of every pixel. Cairo keeps them as a number of 32 bits, the lowest byte of which is blue.
  private static func pixels(of surface: OpaquePointer?, width: Int, height: Int) throws -> [UInt8] {
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { throw failure(cairo_surface_status(surface)) }
    let stride = Int(cairo_image_surface_get_stride(surface))
    return [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      var at = 0
      for row in 0..<height {
        // Cairo's rows are `stride` bytes each, four a pixel, as it was created.
        let line = UnsafeRawPointer(data + row * stride)
        for column in 0..<width {
          let pixel = line.load(fromByteOffset: 4 * column, as: UInt32.self)
          buffer[at] = UInt8(truncatingIfNeeded: pixel >> 16)
          buffer[at + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          buffer[at + 2] = UInt8(truncatingIfNeeded: pixel)
          at += 3
        }
      }
      count = at
    }
  }

  /// The drawing as a PDF page of its size (96 of its pixels are an inch). Without the creation date that cairo would
  /// take from the clock: the same SVG gives the same bytes.
  ///
  /// - Throws: `ChartError` when the font of figures is missing, librsvg cannot read the SVG, or cairo cannot draw it.
  public static func pdf(svg: String, title: String = "") throws -> [UInt8] {
    try requireFont()
    let drawing = try Drawing(svg)
    let width = drawing.width * 0.75
    let height = drawing.height * 0.75
    return try collect { write, closure in
      let surface = cairo_pdf_surface_create_for_stream(write, closure, width, height)
      defer { cairo_surface_destroy(surface) }
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, nil)
      if !title.isEmpty { cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title) }
      try drawing.draw(on: surface, width: width, height: height)
      cairo_surface_finish(surface)
      return cairo_surface_status(surface)
    }
  }

  /// Runs `body` with a cairo stream and gives what was written to it.
  private static func collect(
    _ body: (cairo_write_func_t, UnsafeMutableRawPointer) throws -> cairo_status_t
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let status = try withUnsafeMutablePointer(to: &bytes) { pointer in
      // Cairo calls this only while `body` runs, with the pointer to `bytes` that lives around it.
      let write: cairo_write_func_t = { closure, data, length in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let chunk = UnsafeBufferPointer(start: data, count: Int(length))
        closure.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: chunk)
        return CAIRO_STATUS_SUCCESS
      }
      return try body(write, pointer)
    }
    guard status == CAIRO_STATUS_SUCCESS, !bytes.isEmpty else { throw failure(status) }
    return bytes
  }

  /// Whether the letters are those that the layout was measured for. Another font would overlap and be cut, and give other
  /// bytes for the same results.
  private static let hasFont: Bool = {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_select_font_face(context, TextMetrics.font, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, 1000)
    // Wide, narrow and round letters, and digits.
    return ["Wim", "Quadrat", "0123456789", "λΛ"].allSatisfy { text in
      var extents = cairo_text_extents_t()
      cairo_text_extents(context, text, &extents)
      let measured = TextMetrics.width(RichText(text), fontSize: 1000)
      return abs(extents.x_advance - measured) <= 0.01 * measured
    }
  }()

  private static func requireFont() throws {
    guard hasFont else {
      throw ChartError(
        "The font \(TextMetrics.font), which figures are set in, is not installed: install it (on Debian and Ubuntu "
          + "fonts-dejavu-core) and run again.")
    }
  }

  private static func failure(_ status: cairo_status_t) -> ChartError {
    ChartError("Cairo could not draw the figure: \(String(cString: cairo_status_to_string(status))).")
  }

  /// An SVG that librsvg has read. A class, for its `deinit` gives the handle back.
  private final class Drawing {
    private let handle: UnsafeMutablePointer<RsvgHandle>
    let width: Double
    let height: Double

    init(_ svg: String) throws {
      let bytes = Array(svg.utf8)
      var error: UnsafeMutablePointer<GError>?
      guard let handle = rsvg_handle_new_from_data(bytes, gsize(bytes.count), &error) else {
        defer { g_clear_error(&error) }
        throw ChartError("librsvg could not read the SVG: \(error.map { String(cString: $0.pointee.message) } ?? "").")
      }
      var (width, height) = (0.0, 0.0)
      guard rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height) != 0, width > 0, height > 0 else {
        g_object_unref(UnsafeMutableRawPointer(handle))
        throw ChartError("The SVG names no width and height in pixels: give its root element both.")
      }
      self.handle = handle
      self.width = width
      self.height = height
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(handle)) }

    func draw(on surface: OpaquePointer?, width: Double, height: Double) throws {
      let context = cairo_create(surface)
      defer { cairo_destroy(context) }
      cairo_set_source_rgb(context, 1, 1, 1)
      cairo_paint(context)
      var viewport = RsvgRectangle(x: 0, y: 0, width: width, height: height)
      var error: UnsafeMutablePointer<GError>?
      guard rsvg_handle_render_document(handle, context, &viewport, &error) != 0 else {
        defer { g_clear_error(&error) }
        throw ChartError("librsvg could not draw the SVG: \(error.map { String(cString: $0.pointee.message) } ?? "").")
      }
      let status = cairo_status(context)
      guard status == CAIRO_STATUS_SUCCESS else { throw SVGConverter.failure(status) }
    }
  }
}
