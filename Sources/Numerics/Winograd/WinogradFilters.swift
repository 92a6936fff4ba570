import CVector

/// The filters of a 3×3 convolution in the transformed domain.
///
/// They lie as `RegisterProducts` reads them: coordinate by coordinate, blocks of 64, 32 or 16 columns, each with a row
/// for every input channel, padded with zeros to multiples of sixteen channels.
struct WinogradFilters {
  typealias Vector = SIMD16<Float>

  /// Channels that are summed over, and that are put out.
  let inputs: Int
  let outputs: Int

  var rows: Int { (inputs + 15) / 16 * 16 }
  var columns: Int { (outputs + 15) / 16 * 16 }
  /// Numbers of one coordinate.
  var coordinate: Int { rows * columns }
  var count: Int { 36 * coordinate }

  /// Calls `body` with each block of columns: the first, and how many.
  @inline(__always)
  func eachBlock(_ body: (_ column: Int, _ count: Int) -> Void) {
    var column = 0
    while column < columns {
      let count = columns - column >= 64 ? 64 : columns - column >= 32 ? 32 : 16
      body(column, count)
      column += count
    }
  }

  /// G g Gᵀ of the kernels `weights`, HWIO.
  func transform(_ weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, threads: Int) {
    nonisolated(unsafe) let (weights, target) = (weights, target)
    parallelFor(rows / 16, threads: threads) { group in
      for row in group * 16..<group * 16 + 16 {
        eachBlock { column, count in
          for lane in stride(from: column, to: column + count, by: 16) {
            let present = row < inputs ? min(16, outputs - lane) : 0
            let first = weights + (row < inputs ? row * outputs + lane : 0)
            transform(to: target + place(row, column, count, lane)) {
              present == 16
                ? v16_load(first + $0 * inputs * outputs)
                : v16_load_first(first + $0 * inputs * outputs, present)
            }
          }
        }
      }
    }
  }

  /// G g Gᵀ of the kernels turned by half a circle, with the roles of the channels exchanged: the filters of the data
  /// gradient. `self` describes the gradient's convolution; `weights`, HWIO, the forward one's, whose inputs are our
  /// outputs. What was in the lanes of `workspace` is lost: kernels are turned there, since temporary memory of nine KiB
  /// would come from the heap.
  func transformTurned(
    _ weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, threads: Int, workspace: Workspace
  ) {
    nonisolated(unsafe) let (weights, target) = (weights, target)
    workspace.reserve(lanes: max(1, threads), lane: 9 * 16 * 16)
    parallelFor(rows / 16, threads: threads) { group, lane in
      let block = workspace.lane(lane)
      eachBlock { column, count in
        for first in stride(from: column, to: column + count, by: 16) {
          transpose(weights, row: group * 16, column: first, to: block)
          for row in 0..<16 {
            transform(to: target + place(group * 16 + row, column, count, first)) {
              v16_load(block + (8 - $0) * 256 + row * 16)
            }
          }
        }
      }
    }
  }

  /// block[tap][r][c] ← weights[tap][column + c][row + r], zeros beyond the channels that there are.
  private func transpose(
    _ weights: UnsafePointer<Float>, row: Int, column: Int, to block: UnsafeMutablePointer<Float>
  ) {
    let (height, width) = (min(16, inputs - row), min(16, outputs - column))
    if height < 16 || width < 16 { block.update(repeating: 0, count: 9 * 256) }
    for tap in 0..<9 {
      for c in 0..<width {
        let source = weights + (tap * outputs + column + c) * inputs + row
        let target = block + tap * 256 + c
        for r in 0..<height { target[r * 16] = source[r] }
      }
    }
  }

  private func place(_ row: Int, _ column: Int, _ count: Int, _ lane: Int) -> Int {
    column * rows + row * count + lane - column
  }

  /// The 36 coordinates of one filter, sixteen outputs at a time.
  @inline(__always)
  private func transform(to place: UnsafeMutablePointer<Float>, _ tap: (Int) -> Vector) {
    var (a0, a1, a2) = (tap(0), tap(3), tap(6))
    var (a3, a4, a5) = (Vector.zero, Vector.zero, Vector.zero)
    FilterTransforms.filter(&a0, &a1, &a2, &a3, &a4, &a5)
    var (b0, b1, b2) = (tap(1), tap(4), tap(7))
    var (b3, b4, b5) = (Vector.zero, Vector.zero, Vector.zero)
    FilterTransforms.filter(&b0, &b1, &b2, &b3, &b4, &b5)
    var (c0, c1, c2) = (tap(2), tap(5), tap(8))
    var (c3, c4, c5) = (Vector.zero, Vector.zero, Vector.zero)
    FilterTransforms.filter(&c0, &c1, &c2, &c3, &c4, &c5)
    @inline(__always) func store(_ row: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector) {
      var (u0, u1, u2, u3, u4, u5) = (v0, v1, v2, Vector.zero, Vector.zero, Vector.zero)
      FilterTransforms.filter(&u0, &u1, &u2, &u3, &u4, &u5)
      let first = place + row &* 6 &* coordinate
      v16_store(u0, first)
      v16_store(u1, first + coordinate)
      v16_store(u2, first + 2 &* coordinate)
      v16_store(u3, first + 3 &* coordinate)
      v16_store(u4, first + 4 &* coordinate)
      v16_store(u5, first + 5 &* coordinate)
    }
    store(0, a0, b0, c0)
    store(1, a1, b1, c1)
    store(2, a2, b2, c2)
    store(3, a3, b3, c3)
    store(4, a4, b4, c4)
    store(5, a5, b5, c5)
  }

  /// Gᵀ U G of one row of input channels: the weights' gradient, HWIO, from its transform, rows × columns a coordinate.
  func weightGradient(
    row: Int, _ source: UnsafePointer<Float>, coordinate: Int, to weights: UnsafeMutablePointer<Float>
  ) {
    for lane in stride(from: 0, to: outputs, by: 16) {
      let count = min(16, outputs - lane)
      let first = source + row * columns + lane
      @inline(__always) func number(_ row: Int, _ column: Int) -> Vector {
        v16_load(first + (6 &* row &+ column) &* coordinate)
      }
      var (a0, a1, a2) = (number(0, 0), number(1, 0), number(2, 0))
      FilterTransforms.filterGradient(&a0, &a1, &a2, number(3, 0), number(4, 0), number(5, 0))
      var (b0, b1, b2) = (number(0, 1), number(1, 1), number(2, 1))
      FilterTransforms.filterGradient(&b0, &b1, &b2, number(3, 1), number(4, 1), number(5, 1))
      var (c0, c1, c2) = (number(0, 2), number(1, 2), number(2, 2))
      FilterTransforms.filterGradient(&c0, &c1, &c2, number(3, 2), number(4, 2), number(5, 2))
      var (d0, d1, d2) = (number(0, 3), number(1, 3), number(2, 3))
      FilterTransforms.filterGradient(&d0, &d1, &d2, number(3, 3), number(4, 3), number(5, 3))
      var (e0, e1, e2) = (number(0, 4), number(1, 4), number(2, 4))
      FilterTransforms.filterGradient(&e0, &e1, &e2, number(3, 4), number(4, 4), number(5, 4))
      var (f0, f1, f2) = (number(0, 5), number(1, 5), number(2, 5))
      FilterTransforms.filterGradient(&f0, &f1, &f2, number(3, 5), number(4, 5), number(5, 5))
      FilterTransforms.filterGradient(&a0, &b0, &c0, d0, e0, f0)
      FilterTransforms.filterGradient(&a1, &b1, &c1, d1, e1, f1)
      FilterTransforms.filterGradient(&a2, &b2, &c2, d2, e2, f2)
      let place = weights + row * outputs + lane
      let tap = inputs * outputs
      if count == 16 {
        v16_store(a0, place)
        v16_store(b0, place + tap)
        v16_store(c0, place + 2 &* tap)
        v16_store(a1, place + 3 &* tap)
        v16_store(b1, place + 4 &* tap)
        v16_store(c1, place + 5 &* tap)
        v16_store(a2, place + 6 &* tap)
        v16_store(b2, place + 7 &* tap)
        v16_store(c2, place + 8 &* tap)
      } else {
        v16_store_first(a0, place, count)
        v16_store_first(b0, place + tap, count)
        v16_store_first(c0, place + 2 * tap, count)
        v16_store_first(a1, place + 3 * tap, count)
        v16_store_first(b1, place + 4 * tap, count)
        v16_store_first(c1, place + 5 * tap, count)
        v16_store_first(a2, place + 6 * tap, count)
        v16_store_first(b2, place + 7 * tap, count)
        v16_store_first(c2, place + 8 * tap, count)
      }
    }
  }
}

/// F(4,3)'s transforms of filters in one dimension.
private enum FilterTransforms {
  typealias Vector = SIMD16<Float>

  /// G g: g0, g1, g2 become the first three numbers of six.
  @inline(__always)
  static func filter(
    _ g0: inout Vector, _ g1: inout Vector, _ g2: inout Vector, _ u3: inout Vector, _ u4: inout Vector,
    _ u5: inout Vector
  ) {
    let outer = (g0 + g2) * (-1 / 6)
    let inner = g1 * (1 / 6)
    let outerFar = v16_plus(g0 * (1 / 24), 1 / 6, g2)
    let innerFar = g1 * (1 / 12)
    u5 = g2
    g0 = g0 * 0.25
    g1 = outer - inner
    g2 = outer + inner
    u3 = outerFar + innerFar
    u4 = outerFar - innerFar
  }

  /// Gᵀ u, for the gradient of a filter, in the first three.
  @inline(__always)
  static func filterGradient(
    _ u0: inout Vector, _ u1: inout Vector, _ u2: inout Vector, _ u3: Vector, _ u4: Vector, _ u5: Vector
  ) {
    let near = u1 + u2
    let difference = u2 - u1
    let far = u3 + u4
    let farDifference = u3 - u4
    u0 = v16_plus(v16_plus(near * (-1 / 6), 0.25, u0), 1 / 24, far)
    u1 = v16_plus(difference * (1 / 6), 1 / 12, farDifference)
    u2 = v16_plus(near * (-1 / 6), 1 / 6, far) + u5
  }
}
