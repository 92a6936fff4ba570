import Charts
import Foundation
import Pipeline
import Vision

/// **download**: gets a dataset, from its home, a local copy or a generator, checks it, and stores it decoded.
struct DownloadStage {
  /// What a machine knows of where things are: provenance, never part of a key.
  struct Places: Sendable {
    /// By dataset name, tried in order.
    let sources: [String: [Configuration.Dataset.Source]]
    /// By dataset name, the expected size of its archive in bytes.
    let archiveBytes: [String: Int]
    /// Paths are read from here where they are not absolute.
    let baseFolder: URL
    /// Whether the network must not be touched.
    let isOffline: Bool
  }

  /// What `about.json` says of a dataset.
  struct About: Codable, Equatable {
    let classes: [String: [String]]
    let height: Int
    let width: Int
    let channels: Int
    let trainImages: Int
    let testImages: Int
    /// SHA-256 over the decoded pixels and labels.
    let trainDigest: String
    let testDigest: String
  }

  static func definition(_ places: Places) -> StageDefinition {
    StageDefinition(name: StageName.download, version: 2, isLight: true) { context in
      let settings: DownloadSettings = try context.decodeParameters()
      let name = context.node.text.split(separator: "/").dropFirst().joined(separator: "/")
      let stage = DownloadStage(context: context, places: places, dataset: name)
      let (train, test) = try stage.load(settings.content)
      try context.checkCancellation()
      try stage.store(train, test)
    }
  }

  let context: StageContext
  let places: Places
  let dataset: String

  private typealias Splits = (train: ImageDataset, test: ImageDataset)

  private func load(_ content: DownloadSettings.Content) throws -> (train: ImageDataset, test: ImageDataset) {
    switch content {
    case .fashionMNIST:
      return try FashionMNIST.fetch(
        into: try downloadFolder(), sources: try sources(), offline: places.isOffline,
        progress: { file, bytes, total in try report(file, bytes, total) }, received: record)
    case .shapes(let shapes):
      let generator = try Shapes(classCount: shapes.classes, seed: UInt64(shapes.seed))
      let train = generator.dataset(split: .train, count: shapes.trainImages, threads: context.threads)
      try context.checkCancellation()
      return (train, generator.dataset(split: .test, count: shapes.testImages, threads: context.threads))
    case .cifar10(let sha256, _):
      return try loadArchive(.cifar10, sha256: sha256)
    case .cifar100(let sha256, _):
      return try loadArchive(.cifar100, sha256: sha256)
    }
  }

  private func loadArchive(_ kind: CIFARKind, sha256: String?) throws -> Splits {
    let archive = try downloadFolder().appending(path: kind.archiveName)
    let expected = Downloader.Expectation(bytes: places.archiveBytes[dataset], sha256: sha256)
    return try Downloader.firstSuccess(of: sources(), named: kind.archiveName, place: archive) { source in
      try context.checkCancellation()
      guard case .folder(let folder) = source else {
        return try loadArchive(kind, from: source, expected: expected, to: archive)
      }
      // The digest stands for the content in keys, so nothing may pass that was not held against it.
      guard sha256 == nil else {
        throw DownloadError(
          .wrongContent,
          "an unpacked folder cannot be checked against the dataset's 'sha256'; name the archive instead, or set "
            + "'sha256' to null")
      }
      return try CIFARArchive.load(kind, from: folder)
    }
  }

  private func loadArchive(
    _ kind: CIFARKind, from source: Downloader.Source, expected: Downloader.Expectation, to archive: URL
  ) throws -> Splits {
    let receipt = try Downloader().fetch(
      from: source, expected: expected, to: archive, offline: places.isOffline,
      progress: { bytes, total in try report(kind.archiveName, bytes, total) })
    record(kind.archiveName, receipt)
    try context.checkCancellation()
    do {
      return try CIFARArchive.load(kind, from: archive)
    } catch {
      // Where there is no digest, the next run would take it for right.
      try FileManager.default.removeItem(at: archive)
      guard receipt.source == nil else { throw error }
    }
    // It was left by another run, and says nothing about this source.
    return try loadArchive(kind, from: source, expected: expected, to: archive)
  }

  /// Writes down what came from outside.
  private func record(_ file: String, _ receipt: Downloader.Receipt) {
    context.log("\(file): \(receipt.bytes) bytes, SHA-256 \(receipt.sha256)")
    guard let digest = Digest(hex: receipt.sha256) else { return }
    let origin: String? =
      switch receipt.source {
      case .web(let url)?: url.absoluteString
      case .file(let url)?, .folder(let url)?: url.path(percentEncoded: false)
      case nil: nil
      }
    context.rawFile(RawFile(name: file, digest: digest, size: receipt.bytes, origin: origin))
  }

  private func downloadFolder() throws -> URL {
    guard let folder = context.progressFolder else {
      throw StageError("\(context.node) has no folder that survives an interruption; declare ownsProgress")
    }
    return folder
  }

  private func sources() throws -> [Downloader.Source] {
    let listed = places.sources[dataset] ?? []
    guard !listed.isEmpty else {
      throw StageError("the dataset '\(dataset)' names no sources; add a path or an address to its 'sources'")
    }
    return listed.compactMap { source in
      switch source {
      case .address(let text):
        return URL(string: text).map(Downloader.Source.web)
      case .path(let path):
        let url = URL(filePath: path, relativeTo: places.baseFolder).absoluteURL
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? .folder(url) : .file(url)
      }
    }
  }

  /// Says how far a file is; called many times a second, so it is here that an interruption is noticed.
  private func report(_ file: String, _ bytes: Int, _ total: Int?) throws {
    try context.checkCancellation()
    let megabytes = Double(bytes) / 1e6
    let text = String(format: "%@ %.1f MB", file, megabytes)
    context.progress(fraction: total.map { $0 > 0 ? Double(bytes) / Double($0) : 0 }, message: text)
  }

  private func store(_ train: ImageDataset, _ test: ImageDataset) throws {
    try ImageDatasetFile.write(train, to: context.output(OutputName.trainImages))
    try ImageDatasetFile.write(test, to: context.output(OutputName.testImages))
    try context.checkCancellation()
    // Ten of each class where there are few, one of each where there are many.
    let classCount = train.labelSets[0].classNames.count
    let sheet = ContactSheet.classes(
      of: train, imagesPerClass: classCount > 20 ? 1 : 10, columns: 10,
      tileSide: max(train.height, train.width), gap: 1)
    try sheet.png().write(to: context.output(OutputName.classSheet))
    let about = About(
      classes: Dictionary(
        train.labelSets.map { ($0.name, $0.classNames) }, uniquingKeysWith: { first, _ in first }),
      height: train.height, width: train.width, channels: train.channels, trainImages: train.count,
      testImages: test.count, trainDigest: train.contentDigest, testDigest: test.contentDigest)
    try JSONFile.write(about, to: context.output(OutputName.about))
    context.metric("train_images", Double(train.count))
    context.metric("test_images", Double(test.count))
  }
}
