import CVector

/// C ← α · op(A) · op(B) by the processor's tiles, for `MatrixProduct`.
///
/// Both factors are copied to blocks of 32 rows or columns at 32 depths, in two parts of bfloat16
/// (Sources/CVector/tileproduct.h). The one with fewer rows or columns, the kept one, is copied first and shared by all
/// tasks. A task copies a strip of the other for itself, some depths at a time: the strip is still in the second-level
/// cache when the kept factor passes by, and the larger factor, which may be a layer's weights, is read from memory once.
///
/// A sum runs over the depths in an order that depends on `k` alone.
enum TileProduct {
  /// Rows, columns and depths of a block: as many numbers of four bytes as the kernel makes sums.
  private static let side = 32
  private static let blockSize = side * side
  /// Blocks of depths that are multiplied before the sums go to memory.
  private static let stepsPerPass = 16
  /// Blocks of rows or columns of a strip, and of the kept factor that a task multiplies it with. Strip and sums take
  /// 1.5 MB of the second-level cache.
  private static let panelsPerStrip = 8
  private static let panelsKeptPerTask = 32

  /// Whether tiles are the faster way: with fewer rows, columns or depths most of what they multiply is zeros.
  static func pays(m: Int, n: Int, k: Int) -> Bool { min(m, n) >= 16 && k >= 32 && m * n * k >= 1 << 18 }

  /// As `MatrixProduct.multiply`, of sizes that are not zero, where `MatrixTiles.areAvailable`.
  static func multiply(
    _ transposeA: BLAS.Operation, _ transposeB: BLAS.Operation, m: Int, n: Int, k: Int, alpha: Float,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, _ c: UnsafeMutablePointer<Float>,
    ldc: Int, threads: Int, workspace: Workspace
  ) {
    // It is also where the system is asked for them.
    precondition(MatrixTiles.areAvailable, "a product by tiles on a processor that has none")
    let left = Factor(
      numbers: a, stride: lda, liesAlongDepth: transposeA == .none, isLeft: true, count: m, depth: k, scale: alpha)
    let right = Factor(
      numbers: b, stride: ldb, liesAlongDepth: transposeB == .transpose, isLeft: false, count: n, depth: k, scale: 1)
    nonisolated(unsafe) let (kept, other) = m <= n ? (left, right) : (right, left)
    let steps = (k + side - 1) / side
    let passes = (steps + stepsPerPass - 1) / stepsPerPass
    let width = min(panelsPerStrip, max(1, other.panels / 4))
    let height = min(panelsKeptPerTask, kept.panels)
    let stripSize = width * min(steps, stepsPerPass) * blockSize
    let sumsSize = passes > 1 ? width * height * blockSize : 0
    // The kernel reads a block more than it multiplies.
    nonisolated(unsafe) let shared = workspace.shared((kept.panels * steps + 1) * blockSize)
    workspace.reserve(lanes: max(1, threads), lane: stripSize + sumsSize + blockSize)

    parallelFor(kept.panels * passes, threads: threads) { index in
      let (pass, panel) = index.quotientAndRemainder(dividingBy: kept.panels)
      let range = blockRange(pass, size: stepsPerPass, of: steps)
      let place = range.lowerBound * kept.panels + panel * range.count
      kept.pack(panels: panel..<panel + 1, steps: range, to: shared + place * blockSize)
    }

    let strips = (other.panels + width - 1) / width
    let groups = (kept.panels + height - 1) / height
    nonisolated(unsafe) let target = Target(numbers: c, stride: ldc, rows: m, columns: n)
    parallelFor(strips * groups, threads: threads) { task, lane in
      let (strip, group) = task.quotientAndRemainder(dividingBy: groups)
      let panels = blockRange(strip, size: width, of: other.panels)
      let keptPanels = blockRange(group, size: height, of: kept.panels)
      let packed = workspace.lane(lane)
      let sums = packed + stripSize
      let spare = sums + sumsSize
      MatrixTiles.taken {
        for pass in 0..<passes {
          let range = blockRange(pass, size: stepsPerPass, of: steps)
          other.pack(panels: panels, steps: range, to: packed)
          var sum = sums
          for keptPanel in keptPanels {
            let passing = shared + (range.lowerBound * kept.panels + keptPanel * range.count) * blockSize
            for panel in panels {
              let resident = packed + (panel - panels.lowerBound) * range.count * blockSize
              let (x, y) = kept.isLeft ? (passing, resident) : (resident, passing)
              let before = pass > 0 ? UnsafePointer(sum) : nil
              if pass < passes - 1 {
                tiles_blocks(x, y, range.count, before, side * 4, sum, side * 4)
              } else {
                let (row, column) = kept.isLeft ? (keptPanel * side, panel * side) : (panel * side, keptPanel * side)
                target.set(x, y, range.count, before, row: row, column: column, spare: spare)
              }
              // With a single pass the sums have no memory and go to C at once.
              if passes > 1 { sum += blockSize }
            }
          }
        }
      }
    }
  }

  /// C.
  private struct Target {
    let numbers: UnsafeMutablePointer<Float>
    let stride: Int
    let rows: Int
    let columns: Int

    /// The block of C from `row` and `column` on ← `before` + the products of `count` blocks; `spare` has room for it where
    /// C ends within.
    @inline(__always)
    func set(
      _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int, _ before: UnsafePointer<Float>?,
      row: Int, column: Int, spare: UnsafeMutablePointer<Float>
    ) {
      let place = numbers + row * stride + column
      guard row + side > rows || column + side > columns else {
        tiles_blocks(left, right, count, before, side * 4, place, stride * 4)
        return
      }
      tiles_blocks(left, right, count, before, side * 4, spare, side * 4)
      for index in 0..<min(side, rows - row) {
        (place + index * stride).update(from: spare + index * side, count: min(side, columns - column))
      }
    }
  }

  /// One of the factors where it is stored.
  private struct Factor {
    let numbers: UnsafePointer<Float>
    let stride: Int
    /// Whether neighbours in memory are neighbours in depth.
    let liesAlongDepth: Bool
    let isLeft: Bool
    /// Rows of the left factor, columns of the right one.
    let count: Int
    let depth: Int
    let scale: Float

    var panels: Int { (count + side - 1) / side }

    /// Copies blocks, `[panel][step]`, in the order in which memory has them.
    func pack(panels: Range<Int>, steps: Range<Int>, to target: UnsafeMutablePointer<Float>) {
      if liesAlongDepth {
        for panel in panels {
          for step in steps {
            let place = (panel - panels.lowerBound) * steps.count + step - steps.lowerBound
            pack(panel: panel, step: step, to: target + place * blockSize)
          }
        }
      } else {
        for step in steps {
          for panel in panels {
            let place = (panel - panels.lowerBound) * steps.count + step - steps.lowerBound
            pack(panel: panel, step: step, to: target + place * blockSize)
          }
        }
      }
    }

    /// Copies the 32 rows or columns of a panel at 32 depths, zeros where there are none.
    @inline(__always)
    private func pack(panel: Int, step: Int, to target: UnsafeMutablePointer<Float>) {
      let depths = depth - step * side
      for half in 0..<2 {
        let first = panel * side + half * 16
        let present = max(0, min(16, count - first))
        let (high, low) = (target + half * 256, target + 512 + half * 256)
        // Where nothing is present nothing is read; the address lies within the factor all the same.
        let line = present > 0 ? first : 0
        if liesAlongDepth {
          tiles_pack_lines(numbers + line * stride + step * side, stride, present, depths, scale, !isLeft, high, low)
        } else {
          tiles_pack_pairs(numbers + step * side * stride + line, stride, depths, present, scale, isLeft, high, low)
        }
      }
    }
  }
}
