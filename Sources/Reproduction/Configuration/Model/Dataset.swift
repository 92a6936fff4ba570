extension Configuration {
  /// Labelled images, and where they come from.
  public struct Dataset: Sendable, Equatable, Codable {
    /// The key in `pipeline.json`; part of node and file names.
    public let name: String
    /// The name in tables and figures.
    public let title: String
    public let content: Content

    public enum Content: Sendable, Equatable, Codable {
      /// 28×28 grey images of 10 kinds of clothing: 60,000 for training and 10,000 for testing. Each source is a
      /// folder, or the address of a folder, that holds the four IDX files. Source: Xiao et al. 2017,
      /// https://github.com/zalandoresearch/fashion-mnist.
      case fashionMNIST(sources: [Source])
      /// 32×32 colour images that are generated on the spot.
      case shapes(Shapes)
      /// 32×32 colour images of 10 classes: 50,000 for training and 10,000 for testing. Source: Krizhevsky 2009.
      case cifar10(Archive)
      /// The same with 100 classes in 20 superclasses, and which of the two the probes score.
      case cifar100(Archive, labels: CIFAR100Labels)
    }

    /// Generated images: each class is a combination of shape and texture.
    public struct Shapes: Sendable, Equatable, Codable {
      /// The number of latent classes, K.
      public let classes: Int
      /// How many images to generate for training and for testing, all classes together.
      public let trainImages: Int
      public let testImages: Int
      /// The seed of the generator: the same seed gives the same images.
      public let seed: Int
    }

    /// An archive in CIFAR's binary layout.
    public struct Archive: Sendable, Equatable, Codable {
      /// Where to look, in this order: an archive, its unpacked folder, or an address.
      public let sources: [Source]
      /// The size of the archive in bytes; `nil` leaves it unchecked.
      public let bytes: Int?
      /// The SHA-256 digest of the archive in lower-case hexadecimal; `nil` leaves it unchecked.
      public let sha256: String?
    }

    public enum CIFAR100Labels: String, Sendable, Equatable, Codable, CaseIterable {
      /// 100 classes.
      case fine
      /// 20 superclasses.
      case coarse
    }

    /// A place to get files from.
    public enum Source: Sendable, Equatable, Codable {
      /// An `http` or `https` address.
      case address(String)
      /// A file or folder of this machine, as given; a relative one starts at the working folder.
      case path(String)
    }

    /// The number of latent classes that accuracy is measured over, K.
    public var classes: Int {
      switch content {
      case .fashionMNIST, .cifar10: 10
      case .shapes(let shapes): shapes.classes
      case .cifar100(_, let labels): labels == .fine ? 100 : 20
      }
    }

    /// 1 for grey images, 3 for colour.
    public var channels: Int {
      if case .fashionMNIST = content { 1 } else { 3 }
    }

    /// Images in the official training split. A source may be a smaller copy: check what was read as well.
    public var trainImages: Int {
      switch content {
      case .fashionMNIST: 60_000
      case .shapes(let shapes): shapes.trainImages
      case .cifar10, .cifar100: 50_000
      }
    }

    /// Images in the official test split; see ``trainImages``.
    public var testImages: Int {
      if case .shapes(let shapes) = content { shapes.testImages } else { 10_000 }
    }
  }
}

extension Configuration.Dataset {
  enum Kind: String, CaseIterable {
    case fashionMNIST = "fashion-mnist"
    case shapes
    case cifar10 = "cifar-10"
    case cifar100 = "cifar-100"
  }

  static func read(_ name: String, _: SourceLocation, _ value: ConfigurationValue) -> Configuration.Dataset? {
    // The kind decides which keys there are, so nothing else is looked at where it is wrong.
    guard let kind = kind(of: value) else { return nil }
    return value.object("a dataset of kind '\(kind.rawValue)'") { object in
      _ = object.required("kind")
      let title = object.text("title")
      let content = content(kind, object)
      guard let title, let content else { return nil }
      return Self(name: name, title: title, content: content)
    }
  }

  private static func kind(of value: ConfigurationValue) -> Kind? {
    guard case .object = value.node.value else {
      value.refuse("a dataset, an object")
      return nil
    }
    guard let member = value.node.member("kind") else {
      value.reader.report(.content, at: value.location, "'\(value.path)' has no 'kind', which a dataset needs")
      return nil
    }
    return value.child("kind", member.node).choice()
  }

  private static func content(_ kind: Kind, _ object: ConfigurationObject) -> Content? {
    switch kind {
    case .fashionMNIST: return object.read("sources", sources).map(Content.fashionMNIST)
    case .cifar10: return archive(object).map(Content.cifar10)
    case .cifar100:
      let archive = archive(object)
      let labels = object.choice("labels", of: CIFAR100Labels.self, default: .fine)
      guard let archive, let labels else { return nil }
      return .cifar100(archive, labels: labels)
    case .shapes:
      let classes = object.integer("classes", 2...200)
      let trainImages = object.integer("trainImages", 1...1_000_000)
      let testImages = object.integer("testImages", 1...1_000_000)
      let seed = object.integer("seed", 0...4_294_967_295)
      guard let classes, let trainImages, let testImages, let seed else { return nil }
      return .shapes(Shapes(classes: classes, trainImages: trainImages, testImages: testImages, seed: seed))
    }
  }

  private static func archive(_ object: ConfigurationObject) -> Archive? {
    let sources = object.read("sources", sources)
    let bytes = object.ifPresent("bytes").flatMap { $0.integer(1...1_000_000_000_000) }
    let sha256 = object.ifPresent("sha256").flatMap(digest)
    guard let sources else { return nil }
    return Archive(sources: sources, bytes: bytes, sha256: sha256)
  }

  private static func digest(_ value: ConfigurationValue) -> String? {
    guard case .string(let text) = value.node.value, text.utf8.count == 64,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      value.refuse("a SHA-256 digest of 64 lower-case hexadecimal digits")
      return nil
    }
    return text
  }

  private static func sources(_ value: ConfigurationValue) -> [Source]? {
    value.array(of: "sources") { element in
      guard let text = element.text() else { return nil }
      guard let colon = text.range(of: "://") else { return .path(text) }
      let scheme = text[..<colon.lowerBound].lowercased()
      guard ["http", "https"].contains(scheme), colon.upperBound < text.endIndex else {
        element.refuse("a path, or an address that starts with https:// or http://")
        return nil
      }
      return .address(text)
    }
  }
}
