import Testing

@testable import Numerics

/// What `ConvolutionTests` does not see of the convolution by tile registers: when it is taken, sizes at which work is
/// cut into parts, activations on the way in, and numbers that are not finite.
@Suite(.enabled(if: MatrixTiles.areAvailable, "needs a processor with tile registers (AMX)"))
struct TileConvolutionTests {
  static func shape(_ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1)
    -> ConvolutionShape
  {
    ConvolutionTests.shape(height, width, inputs, outputs, kernel: kernel, stride: stride)
  }

  @Test func isTakenForStridesSmallImagesAndManyChannels() {
    func chosen(_ shape: ConvolutionShape) -> String { "\(type(of: Convolution.best(for: shape)))" }
    #expect(chosen(Self.shape(32, 32, 64, 128, kernel: 3, stride: 2)) == "TileConvolution")
    #expect(chosen(Self.shape(32, 32, 64, 128, kernel: 1, stride: 2)) == "TileConvolution")
    #expect(chosen(Self.shape(2, 2, 128, 128, kernel: 3)) == "TileConvolution")
    #expect(chosen(Self.shape(8, 8, 256, 256, kernel: 3)) == "TileConvolution")
    #expect(chosen(Self.shape(8, 8, 128, 128, kernel: 3)) == "WinogradConvolution")
    #expect(chosen(Self.shape(16, 16, 16, 32, kernel: 3, stride: 2)) == "DirectConvolution")
    MatrixTiles.$areForbidden.withValue(true) {
      #expect(chosen(Self.shape(32, 32, 64, 128, kernel: 3, stride: 2)) == "DirectConvolution")
    }
  }

  /// Shapes at which the depth, the lines or the columns are taken in parts.
  static let shapesInParts = [
    shape(8, 8, 128, 32, kernel: 1), shape(8, 8, 32, 128, kernel: 1), shape(9, 9, 96, 32, kernel: 1),
    shape(16, 16, 64, 64, kernel: 3), shape(12, 32, 64, 32, kernel: 3), shape(16, 32, 32, 96, kernel: 3, stride: 2),
    shape(2, 2, 192, 160, kernel: 3), shape(1, 1, 288, 256, kernel: 1), shape(7, 9, 96, 288, kernel: 3, stride: 2),
    shape(32, 32, 128, 32, kernel: 3),
  ]

  /// Every way to take one in parts is among them.
  @Test func shapesAreTakenInParts() {
    let forward = Self.shapesInParts.map { TileMapping(forward: $0) }
    #expect(forward.contains { $0.parts > 1 && $0.layout == .pixels })
    #expect(forward.contains { $0.parts > 1 && $0.layout == .images })
    #expect(forward.contains { $0.parts > 1 && $0.groups % $0.parts > 0 }, "parts of different sizes")
    let data = Self.shapesInParts.map { TileMapping(dataGradient: $0) }
    #expect(data.contains { $0.parts > 1 })
    let weights = Self.shapesInParts.map { TileWeightGradient(shape: $0) }
    #expect(weights.contains { $0.lines < $0.shape.outputHeight })
    for parts in [2, 4] {
      #expect(weights.contains { $0.parts == parts && $0.shape.outputChannels >= 32 * parts }, "\(parts) parts")
    }
  }

  @Test(arguments: TileConvolutionTests.shapesInParts)
  func agreesWithDirectSums(_ shape: ConvolutionShape) throws {
    let tiles = try #require(TileConvolution(shape: shape))
    for (images, threads) in [(2, 1), (70, 3)] {
      let problem = ConvolutionProblem(shape, images: images, seed: UInt64(shape.inputCount))
      let expected = problem.solve(DirectConvolution(shape: shape), threads: 2)
      let actual = problem.solve(tiles, threads: threads)
      for (name, part) in [
        ("output", \ConvolutionProblem.Solution.output), ("input gradient", \.inputGradient),
        ("weight gradient", \.weightGradient),
      ] {
        let largest = expected[keyPath: part].reduce(0) { max($0, abs($1)) }
        let error = zip(actual[keyPath: part], expected[keyPath: part]).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error <= 1.2e-5 * largest, "\(name) of \(shape), \(images) images: off by \(error) of \(largest)")
      }
      #expect(problem.solve(tiles, threads: 8) == actual, "\(shape), \(images) images")
    }
  }

  /// With the weight gradient left to Winograd each part has the bits of the algorithm that it is of.
  @Test func leavesTheWeightGradientToWinograd() throws {
    let shape = Self.shape(4, 4, 256, 256, kernel: 3)
    let (tiles, winograd) = (
      try #require(TileConvolution(shape: shape)), try #require(WinogradConvolution(shape: shape))
    )
    let both = try #require(TileConvolution(shape: shape, weightGradientBy: winograd))
    let problem = ConvolutionProblem(shape, images: 34, seed: 8)
    let (first, second) = (problem.solve(tiles, threads: 2), problem.solve(winograd, threads: 2))
    let mixed = problem.solve(both, threads: 3)
    #expect(mixed.output == first.output && mixed.inputGradient == first.inputGradient)
    #expect(mixed.weightGradient == second.weightGradient && mixed.weightGradient != first.weightGradient)
  }

  /// An activation on the way in gives the bits of one made before, group by group.
  @Test(arguments: [shape(3, 16, 32, 32, kernel: 3), shape(5, 4, 64, 32, kernel: 3, stride: 2)])
  func activationOnTheWayIn(_ shape: ConvolutionShape) throws {
    let tiles = try #require(TileConvolution(shape: shape))
    let images = 38
    let problem = ConvolutionProblem(shape, images: images, seed: 4)
    let tables = ConvolutionProblem.normals(4 * shape.inputChannels, seed: 5)
    var activated = problem
    for index in activated.input.indices {
      let table = index / (images / 2 * shape.inputCount) * shape.inputChannels + index % shape.inputChannels
      let constant = tables[2 * shape.inputChannels + table]
      activated.input[index] = max(0, constant.addingProduct(problem.input[index], tables[table]))
    }
    let expected = activated.solve(tiles, threads: 2, groups: 2)
    let actual = tables.withUnsafeBufferPointer { tables -> ConvolutionProblem.Solution? in
      guard let base = tables.baseAddress else { return nil }
      return problem.solve(
        tiles, threads: 3, groups: 2,
        activation: InputActivation(factor: base, constant: base + 2 * shape.inputChannels))
    }
    #expect(actual == expected)
  }

  /// A training that breaks down is told by numbers that are not finite: wherever one comes in, tiles put it out where the
  /// definition does, and nowhere else. Both layouts: rows that are images, and rows that are pixels.
  @Test(
    arguments: [Float.nan, .infinity, -.infinity],
    [shape(4, 4, 32, 32, kernel: 3, stride: 2), shape(2, 16, 32, 64, kernel: 3)])
  func keepsWhatIsNotFinite(_ value: Float, _ shape: ConvolutionShape) throws {
    let tiles = try #require(TileConvolution(shape: shape))
    // Of the weights one in the middle of the kernel, which meets no padding: zeros times it are no zeros.
    let middle = 4 * shape.inputChannels * shape.outputChannels
    let places: [(String, WritableKeyPath<ConvolutionProblem, [Float]>, Int)] = [
      ("the input", \.input, shape.inputCount + 5),
      ("the weights", \.weights, middle + 3 * shape.outputChannels + 7),
      ("the output's gradient", \.outputGradient, shape.outputCount + 11),
    ]
    func areAlike(_ actual: [Float], _ expected: [Double]) -> Bool {
      zip(actual, expected).allSatisfy { $0.isFinite == $1.isFinite }
    }
    for (name, numbers, index) in places {
      var problem = ConvolutionProblem(shape, images: 3, seed: 6)
      problem[keyPath: numbers][index] = value
      let (actual, expected) = (problem.solve(tiles, threads: 1), problem.reference())
      let all = expected.output + expected.inputGradient + expected.weightGradient
      #expect(all.contains { !$0.isFinite } && all.contains { $0.isFinite })
      #expect(areAlike(actual.output, expected.output), "\(value) in \(name): output")
      #expect(areAlike(actual.inputGradient, expected.inputGradient), "\(value) in \(name): input gradient")
      #expect(areAlike(actual.weightGradient, expected.weightGradient), "\(value) in \(name): weight gradient")
    }
  }
}
