import CVector

/// The passes between images and the transformed domain, one row of tiles and sixteen channels at a time.
///
/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A for an output tile Y of 4×4, an input tile d of 6×6 and a kernel g of 3×3, with the
/// interpolation points 0, ±1, ±2 and ∞: Lavin, Gray: Fast Algorithms for Convolutional Neural Networks (CVPR 2016),
/// Section 4.3. Images are NHWC; what is transformed lies `[coordinate][channel / 16][tile][16]`, the 36 coordinates
/// `coordinate` numbers apart.
///
/// Each pass is in a file of its own, together with its transform in one dimension: a debug build inlines nothing from
/// another file. The transforms work in place and without tuples, which the compiler takes apart into halves of vectors.
struct WinogradTiles {
  typealias Vector = SIMD16<Float>

  let height: Int
  let width: Int
  let channels: Int

  /// Numbers of an image.
  var numbers: Int { height * width * channels }
  /// Rows and columns of tiles, the last of them reaching beyond the image where its size is no multiple of four.
  var tileRows: Int { (height + 3) / 4 }
  var tileColumns: Int { (width + 3) / 4 }
  /// Panels of sixteen channels.
  var panels: Int { (channels + 15) / 16 }
  func lanes(_ panel: Int) -> Int { min(16, channels - 16 * panel) }

  /// Sixteen numbers of a table with one for each channel.
  func lanes(_ table: UnsafePointer<Float>, _ panel: Int) -> Vector {
    let count = lanes(panel)
    return count == 16 ? v16_load(table + 16 * panel) : v16_load_first(table + 16 * panel, count)
  }

  /// Pixels of a line with the padding beside it and what the last tile reads beyond it.
  var paddedWidth: Int { 4 * tileColumns + 2 }
  /// Lines of an image that `input` keeps: those that two rows of tiles read.
  static let keptLines = 8
  /// Numbers of scratch memory that `input` needs: padded lines of every panel.
  var scratchCount: Int { panels * Self.keptLines * paddedWidth * 16 }

  /// Memory for a tile that the image holds only a part of: 4 × 4 × 16.
  func withTile(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 256 * 4, alignment: 64) { memory in
      if let square = memory.baseAddress?.bindMemory(to: Float.self, capacity: 256) { body(square) }
    }
  }
}

/// Where transformed tiles lie: 36 coordinates of panels of sixteen channels of tiles.
struct TransformedTiles {
  let panels: Int
  /// Numbers from one panel to the next.
  let panel: Int

  init(tiles: Int, panels: Int) {
    self.panels = panels
    // Kernels take twelve at a time.
    panel = (tiles + 11) / 12 * 12 * 16
  }

  /// Numbers from one coordinate to the next, padded, for the 36 places of a number not to share a set of the cache.
  var coordinate: Int { panels * panel + 16 }
  var count: Int { 36 * coordinate }
}
