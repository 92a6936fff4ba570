import Testing

@testable import Numerics

/// Weights in two parts against rounding written out.
@Suite(.enabled(if: MatrixTiles.areAvailable, "needs a processor with tile registers (AMX)"))
struct TilePackingTests {
  /// The nearest number of eight leading bits, the even one of two, as its upper half; for numbers of ordinary size.
  private static func rounded(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  @Test(arguments: [true, false]) func weightsLieWhereEntriesExpectThem(isForward: Bool) {
    let shape = ConvolutionShape(
      inputHeight: 4, inputWidth: 4, inputChannels: 64, outputChannels: 96, kernel: 3, stride: 1, padding: 1)
    let mapping = isForward ? TileMapping(forward: shape) : TileMapping(dataGradient: shape)
    var stream = RandomStream(seed: 12, purpose: 32)
    // Every third lies in the middle of two of eight bits, where the even one is taken.
    let weights = stream.normals(shape.weightCount).enumerated().map { index, number in
      let weight = Float(number)
      return index % 3 > 0 ? weight : Float(bitPattern: weight.bitPattern & 0xffff_0000 | 0x8000)
    }
    let tiles = FloatBuffer(capacity: mapping.weightBytes / 4)
    TilePacking.packWeights(weights, mapping, to: UnsafeMutableRawPointer(tiles.pointer), threads: 2)
    let packed = UnsafeRawPointer(tiles.pointer)
    var wrong = 0
    for tap in 0..<mapping.taps {
      for source in 0..<mapping.source.channels {
        for target in 0..<mapping.target.channels {
          let (input, output) = isForward ? (source, target) : (target, source)
          let weight = weights[(tap * shape.inputChannels + input) * shape.outputChannels + output]
          let (group, row) = source.quotientAndRemainder(dividingBy: 32)
          let (block, column) = target.quotientAndRemainder(dividingBy: 32)
          let entry = block * mapping.tilesPerColumns + (group * mapping.taps + tap) * TileMapping.tilesPerEntry
          let place = 1024 * (entry + column / 16) + 64 * (row / 2) + 4 * (column % 16) + 2 * (row % 2)
          let high = Self.rounded(weight)
          let low = Self.rounded(weight - Float(bitPattern: UInt32(high) << 16))
          if packed.load(fromByteOffset: place, as: UInt16.self) != high { wrong += 1 }
          if packed.load(fromByteOffset: place + 2048, as: UInt16.self) != low { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0)
  }
}
