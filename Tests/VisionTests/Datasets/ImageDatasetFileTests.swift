import Foundation
import Testing

@testable import Vision

@Suite struct ImageDatasetFileTests {
  static let sample = ImageDataset(
    height: 2, width: 3, channels: 3, pixels: (0..<72).map { UInt8($0 * 3) },
    labelSets: [
      LabelSet(name: "fine", classNames: (0..<300).map { "c\($0)" } + ["é \"/\\"], labels: [299, 0, 256, 300]),
      LabelSet(name: "coarse", classNames: ["x", "y"], labels: [1, 0, 0, 1]),
    ])

  @Test func `what is written is read, and written the same again`() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("train.images")
      try ImageDatasetFile.write(Self.sample, to: url)
      #expect(try ImageDatasetFile.read(from: url) == Self.sample)
      #expect(try ImageDatasetFile.encode(Self.sample) == Data(contentsOf: url))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["train.images"])
    }
  }

  @Test func `an empty split is a split`() throws {
    let empty = Self.sample.prefix(0)
    #expect(try ImageDatasetFile.decode(ImageDatasetFile.encode(empty), name: "empty") == empty)
  }

  @Test func `no prefix and no extension of a file is one`() throws {
    let data = try ImageDatasetFile.encode(Self.sample)
    for count in 0..<data.count {
      #expect(throws: DatasetError.self, "\(count) bytes") {
        try ImageDatasetFile.decode(data.prefix(count), name: "cut")
      }
    }
    #expect(throws: DatasetError.self) { try ImageDatasetFile.decode(data + [0], name: "long") }
  }

  @Test func `no flipped bit crashes it`() throws {
    let data = try ImageDatasetFile.encode(Self.sample)
    for position in 0..<data.count {
      var damaged = data
      damaged[position] ^= 1 << UInt8(position % 8)
      // Pixels and labels may differ and be read all the same; what is read has its invariants.
      if let dataset = try? ImageDatasetFile.decode(damaged, name: "flipped") {
        #expect(dataset.labelSets.allSatisfy { set in set.labels.allSatisfy { Int($0) < set.classNames.count } })
      }
    }
  }

  @Test(arguments: [
    ("\"count\":4", "\"count\":2147483647"), ("\"count\":4", "\"count\":-4"), ("\"count\":4", "\"count\":5"),
    ("\"height\":2", "\"height\":0"), ("\"height\":2", "\"height\":9223372036854775807"),
    ("\"width\":3", "\"width\":65536"), ("\"channels\":3", "\"channels\":2"), ("\"version\":1", "\"version\":2"),
    ("\"labelSets\":[", "\"labelSets\":[[]"),
  ]) func `a header that lies is refused`(true truth: String, lie: String) throws {
    let data = try ImageDatasetFile.encode(Self.sample)
    let length = Int(data[8]) | Int(data[9]) << 8
    let header = String(decoding: data[12..<(12 + length)], as: UTF8.self).replacingOccurrences(of: truth, with: lie)
    var changed = data.prefix(8)
    changed.append(contentsOf: [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8), 0, 0])
    changed.append(Data(header.utf8))
    changed.append(data[(12 + length)...])
    let error = #expect(throws: DatasetError.self) { try ImageDatasetFile.decode(changed, name: "train.images") }
    #expect(error?.description.hasPrefix("train.images") == true)
  }

  @Test func `a label beyond the classes is named with its image`() throws {
    var data = try ImageDatasetFile.encode(Self.sample)
    data[data.count - 2] = 2  // The last coarse label.
    let error = #expect(throws: DatasetError.self) { try ImageDatasetFile.decode(data, name: "x") }
    #expect(error?.reason == .labelOutOfRange)
    #expect(error?.description.contains("coarse label of image 4 is 2") == true)
  }

  @Test func `a file that cannot be read or written is named`() throws {
    try withFolder { folder in
      let file = try folder.file("file", [1])
      for url in [file.appendingPathComponent("inside"), folder.appendingPathComponent("no/such/folder/x")] {
        let writing = #expect(throws: DatasetError.self) { try ImageDatasetFile.write(Self.sample, to: url) }
        #expect(writing?.description.contains(url.path) == true)
        #expect(throws: DatasetError.self) { try ImageDatasetFile.read(from: url) }
      }
    }
  }

  @Test func `Fashion-MNIST's size is read well within a second`() throws {
    let count = 60_000
    let large = ImageDataset(
      height: 28, width: 28, channels: 1, pixels: [UInt8](repeating: 7, count: count * 784),
      labelSets: [LabelSet(name: "class", classNames: ["a", "b"], labels: [UInt16](repeating: 1, count: count))])
    let data = try ImageDatasetFile.encode(large)
    let clock = ContinuousClock()
    var read: ImageDataset?
    let time = try clock.measure { read = try ImageDatasetFile.decode(data, name: "large") }
    #expect(read == large)
    #expect(time < .seconds(1), "\(time)")
  }
}
