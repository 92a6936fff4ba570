import Foundation
import Testing

@testable import Vision

@Suite struct CIFARArchiveTests {
  /// Byte of image `image` at a row, column and channel: a different one in each neighbour.
  static func pixel(_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: 7 * image + 31 * row + column + 101 * channel)
  }

  /// A record as the data set's page describes it: the labels, then the planes.
  static func record(_ image: Int, labels: [UInt8]) -> [UInt8] {
    labels
      + (0..<3).flatMap { channel in
        (0..<32).flatMap { row in (0..<32).map { column in pixel(image, row, column, channel) } }
      }
  }

  static func names(_ count: Int, _ prefix: String) -> [UInt8] {
    Array(((0..<count).map { "\(prefix)\($0)\n" }.joined() + "\n").utf8)
  }

  /// Three training images in two batches and one test image.
  static var cifar10: [String: [UInt8]] {
    [
      "batches.meta.txt": names(10, "kind"),
      "data_batch_1.bin": record(0, labels: [4]) + record(1, labels: [9]),
      "data_batch_2.bin": record(2, labels: [0]),
      "test_batch.bin": record(3, labels: [7]),
      "readme.html": Array("ignored".utf8),
    ]
  }

  static var cifar100: [String: [UInt8]] {
    [
      "coarse_label_names.txt": names(20, "coarse"), "fine_label_names.txt": names(100, "fine"),
      "train.bin": record(0, labels: [19, 99]) + record(1, labels: [0, 42]),
      "test.bin": record(2, labels: [3, 8]),
    ]
  }

  /// As an archive in reverse order of names, since the order of files must not matter.
  static func archive(_ files: [String: [UInt8]], in folder: URL) throws -> URL {
    var tar = TarBuilder()
    for (name, bytes) in files.sorted(by: { $0.key > $1.key }) { tar.add("cifar/\(name)", bytes) }
    return try folder.file("cifar.tar.gz", Compression.gzip(tar.finished))
  }

  static func unpacked(_ files: [String: [UInt8]], in folder: URL) throws -> URL {
    for (name, bytes) in files { _ = try folder.file(name, bytes) }
    return folder
  }

  static func expectPixels(of dataset: ImageDataset, images: [Int]) {
    var expected: [UInt8] = []
    for image in images {
      for row in 0..<32 {
        for column in 0..<32 { for channel in 0..<3 { expected.append(pixel(image, row, column, channel)) } }
      }
    }
    #expect(dataset.pixels == expected)
  }

  @Test func `CIFAR-10 is read from archive and folder, planes turned to pixels, batches in order`() throws {
    try withFolder { folder in
      let nested = folder.appendingPathComponent("nested")
      for url in [
        try Self.archive(Self.cifar10, in: folder),
        try Self.unpacked(Self.cifar10, in: folder.appendingPathComponent("flat")),
        try Self.unpacked(Self.cifar10, in: nested.appendingPathComponent("cifar-10-batches-bin"))
          .deletingLastPathComponent(),
      ] {
        let (train, test) = try CIFARArchive.load(.cifar10, from: url)
        #expect(train.height == 32 && train.width == 32 && train.channels == 3)
        #expect(train.labelSets.map(\.name) == ["class"])
        #expect(train.labelSets[0].labels == [4, 9, 0])
        #expect(train.labelSets[0].classNames == (0..<10).map { "kind\($0)" })
        Self.expectPixels(of: train, images: [0, 1, 2])
        #expect(test.labelSets[0].labels == [7])
        Self.expectPixels(of: test, images: [3])
      }
    }
  }

  @Test func `CIFAR-100 gives fine and then coarse labels`() throws {
    try withFolder { folder in
      let (train, test) = try CIFARArchive.load(.cifar100, from: Self.archive(Self.cifar100, in: folder))
      #expect(train.labelSets.map(\.name) == ["fine", "coarse"])
      #expect(train.labelSets.map(\.classNames.count) == [100, 20])
      #expect(train.labelSets.map(\.labels) == [[99, 42], [19, 0]])
      #expect(test.labelSets.map(\.labels) == [[8], [3]])
      Self.expectPixels(of: train, images: [0, 1])
    }
  }

  /// A change to a good data set, and what is said about it.
  @Test(arguments: [
    ("data_batch_2.bin", record(2, labels: [10]), "data_batch_2.bin: the class label of record 1 is 10"),
    ("test_batch.bin", record(3, labels: [7]) + record(4, labels: [255]), "label of record 2 is 255"),
    ("data_batch_1.bin", Array(record(0, labels: [4]).dropLast()), "data_batch_1.bin has 3072 bytes"),
    ("data_batch_1.bin", [], "data_batch_1.bin has 0 bytes"),
    ("data_batch_1.bin", nil, "does not hold data_batch_1.bin"),
    ("test_batch.bin", nil, "does not hold test_batch.bin"),
    ("batches.meta.txt", nil, "does not hold batches.meta.txt"),
    ("batches.meta.txt", names(9, "kind"), "batches.meta.txt names 9 classes, not 10"),
    ("batches.meta.txt", [0xFF, 0xFE], "batches.meta.txt is not text"),
  ]) func `a data set that is not right is refused by name`(name: String, bytes: [UInt8]?, says: String) throws {
    try withFolder { folder in
      var files = Self.cifar10
      files[name] = bytes
      for url in [
        try Self.archive(files, in: folder), try Self.unpacked(files, in: folder.appendingPathComponent("flat")),
      ] {
        // An empty file in a folder is refused already when it is opened.
        if bytes == [], url.lastPathComponent == "flat" { continue }
        let error = #expect(throws: DatasetError.self) { try CIFARArchive.load(.cifar10, from: url) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(url.path) == true)
      }
    }
  }

  @Test func `a coarse label beyond the classes is named as such`() throws {
    try withFolder { folder in
      var files = Self.cifar100
      files["train.bin"] = Self.record(0, labels: [20, 0])
      let url = try Self.archive(files, in: folder)
      let error = #expect(throws: DatasetError.self) { try CIFARArchive.load(.cifar100, from: url) }
      #expect(error?.reason == .labelOutOfRange)
      #expect(error?.description.contains("the coarse label of record 1 is 20") == true)
    }
  }

  @Test func `the wrong kind, a missing file and a hostile archive are refused`() throws {
    try withFolder { folder in
      let url = try Self.archive(Self.cifar10, in: folder)
      #expect(throws: DatasetError.self) { try CIFARArchive.load(.cifar100, from: url) }
      #expect(throws: DatasetError.self) {
        try CIFARArchive.load(.cifar10, from: folder.appendingPathComponent("none.tar.gz"))
      }
      var tar = TarBuilder()
      for (name, bytes) in Self.cifar10.sorted(by: { $0.key < $1.key }) { tar.add(name, bytes) }
      tar.add("../data_batch_3.bin", Self.record(0, labels: [1]))
      let hostile = try folder.file("hostile.tar.gz", Compression.gzip(tar.finished))
      let error = #expect(throws: ArchiveError.self) { try CIFARArchive.load(.cifar10, from: hostile) }
      #expect(error?.reason == .unsafePath)
    }
  }
}
