import Testing

@testable import Numerics

/// Products without tiles against sums in `Double`, over random sizes and both ways of storing each factor; and rows by
/// themselves against rows among others.
///
/// Those by tiles are in TileProductTests.swift.
@Suite struct MatrixProductTests {
  @Test func agreesWithDoubleForAnyThreads() {
    for seed in 0..<40 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 23)
      func pick(_ greatest: Int) -> Int { 1 + Int(stream.uniform(0, Float(greatest) - 0.01)) }
      let (m, n, k) = (pick(130), pick(300), pick(90))
      let (transposeA, transposeB) = (seed % 2 == 1, seed % 4 > 1)
      let a = stream.normals(m * k).map(Float.init)
      let b = stream.normals(k * n).map(Float.init)
      var exact = [Double](repeating: 0, count: m * n)
      for row in 0..<m {
        for column in 0..<n {
          for inner in 0..<k {
            let left = a[transposeA ? inner * m + row : row * k + inner]
            let right = b[transposeB ? column * k + inner : inner * n + column]
            exact[row * n + column] += 0.5 * Double(left) * Double(right)
          }
        }
      }
      func product(_ threads: Int) -> [Float] {
        var c = [Float](repeating: .nan, count: m * n)
        MatrixTiles.$areForbidden.withValue(true) {
          MatrixProduct.multiply(
            transposeA ? .transpose : .none, transposeB ? .transpose : .none, m: m, n: n, k: k, alpha: 0.5, a,
            lda: transposeA ? m : k, b, ldb: transposeB ? k : n, &c, ldc: n, threads: threads, workspace: Workspace())
        }
        return c
      }
      let single = product(1)
      let error = zip(single, exact).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
      #expect(error <= 1e-5 * Double(k).squareRoot(), "seed \(seed): \(m)×\(n)×\(k) is off by \(error)")
      for threads in [2, 3, 8] { #expect(product(threads) == single, "seed \(seed), \(threads) threads") }
    }
  }

  /// A row has the same bits alone as among others, by tiles and by vectors, where the way is chosen for the same number.
  @Test(arguments: [false, true]) func rowsDoNotDependOnOthers(tilesAreForbidden: Bool) {
    for seed in 0..<24 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 28)
      let all = 128
      // Several passes over the depth where it is more than 512.
      let (n, k) = (16 + stream.integer(below: 150), 128 + stream.integer(below: seed % 4 == 0 ? 1000 : 100))
      let few = 1 + stream.integer(below: seed % 2 == 0 ? all : 15)
      let a = stream.normals(all * k).map(Float.init)
      let b = stream.normals(n * k).map(Float.init)
      func product(_ m: Int, threads: Int) -> [Float] {
        var c = [Float](repeating: .nan, count: m * n)
        MatrixTiles.$areForbidden.withValue(tilesAreForbidden) {
          MatrixProduct.multiply(
            .none, .transpose, m: m, n: n, k: k, a, lda: k, b, ldb: k, &c, ldc: n, choosingFor: all, threads: threads,
            workspace: Workspace())
        }
        return c
      }
      #expect(TileProduct.pays(m: all, n: n, k: k))
      let whole = product(all, threads: 2)
      #expect(product(few, threads: 1) == Array(whole.prefix(few * n)), "seed \(seed): \(few) rows, \(n)×\(k)")
    }
  }

  /// A bank is multiplied block by block with the same result.
  @Test func bankIsTheSameProduct() {
    var stream = RandomStream(seed: 3, purpose: 24)
    let (rows, count, dimension) = (13, 200, 37)
    let queries = stream.normals(rows * dimension).map(Float.init)
    let bankRows = stream.normals(count * dimension).map(Float.init)
    var expected = [Float](repeating: 0, count: rows * count)
    MatrixTiles.$areForbidden.withValue(true) {
      MatrixProduct.multiply(
        .none, .transpose, m: rows, n: count, k: dimension, queries, lda: dimension, bankRows, ldb: dimension,
        &expected, ldc: count, threads: 1, workspace: Workspace())
    }
    let bank = MatrixProduct.Bank(bankRows, count: count, dimension: dimension, threads: 2)
    let left = MatrixProduct.Bank.Queries(queries, rows: rows, dimension: dimension)
    let height = MatrixProduct.Bank.Queries.rowsPerPanel
    #expect(left.panelCount == (rows + height - 1) / height)
    for panel in 0..<left.panelCount {
      for part in [0..<96, 96..<200] {
        let target = FloatBuffer(capacity: height * 144)
        bank.multiply(left, panel: panel, columns: part, to: target.pointer, stride: 144)
        for row in panel * height..<min(rows, (panel + 1) * height) {
          for column in part {
            let product = target.pointer[(row - panel * height) * 144 + column - part.lowerBound]
            #expect(product == expected[row * count + column])
          }
        }
      }
    }
  }
}
