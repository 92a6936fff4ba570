import Foundation

/// A figure: a drawing inside the page, its caption, and files to take away.
public struct ReportFigure: Sendable, Equatable {
  public struct Download: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
      /// In the page itself.
      case embedded(mediaType: String, Data)
      /// Beside the page, by a relative path.
      case file(String)
      /// The drawing that stands in the page: as it is, or as a picture made from it. Without a script the file beside the
      /// page serves.
      case drawing(DrawingForm, beside: String)
    }

    public enum DrawingForm: String, Sendable, Equatable {
      case svg, png
    }

    /// What the link says: `CSV`.
    public let label: String
    /// The name under which an embedded file is saved.
    public let fileName: String
    public let content: Content

    public init(label: String, fileName: String, content: Content) {
      self.label = label
      self.fileName = fileName
      self.content = content
    }
  }

  public enum Drawing: Sendable, Equatable {
    /// As it is drawn, and as it is drawn for screens on which that would be too small to read.
    case svg(String, narrow: String? = nil)
    /// Every pixel of it as a square of `enlarged` pixels.
    case png(Data, enlarged: Int = 1)
  }

  /// Names the figure in links; ids of its drawing start with it.
  public let identifier: String
  /// For instance `Figure 3`.
  public let label: String
  public let caption: String
  /// What the drawing shows, for those who cannot see it.
  public let alternative: String
  public let drawing: Drawing
  public let downloads: [Download]
  /// The node that drew it.
  public let node: String?

  public init(
    identifier: String, label: String, caption: String, alternative: String, drawing: Drawing,
    downloads: [Download] = [], node: String? = nil
  ) {
    self.identifier = identifier
    self.label = label
    self.caption = caption
    self.alternative = alternative
    self.drawing = drawing
    self.downloads = downloads
    self.node = node
  }

  /// What `figure.mustache` reads. A drawing stands in an `img`, where it is its own bytes and nothing in it can run or
  /// load anything; the script makes it answer.
  func htmlContext() -> [String: Any] {
    let id = htmlIdentifier(identifier)
    var context: [String: Any] = [
      "id": id, "sealName": "\(InlineText(label).plain) (\(identifier))", "plain": InlineText(label).plain,
      "label": InlineText(label).html, "caption": InlineText(caption).html, "alternative": alternative,
      "node": node.map { [["anchor": nodeAnchor($0)]] } ?? [], "hasDownloads": !downloads.isEmpty,
      "downloads": downloads.map { $0.htmlContext },
    ]
    switch drawing {
    case .svg(let source, let narrow):
      let size = DrawingSize(svg: source)
      context["svg"] =
        [
          "source": TextAddress.drawing(source), "size": Self.sizeContext(size), "isReplaced": narrow != nil,
          "least": (size?.leastWidthClass ?? "") + (narrow == nil ? "" : " has-narrow"),
          "narrow": narrow.map {
            [
              [
                "source": TextAddress.drawingInList(NarrowDrawing.compact($0, beside: source)),
                "size": Self.sizeContext(DrawingSize(svg: $0)),
              ] as [String: Any]
            ]
          } ?? [],
        ] as [String: Any]
    case .png(let data, let enlarged):
      context["png"] =
        [
          "source": "data:image/png;base64," + data.base64EncodedString(),
          "size": Self.sizeContext(DrawingSize(png: data), times: enlarged), "isEnlarged": enlarged > 1,
        ] as [String: Any]
    }
    return context
  }

  private static func sizeContext(_ size: DrawingSize?, times: Int = 1) -> [[String: String]] {
    size.map { [["width": String($0.width * times), "height": String($0.height * times)]] } ?? []
  }
}

/// The size that a drawing gives itself, in pixels.
struct DrawingSize {
  let width: Int
  let height: Int

  /// - Parameter png: begins with the signature and the header of a PNG.
  init?(png: Data) {
    let bytes = [UInt8](png.prefix(24))
    guard bytes.count == 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(16), number(20))
    guard (1..<100_000).contains(width), (1..<100_000).contains(height) else { return nil }
  }

  /// - Parameter svg: its root element has whole or decimal `width` and `height`, or else a `viewBox` from which they follow.
  init?(svg: String) {
    let head = svg.prefix(2000)
    guard let root = head.range(of: "<svg")?.lowerBound, let end = head[root...].firstIndex(of: ">") else { return nil }
    func value(_ name: String) -> Int? {
      guard let start = head[root..<end].range(of: " \(name)=\"")?.upperBound else { return nil }
      return Double(head[start..<end].prefix { $0 != "\"" }).flatMap { $0 > 0 && $0 < 10_000 ? Int($0.rounded()) : nil }
    }
    if let width = value("width"), let height = value("height") {
      (self.width, self.height) = (width, height)
      return
    }
    guard let start = head[root..<end].range(of: " viewBox=\"")?.upperBound else { return nil }
    let box = head[start..<end].prefix { $0 != "\"" }.split(whereSeparator: { $0 == " " || $0 == "," }).compactMap {
      Double($0)
    }
    guard box.count == 4, box[2...].allSatisfy({ $0 > 0 && $0 < 10_000 }) else { return nil }
    (width, height) = (Int(box[2].rounded(.up)), Int(box[3].rounded(.up)))
  }

  /// A class of the style sheet: a drawing that has none for narrow screens scrolls in its frame rather than shrink below
  /// four fifths of its size, where its letters would get too small to read.
  var leastWidthClass: String { "least-\(min(60, max(20, (width / 20 + 3) / 4 * 4)))" }
}

extension ReportFigure.Download {
  fileprivate var htmlContext: [String: Any] {
    var context: [String: Any] = ["label": label, "name": fileName]
    switch content {
    case .embedded(let mediaType, let data):
      context["href"] = TextAddress.file(data, mediaType: mediaType)
    case .file(let path): context["href"] = relativeAddress(path)
    case .drawing(let form, let path):
      context["href"] = relativeAddress(path)
      context["kind"] = form.rawValue
    }
    return context
  }
}

/// A path as an address, byte by byte: never a scheme, which what stands before a colon would be, and never a host, which
/// would follow two slashes at the beginning.
func relativeAddress(_ path: String) -> String {
  let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+=@,".utf8)
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = path.hasPrefix("/") ? [UInt8(ascii: ".")] : []
  for byte in path.utf8 {
    if kept.contains(byte) {
      result.append(byte)
    } else {
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
