import Testing

@testable import Numerics

/// Products by the processor's tiles against OpenBLAS in `Double`, and against those without.
@Suite(.enabled(if: MatrixTiles.areAvailable)) struct TileProductTests {
  /// A product of random numbers: both ways of storing each factor, gaps between the rows of all three matrices.
  struct Case: CustomStringConvertible {
    let seed: UInt64
    let m: Int
    let n: Int
    let k: Int
    let transposesA: Bool
    let transposesB: Bool
    let gaps: (a: Int, b: Int, c: Int)
    let alpha: Float = 0.75
    var a: [Float]
    var b: [Float]

    init(seed: UInt64, m: Int, n: Int, k: Int) {
      (self.seed, self.m, self.n, self.k) = (seed, m, n, k)
      var stream = RandomStream(seed: seed, purpose: 25)
      transposesA = stream.integer(below: 2) == 1
      transposesB = stream.integer(below: 2) == 1
      gaps = (stream.integer(below: 5), stream.integer(below: 5), stream.integer(below: 5))
      a = stream.normals(transposesA ? k * (m + gaps.a) : m * (k + gaps.a)).map(Float.init)
      b = stream.normals(transposesB ? n * (k + gaps.b) : k * (n + gaps.b)).map(Float.init)
    }

    var lda: Int { (transposesA ? m : k) + gaps.a }
    var ldb: Int { (transposesB ? k : n) + gaps.b }
    var ldc: Int { n + gaps.c }
    var operations: (a: BLAS.Operation, b: BLAS.Operation) {
      (transposesA ? .transpose : .none, transposesB ? .transpose : .none)
    }
    var description: String {
      "seed \(seed): \(m)×\(n)×\(k), \(transposesA ? "Aᵀ" : "A") \(transposesB ? "Bᵀ" : "B"), gaps \(gaps)"
    }

    /// C with `frame` canaries before, between its rows and behind.
    static let frame = 37
    static let canary: Float = -12345
    var framed: [Float] { [Float](repeating: Self.canary, count: m * ldc + 2 * Self.frame) }

    func byTiles(threads: Int, workspace: Workspace = Workspace()) -> [Float] {
      var c = framed
      c.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        TileProduct.multiply(
          operations.a, operations.b, m: m, n: n, k: k, alpha: alpha, a, lda: lda, b, ldb: ldb, base + Self.frame,
          ldc: ldc, threads: threads, workspace: workspace)
      }
      return c
    }

    /// By `MatrixProduct`, which chooses the way.
    func byChoice(threads: Int = 2) -> [Float] {
      var c = framed
      c.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        MatrixProduct.multiply(
          operations.a, operations.b, m: m, n: n, k: k, alpha: alpha, a, lda: lda, b, ldb: ldb, base + Self.frame,
          ldc: ldc, threads: threads, workspace: Workspace())
      }
      return c
    }

    /// √(Σ (c − exact)² / Σ exact²), and how many numbers outside C are no canaries any more.
    func error(of c: [Float]) -> (relative: Double, strays: Int) {
      var exact = [Double](repeating: 0, count: m * ldc)
      BLAS.gemm(
        operations.a, operations.b, m: m, n: n, k: k, alpha: Double(alpha), a.map(Double.init), lda: lda,
        b.map(Double.init), ldb: ldb, &exact, ldc: ldc)
      var (off, whole, strays) = (0.0, 0.0, 0)
      for index in c.indices {
        let place = index - Self.frame
        if place >= 0, place < m * ldc, place % ldc < n {
          let difference = Double(c[index]) - exact[place]
          off += difference * difference
          whole += exact[place] * exact[place]
        } else if c[index] != Self.canary {
          strays += 1
        }
      }
      return ((off / whole).squareRoot(), strays)
    }
  }

  /// Small ones, and some that take several strips, several groups of what is kept, and several passes.
  static let cases: [Case] = {
    var result: [Case] = []
    for seed in 0..<32 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 26)
      let sizes = (0..<3).map { _ in 1 + stream.integer(below: seed % 2 == 0 ? 70 : 200) }
      result.append(Case(seed: seed, m: sizes[0], n: sizes[1], k: sizes[2]))
    }
    for (index, (m, n, k)) in [
      (1, 1, 1), (32, 32, 32), (70, 300, 1100), (300, 70, 1057), (40, 1100, 40), (1100, 40, 33), (1060, 1030, 17),
      (64, 64, 1536),
    ].enumerated() {
      result.append(Case(seed: 100 + UInt64(index), m: m, n: n, k: k))
    }
    return result
  }()

  @Test func agreesWithDoubleAndStaysWithinC() {
    for item in Self.cases {
      let (relative, strays) = item.error(of: item.byTiles(threads: 1))
      #expect(relative <= 1e-5, "\(item) is off by \(relative)")
      #expect(strays == 0, "\(item)")
    }
  }

  /// One workspace for all, so that each finds there what another left behind.
  @Test func sameBitsForAnyThreads() {
    let workspace = Workspace()
    for item in Self.cases {
      let single = item.byTiles(threads: 1, workspace: workspace)
      for threads in [2, 3, 8] {
        #expect(item.byTiles(threads: threads, workspace: workspace) == single, "\(item), \(threads) threads")
      }
    }
  }

  /// Tiles are taken where they pay, and not where they are forbidden or the product is small.
  @Test func choice() {
    let large = Case(seed: 200, m: 80, n: 96, k: 64)
    #expect(large.byChoice() == large.byTiles(threads: 1))
    let without = MatrixTiles.$areForbidden.withValue(true) { large.byChoice() }
    #expect(without != large.byTiles(threads: 1))
    let (relative, strays) = large.error(of: without)
    #expect(relative < 1e-6 && strays == 0)
    for (m, n, k) in [(15, 400, 400), (400, 15, 400), (400, 400, 31), (63, 64, 64)] {
      let small = Case(seed: 201, m: m, n: n, k: k)
      let without = MatrixTiles.$areForbidden.withValue(true) { small.byChoice() }
      #expect(small.byChoice() == without, "\(small)")
      #expect(small.error(of: without).relative < 1e-6, "\(small)")
    }
  }

  /// The products of a step by 64 pairs of width 8 at d = 128, which the end-to-end test of `repro bench step` runs so that they
  /// go by tiles.
  @Test func aSmallStepPays() {
    let (width, pairs, dimension) = (8, 64, 128)
    #expect(TileProduct.pays(m: 2 * pairs, n: dimension, k: 8 * width), "the head")
    #expect(TileProduct.pays(m: pairs, n: pairs, k: dimension), "products of samples")
    #expect(TileProduct.pays(m: 2 * pairs, n: dimension, k: dimension), "the predictor")
  }

  @Test func noDepthMakesZeros() {
    var c = [Float](repeating: 1, count: 64 * 64)
    MatrixProduct.multiply(
      .none, .none, m: 64, n: 64, k: 0, [0], lda: 0, [0], ldb: 64, &c, ldc: 64, threads: 2, workspace: Workspace())
    #expect(c.allSatisfy { $0 == 0 })
  }

  /// What is not finite in a factor is not in the row or the column that it takes part in, and nowhere else.
  ///
  /// NaN of all ones too: rounded as an integer it becomes zero.
  @Test(arguments: [
    Float.nan.bitPattern, Float.infinity.bitPattern, (-Float.infinity).bitPattern, 0x7fff_ffff, 0xffff_ffff,
    0x7f80_0001,
  ])
  func notFinite(_ bits: UInt32) {
    let value = Float(bitPattern: bits)
    for seed in 300..<308 as Range<UInt64> {
      for inLeft in [true, false] {
        var item = Case(seed: seed, m: 67, n: 81, k: 90)
        var stream = RandomStream(seed: seed, purpose: 27)
        let (line, depth) = (stream.integer(below: inLeft ? item.m : item.n), stream.integer(below: item.k))
        if inLeft {
          item.a[item.transposesA ? depth * item.lda + line : line * item.lda + depth] = value
        } else {
          item.b[item.transposesB ? line * item.ldb + depth : depth * item.ldb + line] = value
        }
        let c = item.byTiles(threads: 2)
        var wrong = 0
        for row in 0..<item.m {
          for column in 0..<item.n {
            let isFinite = c[Case.frame + row * item.ldc + column].isFinite
            if isFinite == ((inLeft ? row : column) == line) { wrong += 1 }
          }
        }
        #expect(wrong == 0, "\(item), \(value) in \(inLeft ? "A" : "B") at \(line), depth \(depth)")
      }
    }
  }
}
