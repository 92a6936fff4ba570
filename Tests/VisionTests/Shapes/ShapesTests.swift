import Testing

@testable import Vision

@Suite("Shapes")
struct ShapesTests {
  @Test("an image made alone is the batch's, on any number of threads")
  func imagesAlone() throws {
    let shapes = try Shapes(seed: 7)
    let batch = shapes.dataset(split: .train, count: 60)
    #expect(batch == shapes.dataset(split: .train, count: 60, threads: 3))
    #expect(batch.labelSets.first?.classNames == shapes.classNames)
    let size = 32 * 32 * 3
    for index in [59, 0, 31, 7] {
      #expect(shapes.image(split: .train, index: index) == Array(batch.pixels[index * size..<(index + 1) * size]))
      #expect(batch.labelSets.first?.labels[index] == UInt16(shapes.label(split: .train, index: index)))
    }
    #expect(shapes.dataset(split: .train, count: 20) == batch.prefix(20))
  }

  @Test("splits and seeds give other images")
  func streams() throws {
    let shapes = try Shapes(seed: 1)
    #expect(shapes.image(split: .train, index: 3) != shapes.image(split: .test, index: 3))
    #expect(try shapes.image(split: .train, index: 3) != Shapes(seed: 2).image(split: .train, index: 3))
  }

  @Test("every run of K labels holds every class once", arguments: [1, 2, 10, 37, 100, 200])
  func labels(classCount: Int) throws {
    let shapes = try Shapes(classCount: classCount)
    for round in 0..<3 {
      let labels = (0..<classCount).map { shapes.label(split: .test, index: round * classCount + $0) }
      #expect(labels.sorted() == Array(0..<classCount))
    }
    #expect(Set(shapes.classNames).count == classCount)
  }

  @Test("the classes of a smaller number are the first of a larger, and ten differ in shape and texture")
  func classes() throws {
    let all = try Shapes(classCount: 200).classNames
    for classCount in 1...100 { #expect(try Shapes(classCount: classCount).classNames == Array(all[..<classCount])) }
    for start in stride(from: 0, to: 200, by: 10) {
      let appearances = (start..<start + 10).map { Shapes.appearance(ofClass: $0) }
      #expect(Set(appearances.map(\.0)).count == 10)
      #expect(Set(appearances.map(\.1)).count == 10)
    }
  }

  @Test("numbers of classes out of range are refused with the range", arguments: [-1, 0, 201])
  func refused(classCount: Int) {
    let error = #expect(throws: ShapesError.self) { try Shapes(classCount: classCount) }
    #expect(error?.description.contains("1 to 200") == true)
  }

  @Test("two images of a class differ widely, and object and ground can be told apart in each")
  func variation() throws {
    let shapes = try Shapes(classCount: 10, seed: 3)
    let images = (0..<40).map { shapes.image(split: .train, index: $0) }
    for index in 0..<40 {
      for other in 0..<index
      where shapes.label(split: .train, index: index) == shapes.label(split: .train, index: other) {
        let difference = zip(images[index], images[other]).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(difference / images[index].count > 8)
      }
      let mean = images[index].reduce(0) { $0 + Double($1) } / Double(images[index].count)
      let variance = images[index].reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      #expect((variance / Double(images[index].count)).squareRoot() > 15)
    }
  }

  @Test("every silhouette covers a good part of the image and stays within it")
  func silhouettes() {
    for silhouette in Silhouette.allCases {
      var inside = 0
      for row in 0..<80 {
        for column in 0..<80 {
          let (x, y) = ((Float(column) - 39.5) / 28, (Float(row) - 39.5) / 28)
          guard silhouette.distance(x, y) < 0 else { continue }
          inside += 1
          #expect(x * x + y * y < 1.45 * 1.45, "\(silhouette)")
        }
      }
      // The unit disc has 28² π = 2463 of these points.
      #expect((1000...2700).contains(inside), "\(silhouette): \(inside)")
    }
  }

  @Test("every texture but the solid one has both tones, in comparable amounts")
  func textures() {
    for texture in Texture.allCases where texture != .solid {
      var lit = 0
      for row in 0..<120 {
        for column in 0..<120 where texture.height(Float(column) - 60, Float(row) - 60, key: 9) > 0 { lit += 1 }
      }
      #expect((0.2...0.8).contains(Double(lit) / 14_400), "\(texture): \(lit)")
    }
  }
}
