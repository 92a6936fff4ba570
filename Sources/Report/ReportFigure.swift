import Foundation

/// A figure: a drawing inside the page, its caption, and files to take away.
public struct ReportFigure: Sendable, Equatable {
  public struct Download: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
      /// In the page itself.
      case embedded(mediaType: String, Data)
      /// Beside the page, by a relative path.
      case file(String)
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
    case svg(String)
    case png(Data)
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

  public init(
    identifier: String, label: String, caption: String, alternative: String, drawing: Drawing,
    downloads: [Download] = []
  ) {
    self.identifier = identifier
    self.label = label
    self.caption = caption
    self.alternative = alternative
    self.drawing = drawing
    self.downloads = downloads
  }

  /// What `figure.mustache` reads.
  func htmlContext() -> [String: Any] {
    let id = htmlIdentifier(identifier)
    var context: [String: Any] = [
      "id": id, "label": InlineText(label).html, "caption": InlineText(caption).html, "alternative": alternative,
      "hasDownloads": !downloads.isEmpty,
      "downloads": downloads.map { ["label": $0.label, "name": $0.fileName, "href": $0.href] },
    ]
    switch drawing {
    case .svg(let source): context["svg"] = InlineSVG(source, prefix: id + "-", label: alternative).markup
    case .png(let data): context["png"] = "data:image/png;base64," + data.base64EncodedString()
    }
    return context
  }
}

extension ReportFigure.Download {
  fileprivate var href: String {
    switch content {
    case .embedded(let mediaType, let data):
      return "data:\(mediaType);base64," + data.base64EncodedString()
    case .file(let path):
      // A path, never a scheme: what stands before a colon would be one.
      var allowed = CharacterSet.urlPathAllowed
      allowed.remove(charactersIn: ":")
      let relative = path.drop { $0 == "/" }
      return relative.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
  }
}
