import Crypto
import Foundation
import Testing

@testable import Vision

@Suite struct ContentDigestTests {
  @Test func `the digest is that of the documented bytes`() {
    let dataset = ImageDataset(
      height: 1, width: 2, channels: 1, pixels: [1, 2, 3, 4],
      labelSets: [LabelSet(name: "class", classNames: ["a", "b"], labels: [1, 0])])
    func number(_ value: UInt8) -> [UInt8] { [value, 0, 0, 0, 0, 0, 0, 0] }
    let bytes = number(2) + number(1) + number(2) + number(1) + [1, 2, 3, 4] + number(1) + [1, 0, 0, 0]
    let expected = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    #expect(dataset.contentDigest == expected)
  }

  @Test func `every part of the content counts, names do not`() {
    func digest(
      height: Int = 1, width: Int = 2, pixels: [UInt8] = [1, 2, 3, 4], names: [String] = ["a", "b"],
      labels: [UInt16] = [1, 0]
    ) -> String {
      ImageDataset(
        height: height, width: width, channels: 1, pixels: pixels,
        labelSets: [LabelSet(name: "class", classNames: names, labels: labels)]
      ).contentDigest
    }
    let base = digest()
    #expect(digest(names: ["c", "d"]) == base)
    #expect(digest(height: 2, width: 1) != base)
    #expect(digest(pixels: [1, 2, 4, 3]) != base)
    #expect(digest(labels: [0, 1]) != base)
    #expect(digest().count == 64)
  }
}
