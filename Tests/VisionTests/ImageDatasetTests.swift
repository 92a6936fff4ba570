import Testing
import Vision

@Suite struct ImageDatasetTests {
  @Test func `a prefix keeps the first images, every label set and all class names`() {
    let whole = ImageDataset(
      height: 1, width: 2, channels: 3, pixels: Array(0..<18),
      labelSets: [
        LabelSet(name: "fine", classNames: ["a", "b", "c"], labels: [2, 0, 1]),
        LabelSet(name: "coarse", classNames: ["x", "y"], labels: [1, 0, 0]),
      ])
    let two = whole.prefix(2)
    #expect(two.count == 2)
    #expect(two.pixels == Array(0..<12))
    #expect(two.labelSets[0] == LabelSet(name: "fine", classNames: ["a", "b", "c"], labels: [2, 0]))
    #expect(two.labelSets[1] == LabelSet(name: "coarse", classNames: ["x", "y"], labels: [1, 0]))
    #expect(whole.prefix(3) == whole)
    #expect(whole.prefix(0).count == 0)
  }
}
