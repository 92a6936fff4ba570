import Foundation

/// Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 28×28 grey images of ten kinds of clothing, 60,000 for training
/// and 10,000 for testing, in four IDX files.
public enum FashionMNIST {
  public static let classNames = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
  ]

  /// The ``ImageDataset/contentDigest`` of each split. The files' own digests will not do: Debian's package and
  /// the project's home hold the same content behind different gzip headers. (With the home's headers put back,
  /// Debian's files have the MD5 sums that the home publishes.)
  public static let contentDigests = (
    train: "2a0a7a5b40a8a9ebe0adca41134c8702a03550b187103b5c45060d9cb27fbac2",
    test: "61435d4eab2e91a77a644d34018aa3d85986186aedb85875341af3b4dd0ad10d"
  )

  /// The files' names at their home, without `.gz`.
  public static let fileNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  /// Where Debian's and Ubuntu's package `dataset-fashion-mnist` puts the files.
  public static let packagedFolder = URL(fileURLWithPath: "/usr/share/datasets/fashion-mnist", isDirectory: true)

  /// Folders on the web that hold the four files with `.gz`: the project's home, and the copy its authors host.
  public static let homes = [
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  ]

  /// Where to look in order: Debian's package, then the web.
  public static let defaultSources =
    [Downloader.Source.folder(packagedFolder)] + homes.compactMap { URL(string: $0) }.map(Downloader.Source.web)

  /// Leaves the four files in `folder` and loads them.
  /// - Parameters:
  ///   - sources: folders, on this machine or (with a final slash) on the web; tried in order, each for all four
  ///     files, until what they hold is right.
  ///   - progress: bytes so far and in total of the file named; called on the calling thread, also while nothing comes; what
  ///     it throws ends the download and is thrown on.
  ///   - received: what became of each file; again for files that are fetched a second time.
  /// - Throws: ``DownloadError`` with what went wrong at each source; files with the wrong content are removed.
  public static func fetch(
    into folder: URL, sources: [Downloader.Source] = defaultSources, downloader: Downloader = Downloader(),
    offline: Bool = false, progress: ((_ file: String, _ bytes: Int, _ total: Int?) throws -> Void)? = nil,
    received: (_ file: String, _ receipt: Downloader.Receipt) -> Void = { _, _ in }
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    try Downloader.firstSuccess(of: sources, named: "Fashion-MNIST", place: folder) { source in
      try fetch(
        from: source, into: folder, downloader: downloader, offline: offline, progress: progress, received: received)
    }
  }

  private static func fetch(
    from source: Downloader.Source, into folder: URL, downloader: Downloader, offline: Bool,
    progress: ((_ file: String, _ bytes: Int, _ total: Int?) throws -> Void)?,
    received: (_ file: String, _ receipt: Downloader.Receipt) -> Void
  ) throws -> (train: ImageDataset, test: ImageDataset) {
    let targets = fileNames.map { folder.appendingPathComponent($0 + ".gz") }
    var someWereThere = false
    for target in targets {
      let name = target.lastPathComponent
      let place =
        if case .web(let home) = source { Downloader.Source.web(home.appendingPathComponent(name)) } else { source }
      do {
        let receipt = try downloader.fetch(from: place, to: target, offline: offline) { try progress?(name, $0, $1) }
        if receipt.source == nil { someWereThere = true }
        received(name, receipt)
      } catch let error as DownloadError {
        throw DownloadError(error.reason, "\(name): \(error.description)")
      }
    }
    do {
      return try load(from: folder)
    } catch {
      // They carry no digest of their own, so another try would take them for right.
      for target in targets { try FileManager.default.removeItem(at: target) }
      guard someWereThere else { throw error }
    }
    // Files that another source or run left say nothing about this source: all four from here.
    return try fetch(
      from: source, into: folder, downloader: downloader, offline: offline, progress: progress, received: received)
  }

  /// Both splits from a folder with the four files, each as it is or with `.gz`.
  /// - Throws: ``ArchiveError`` or ``DatasetError``; also when everything is well-formed but is not Fashion-MNIST.
  public static func load(from folder: URL) throws -> (train: ImageDataset, test: ImageDataset) {
    let train = try loadSplit("train", from: folder)
    try check(train, against: contentDigests.train, split: "train", folder: folder)
    let test = try loadSplit("t10k", from: folder)
    try check(test, against: contentDigests.test, split: "t10k", folder: folder)
    return (train, test)
  }

  /// One split without the check of its identity.
  /// - Parameter prefix: "train" or "t10k".
  static func loadSplit(_ prefix: String, from folder: URL) throws -> ImageDataset {
    let imageFile = try file("\(prefix)-images-idx3-ubyte", in: folder)
    let labelFile = try file("\(prefix)-labels-idx1-ubyte", in: folder)
    let images = try IDXFile(at: imageFile, dimensionCount: 3)
    let labels = try IDXFile(at: labelFile, dimensionCount: 1)
    guard labels.elements.count == images.dimensions[0] else {
      throw DatasetError(
        .malformed,
        "\(labelFile.path) holds \(labels.elements.count) labels for the \(images.dimensions[0]) images of "
          + "\(imageFile.lastPathComponent); delete both and fetch them again.")
    }
    if let wrong = labels.elements.firstIndex(where: { Int($0) >= classNames.count }) {
      throw DatasetError(
        .labelOutOfRange,
        "\(labelFile.path): label \(wrong + 1) is \(labels.elements[wrong]), but the classes end at "
          + "\(classNames.count - 1); delete the file and fetch it again.")
    }
    return ImageDataset(
      height: images.dimensions[1], width: images.dimensions[2], channels: 1, pixels: images.elements,
      labelSets: [LabelSet(name: "class", classNames: classNames, labels: labels.elements.map(UInt16.init))])
  }

  static func check(_ dataset: ImageDataset, against expected: String, split: String, folder: URL) throws {
    let found = dataset.contentDigest
    guard found == expected else {
      throw DatasetError(
        .wrongContent,
        "\(folder.path): the \(split) files hold \(dataset.count) images with content digest \(found), but "
          + "Fashion-MNIST's is \(expected); delete them and fetch them again.")
    }
  }

  /// The file as it is, or with `.gz`.
  private static func file(_ name: String, in folder: URL) throws -> URL {
    for candidate in [name, name + ".gz"] {
      let url = folder.appendingPathComponent(candidate)
      if FileManager.default.fileExists(atPath: url.path) { return url }
    }
    throw DatasetError(
      .missing,
      "\(folder.path) holds neither \(name) nor \(name).gz; put Fashion-MNIST's four IDX files there, or install "
        + "the package dataset-fashion-mnist.")
  }
}
