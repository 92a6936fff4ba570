import Foundation
import Testing

@testable import Vision

@Suite struct FashionMNISTTests {
  static let isPackaged = FileManager.default.fileExists(atPath: FashionMNIST.packagedFolder.path)

  /// Four well-formed files with a few images, which are of course not Fashion-MNIST.
  static func write(to folder: URL, labels: [UInt8] = [3, 0, 9], labelCount: Int? = nil, suffix: String = "") throws {
    for split in ["train", "t10k"] {
      let images = IDXFileTests.bytes([3, 2, 2], Array(0..<12))
      let labels = IDXFileTests.bytes([labelCount ?? labels.count], labels)
      let pack: ([UInt8]) -> [UInt8] = suffix == ".gz" ? { Compression.gzip($0) } : { $0 }
      _ = try folder.file("\(split)-images-idx3-ubyte\(suffix)", pack(images))
      _ = try folder.file("\(split)-labels-idx1-ubyte\(suffix)", pack(labels))
    }
  }

  @Test(.enabled(if: isPackaged, "the package dataset-fashion-mnist is not installed"))
  func `the packaged files are Fashion-MNIST`() throws {
    let (train, test) = try FashionMNIST.load(from: FashionMNIST.packagedFolder)
    #expect(train.count == 60_000)
    #expect(test.count == 10_000)
    #expect(train.height == 28 && train.width == 28 && train.channels == 1)
    // Published: 6,000 and 1,000 images of each class; the first ten training labels from the data set's page.
    for (split, each) in [(train, 6_000), (test, 1_000)] {
      let counts = split.labelSets[0].labels.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1)] += 1 }
      #expect(counts == [Int](repeating: each, count: 10))
    }
    #expect(train.labelSets[0].labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    // The published mean of the training pixels is 0.2860.
    let mean = Double(train.pixels.reduce(0) { $0 + Int($1) }) / Double(train.pixels.count) / 255
    #expect(abs(mean - 0.2860) < 0.0001)
  }

  @Test(arguments: ["", ".gz"]) func `well-formed files with other content are told apart`(suffix: String) throws {
    try withFolder { folder in
      try Self.write(to: folder, suffix: suffix)
      let split = try FashionMNIST.loadSplit("t10k", from: folder)
      #expect(split.count == 3)
      #expect(split.pixels == Array(0..<12))
      #expect(split.labelSets[0].labels == [3, 0, 9])
      #expect(split.labelSets[0].classNames[9] == "Ankle boot")
      let error = #expect(throws: DatasetError.self) { try FashionMNIST.load(from: folder) }
      #expect(error?.reason == .wrongContent)
      #expect(error?.description.contains(split.contentDigest) == true)
      #expect(error?.description.contains(FashionMNIST.contentDigests.train) == true)
    }
  }

  @Test func `a label beyond the classes is named with its place`() throws {
    try withFolder { folder in
      try Self.write(to: folder, labels: [0, 10, 1])
      let error = #expect(throws: DatasetError.self) { try FashionMNIST.load(from: folder) }
      #expect(error?.reason == .labelOutOfRange)
      #expect(error?.description.contains("train-labels-idx1-ubyte: label 2 is 10") == true)
    }
  }

  @Test func `labels and images must be as many`() throws {
    try withFolder { folder in
      try Self.write(to: folder, labels: [0, 1])
      let error = #expect(throws: DatasetError.self) { try FashionMNIST.load(from: folder) }
      #expect(error?.description.contains("2 labels for the 3 images") == true)
    }
  }

  @Test func `a missing file is named, with what to do`() throws {
    try withFolder { folder in
      try Self.write(to: folder)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("train-labels-idx1-ubyte"))
      let error = #expect(throws: DatasetError.self) { try FashionMNIST.load(from: folder) }
      #expect(error?.reason == .missing)
      #expect(error?.description.contains("train-labels-idx1-ubyte") == true)
      #expect(error?.description.contains("dataset-fashion-mnist") == true)
    }
  }

  @Test func `fetched files with other content do not stay`() throws {
    try withFolder { folder in
      let (home, cache) = (folder.appendingPathComponent("home"), folder.appendingPathComponent("cache"))
      try Self.write(to: home, suffix: ".gz")
      let error = #expect(throws: DownloadError.self) {
        try FashionMNIST.fetch(into: cache, sources: [.folder(home)], offline: true)
      }
      #expect(error?.reason == .wrongContent)
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).count == 4)
    }
  }

  @Test func `every source is tried, and what is wrong with each is told`() throws {
    try withFolder { folder in
      let (first, second) = (folder.appendingPathComponent("first"), folder.appendingPathComponent("second"))
      let cache = folder.appendingPathComponent("cache")
      try Self.write(to: first, suffix: ".gz")
      _ = try first.file("train-images-idx3-ubyte.gz", [0x1F, 0x8B, 8])
      try Self.write(to: second, labels: [0, 10, 1], suffix: ".gz")
      // Half of it is there from an earlier run.
      _ = try cache.file("train-images-idx3-ubyte.gz", [1])
      let error = #expect(throws: DownloadError.self) {
        try FashionMNIST.fetch(into: cache, sources: [.folder(first), .folder(second)], offline: true)
      }
      #expect(error?.description.contains("\(first.path): ") == true)
      #expect(error?.description.contains("\(second.path): ") == true)
      #expect(error?.description.contains("label 2 is 10") == true, "\(error?.description ?? "")")
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).isEmpty)
    }
  }

  @Test(.enabled(if: isPackaged, "the package dataset-fashion-mnist is not installed"))
  func `a broken source does not stand in the way of a good one`() throws {
    try withFolder { folder in
      let (broken, cache) = (folder.appendingPathComponent("broken"), folder.appendingPathComponent("cache"))
      for name in FashionMNIST.fileNames.map({ $0 + ".gz" }) {
        let content = try Data(contentsOf: FashionMNIST.packagedFolder.appendingPathComponent(name))
        let isTruncated = name.hasPrefix("t10k-images")
        _ = try broken.file(name, Array(content.prefix(isTruncated ? 1000 : content.count)))
      }
      let (train, test) = try FashionMNIST.fetch(
        into: cache, sources: [.folder(broken), .folder(FashionMNIST.packagedFolder)], offline: true)
      #expect(train.count == 60_000 && test.count == 10_000)
    }
  }

  @Test func `offline without the files says so`() throws {
    try withFolder { folder in
      let error = #expect(throws: DownloadError.self) {
        try FashionMNIST.fetch(
          into: folder, sources: [.web(#require(URL(string: "http://127.0.0.1:9/")))], offline: true)
      }
      #expect(error?.reason == .offline)
      #expect(error?.description.contains("train-images-idx3-ubyte.gz") == true)
    }
  }
}
