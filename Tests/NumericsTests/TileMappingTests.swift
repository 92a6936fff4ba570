import Testing

@testable import Numerics

/// What tiles multiply with each other, against the definition of a convolution.
@Suite struct TileMappingTests {
  static func shape(_ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, padding: Int)
    -> ConvolutionShape
  {
    ConvolutionShape(
      inputHeight: height, inputWidth: width, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      stride: stride, padding: padding)
  }

  /// Some whose lines or depths are taken in parts, and random ones.
  static let shapes: [ConvolutionShape] = {
    var shapes = [
      shape(32, 32, 64, 128, kernel: 3, stride: 2, padding: 1),
      shape(32, 32, 64, 128, kernel: 1, stride: 2, padding: 0),
      shape(27, 32, 32, 32, kernel: 3, stride: 2, padding: 1),
      shape(24, 24, 128, 128, kernel: 3, stride: 1, padding: 1),
      shape(32, 32, 128, 32, kernel: 3, stride: 1, padding: 1), shape(9, 9, 96, 32, kernel: 1, stride: 1, padding: 0),
    ]
    for seed in 0..<40 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 29)
      let kernel = 1 + stream.integer(below: 5)
      let width = stream.integer(below: 3) == 0 ? 16 * (1 + stream.integer(below: 2)) : 1 + stream.integer(below: 20)
      shapes.append(
        shape(
          max(kernel, 1 + stream.integer(below: 20)), max(kernel, width), 32 * (1 + stream.integer(below: 3)),
          32 * (1 + stream.integer(below: 3)), kernel: kernel, stride: 1 + stream.integer(below: 3),
          padding: stream.integer(below: 3)))
    }
    return shapes
  }()

  @Test(arguments: [true, false]) func joinsWhatTheDefinitionJoins(isForward: Bool) {
    for shape in Self.shapes {
      let mapping = isForward ? TileMapping(forward: shape) : TileMapping(dataGradient: shape)
      #expect(mapping.turnsWeights == !isForward)
      #expect(joined(mapping, "\(shape)") == defined(mapping, shape, isForward: isForward), "\(shape)")
    }
  }

  /// Every way to take a mapping in parts is among them.
  @Test func shapesAreTakenInParts() {
    let mappings = Self.shapes.flatMap { [TileMapping(forward: $0), TileMapping(dataGradient: $0)] }
    #expect(mappings.contains { $0.layout == .pixels && $0.parts > 1 && $0.strips.count == 1 })
    #expect(mappings.contains { $0.layout == .images && $0.parts > 1 && $0.strips.count == 1 })
    #expect(mappings.contains { $0.parts == 1 && $0.strips.count > 1 })
    #expect(mappings.contains { $0.parts > 1 && $0.strips.count > 1 })
  }

  /// What the entries join, sorted: a pixel of the target, one of the source, a tap and thirty-two channels each.
  private func joined(_ mapping: TileMapping, _ name: String) -> [Int] {
    let columns = -mapping.margins.left..<mapping.source.width + mapping.margins.right
    var places: [Int: (group: Int, y: Int, x: Int)] = [:]
    for group in 0..<mapping.groups {
      for y in 0..<mapping.source.height {
        for x in columns { places[mapping.cell(group: group, y: y, x: x)] = (group, y, x) }
      }
    }
    var (result, wrong): ([Int], Int) = ([], 0)
    for strip in 0..<mapping.strips.count {
      let packed = mapping.strips.newLines[strip].upperBound
      for part in 0..<mapping.parts {
        for unit in 0..<mapping.unitsPerStrip {
          for entry in mapping.entries(strip: strip, part: part, unit: unit) {
            let tile = Int(mapping.entries[2 * entry + 1]) / TileMapping.tilesPerEntry
            let (group, tap) = tile.quotientAndRemainder(dividingBy: mapping.taps)
            guard let place = places[Int(mapping.entries[2 * entry])], place.group == group, place.y < packed else {
              wrong += 1
              continue
            }
            for row in 0..<mapping.pixelsPerUnit {
              let x = place.x + row * mapping.step
              if !columns.contains(x) { wrong += 1 }
              // A margin holds zeros.
              guard x >= 0, x < mapping.source.width else { continue }
              let target = (strip * mapping.unitsPerStrip + unit) * mapping.pixelsPerUnit + row
              result.append(number(target, place.y * mapping.source.width + x, tap, group, mapping))
            }
          }
        }
      }
    }
    #expect(wrong == 0, "\(name): entries that lie elsewhere, or are read before they are packed")
    return result.sorted()
  }

  /// The same by the definition.
  private func defined(_ mapping: TileMapping, _ shape: ConvolutionShape, isForward: Bool) -> [Int] {
    var result: [Int] = []
    for output in 0..<shape.outputPixels {
      let (y, x) = output.quotientAndRemainder(dividingBy: shape.outputWidth)
      for tap in 0..<shape.kernelHeight * shape.kernelWidth {
        let (row, column) = tap.quotientAndRemainder(dividingBy: shape.kernelWidth)
        let inputY = y * shape.strideHeight + row - shape.padding
        let inputX = x * shape.strideWidth + column - shape.padding
        guard inputY >= 0, inputY < shape.inputHeight, inputX >= 0, inputX < shape.inputWidth else { continue }
        let input = inputY * shape.inputWidth + inputX
        for group in 0..<(isForward ? shape.inputChannels : shape.outputChannels) / 32 {
          result.append(number(isForward ? output : input, isForward ? input : output, tap, group, mapping))
        }
      }
    }
    return result.sorted()
  }

  private func number(_ target: Int, _ source: Int, _ tap: Int, _ group: Int, _ mapping: TileMapping) -> Int {
    ((target * mapping.source.pixels + source) * mapping.taps + tap) * mapping.groups + group
  }
}
