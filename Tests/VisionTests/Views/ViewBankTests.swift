import Foundation
import Testing

@testable import Vision

@Suite("View bank")
struct ViewBankTests {
  static func augmenter(channels: Int = 3) throws -> Augmenter {
    try Augmenter(
      dataset: TestImages.random(count: 80, height: 8, width: 8, channels: channels, seed: 1),
      policy: TestImages.policy(channels: channels), side: 6, seed: 9, use: .evaluation)
  }

  static let indices = Array((3..<80).reversed())

  @Test("holds the augmenter's plain images and views in order, whatever the number of threads")
  func contents() throws {
    let augmenter = try Self.augmenter()
    let bank = ViewBank(augmenter: augmenter, indices: Self.indices, viewCount: 3, storage: .floats)
    #expect(
      bank == ViewBank(augmenter: augmenter, indices: Self.indices, viewCount: 3, storage: .floats, threads: 3))
    #expect(bank.plain(2..<77) == augmenter.plain(Self.indices[2..<77]))
    #expect(bank.views(0, 0..<77) == TestImages.fill(augmenter, Self.indices[...], epoch: 0, view: 0))
    #expect(bank.views(2, 60..<70) == TestImages.fill(augmenter, Self.indices[60..<70], epoch: 1, view: 0))
    #expect(bank.labelSets.first?.labels == Self.indices.map { UInt16($0 % 2) })
  }

  @Test("bytes are within half a step of the floats", arguments: [1, 3])
  func bytes(channels: Int) throws {
    let augmenter = try Self.augmenter(channels: channels)
    let exact = ViewBank(augmenter: augmenter, indices: Self.indices, viewCount: 2, storage: .floats)
    let rounded = ViewBank(augmenter: augmenter, indices: Self.indices, viewCount: 2)
    #expect(rounded.storage == .bytes)
    for (value, wanted) in zip(rounded.views(1, 0..<77), exact.views(1, 0..<77)) {
      #expect(abs(value - wanted) <= 0.5 / 255 / 0.25 + 1e-5)
    }
  }

  @Test("is read from a file as it was written", arguments: ViewBank.Storage.allCases)
  func files(storage: ViewBank.Storage) throws {
    let bank = ViewBank(augmenter: try Self.augmenter(), indices: Self.indices, viewCount: 1, storage: storage)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).views")
    defer { try? FileManager.default.removeItem(at: url) }
    try bank.write(to: url)
    #expect(try ViewBank(contentsOf: url) == bank)
    #expect(try Data(contentsOf: url) == bank.encoded())
  }

  @Test("a file that is not there is named")
  func missing() {
    let error = #expect(throws: ViewBankError.self) {
      try ViewBank(contentsOf: URL(fileURLWithPath: "/nowhere/at-all.views"))
    }
    #expect(error?.description.contains("/nowhere/at-all.views") == true)
  }

  @Test("a file that ends early, goes on, or is something else is refused")
  func malformed() throws {
    let data = try ViewBank(augmenter: Self.augmenter(), indices: [1, 2], viewCount: 1, storage: .floats).encoded()
    for length in [0, 4, 8, 11, 12, 40, 300, data.count - 1] {
      #expect(throws: ViewBankError.self) { try ViewBank(data.prefix(length)) }
    }
    #expect(throws: ViewBankError.self) { try ViewBank(data + [0]) }
    #expect(throws: ViewBankError.self) { try ViewBank(Data("PNG".utf8) + data) }
    var notFinite = data
    notFinite.replaceSubrange(data.count - 4..<data.count, with: [0, 0, 0xC0, 0x7F])
    #expect(throws: ViewBankError.self) { try ViewBank(notFinite) }
    #expect(throws: ViewBankError.self) {
      try ViewBank(Data("reprovb1".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + data.dropFirst(12))
    }
  }

  @Test(
    "a header that lies is refused",
    arguments: [
      ("\"side\":6", "\"side\":7"), ("\"side\":6", "\"side\":-6"), ("\"side\":6", "\"side\":99999"),
      ("\"channels\":3", "\"channels\":2"), ("\"viewCount\":1", "\"viewCount\":9223372036854775806"),
      ("\"viewCount\":1", "\"viewCount\":9223372036854775807"), ("\"viewCount\":1", "\"viewCount\":-1"),
      ("\"viewCount\":1", "\"viewCount\":2"), ("\"indices\":[1,2]", "\"indices\":[1,-2]"),
      ("\"labels\":[1,0]", "\"labels\":[1,7]"), ("\"labels\":[1,0]", "\"labels\":[1]"),
      ("\"storage\":\"bytes\"", "\"storage\":\"words\""), ("\"hue\":0.1", "\"hue\":7"),
    ])
  func lies(truth: String, lie: String) throws {
    let data = try ViewBank(augmenter: Self.augmenter(), indices: [1, 2], viewCount: 1).encoded()
    let length = Int(data[8]) | Int(data[9]) << 8
    let header = try #require(String(data: data[12..<12 + length], encoding: .utf8))
    #expect(header.contains(truth))
    let changed = Array(header.replacingOccurrences(of: truth, with: lie).utf8)
    let file =
      data.prefix(8) + [UInt8(changed.count & 255), UInt8(changed.count >> 8), 0, 0] + changed
      + data.dropFirst(12 + length)
    #expect(throws: ViewBankError.self) { try ViewBank(file) }
  }
}
