import Foundation
import Numerics
import Testing

@testable import Theory

/// The same neighbours by tiles and by vectors, and those that all products in double precision give.
@Suite struct NeighbourSearchTests {
  /// A bank, queries and k of random sizes, some of them unlike normal features.
  private struct Case {
    let name: String
    let bank: Matrix
    let queries: Matrix
    let k: Int

    static let kinds = [
      "normal", "duplicates", "zero rows", "rectified", "near one", "collapsed", "one row", "tiny", "clusters",
    ]

    init(seed: UInt64) {
      var stream = RandomStream(seed: seed, purpose: 0x7E5B)
      let kind = Self.kinds[Int(seed) % Self.kinds.count]
      let width = 1 + stream.integer(below: seed % 3 == 0 ? 300 : 70)
      let (rows, others) = (1 + stream.integer(below: 1500), 1 + stream.integer(below: 150))
      k = 1 + stream.integer(below: seed % 5 == 0 ? rows + 10 : 40)
      var bank = stream.normals(rows * width).map(Float.init)
      var queries = stream.normals(others * width).map(Float.init)
      switch kind {
      case "duplicates":
        // Each row many times over.
        let different = 1 + stream.integer(below: 5)
        for index in different * width..<max(different * width, bank.count) {
          bank[index] = bank[index - different * width]
        }
      case "zero rows":
        for row in 0..<rows where stream.integer(below: 3) == 0 {
          for column in 0..<width { bank[row * width + column] = 0 }
        }
        for column in 0..<width { queries[column] = 0 }
      case "rectified":
        bank = bank.map { max(0, $0 + 1) }
        queries = queries.map { max(0, $0 + 1) }
      case "near one":
        bank = bank.map { 1 + 0.01 * $0 }
        queries = queries.map { 1 + 0.01 * $0 }
      case "collapsed":
        bank = bank.map { 1 + 1e-6 * $0 }
        queries = queries.map { 1 + 1e-6 * $0 }
      case "one row":
        bank = bank.indices.map { bank[$0 % width] }
      case "tiny":
        // Most numbers of a row vanish beside its first.
        for row in 0..<rows { bank[row * width] *= 1e20 }
        for row in 0..<others { queries[row * width] *= 1e30 }
      case "clusters":
        // Closer to each other than rough products tell, and more than there is room for.
        let noise: Float = stream.integer(below: 2) == 0 ? 1e-3 : 3e-7
        let centres = stream.normals(3 * width).map(Float.init)
        bank = bank.indices.map { centres[$0 % (3 * width)] + noise * bank[$0] }
        queries = queries.indices.map { centres[$0 % (3 * width)] + noise * queries[$0] }
      default: break
      }
      self.bank = Matrix(rows: rows, columns: width, values: bank)
      self.queries = Matrix(rows: others, columns: width, values: queries)
      name = "seed \(seed), \(kind): \(others) queries, \(rows) × \(width), k = \(k)"
    }

    /// All products, taken plainly, in order.
    func expected() throws -> (indices: [Int32], cosines: [Double]) {
      let (bankRows, queryRows) = (try NormalisedRows(bank, threads: 1), try NormalisedRows(queries, threads: 1))
      var found: (indices: [Int32], cosines: [Double]) = ([], [])
      for query in 0..<queries.rows {
        var all = [Double](repeating: 0, count: bank.rows)
        let pairs = (0..<bank.rows).map { NormalisedRows.Pair(row: Int32(query), other: Int32($0), place: $0) }
        all.withUnsafeMutableBufferPointer { target in
          if let target = target.baseAddress { queryRows.cosines(bankRows, pairs, to: target) }
        }
        // Those products against sums of one number after another.
        let left = UnsafeBufferPointer(start: queryRows.row(query), count: bank.columns).map(Double.init)
        for row in stride(from: query % 7, to: bank.rows, by: 7) {
          let right = UnsafeBufferPointer(start: bankRows.row(row), count: bank.columns).map(Double.init)
          let plain = Samples.dot(left, right)
          #expect(abs(plain - all[row]) < 1e-13, "\(name), query \(query), row \(row)")
        }
        let order = all.indices.sorted { all[$0] == all[$1] ? $0 < $1 : all[$0] > all[$1] }.prefix(k)
        found.indices += order.map(Int32.init)
        found.cosines += order.map { all[$0] }
      }
      return found
    }

    func check(threads: Int) throws {
      let found = try NearestNeighbours(bank: bank, queries: queries, k: k, threads: threads)
      let expected = try expected()
      #expect(found.k == min(k, bank.rows))
      let wrong = found.indices.indices.first { found.indices[$0] != expected.indices[$0] }
      #expect(wrong == nil && found.cosines == expected.cosines, "\(name), \(threads) threads")
    }
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func vectorsGiveTheOrderOfDoubles(seed: UInt64) throws {
    try MatrixTiles.$areForbidden.withValue(true) { try Case(seed: seed).check(threads: 1 + Int(seed) % 3) }
  }

  @Test(.enabled(if: MatrixTiles.areAvailable, "a processor with tiles"), arguments: 0..<48 as Range<UInt64>)
  func tilesGiveTheOrderOfDoubles(seed: UInt64) throws {
    try Case(seed: seed).check(threads: 1 + Int(seed) % 3)
  }

  @Test(.enabled(if: MatrixTiles.areAvailable, "a processor with tiles"), arguments: [0, 2] as [Double])
  func bothGiveTheSame(shared: Double) throws {
    let bank = Samples.random(rows: 6007, columns: 100, seed: 55, mean: shared)
    let queries = Samples.random(rows: 701, columns: 100, seed: 56, mean: shared)
    let vectors = try MatrixTiles.$areForbidden.withValue(true) {
      try NearestNeighbours(bank: bank, queries: queries, k: 50, threads: 2)
    }
    for threads in 1...3 {
      #expect(try NearestNeighbours(bank: bank, queries: queries, k: 50, threads: threads) == vectors)
    }
  }

  /// Where rough products do not tell more rows apart than there is room for, candidates are put into order on the way, and
  /// elsewhere they are not.
  @Test(arguments: [true, false]) func putsCrowdsIntoOrderOnTheWay(isCrowded: Bool) throws {
    let centres = Samples.random(rows: 3, columns: 24, seed: 57)
    var rows = Samples.random(rows: 1500, columns: 24, seed: 58)
    // Five hundred rows around each of three centres.
    if isCrowded { rows.values = rows.values.indices.map { centres.values[$0 % 72] + 3e-7 * rows.values[$0] } }
    let (bank, queries) = (try NormalisedRows(rows, threads: 1), try NormalisedRows(centres, threads: 1))
    func search<Products: RoughProducts>(_ products: Products) -> NeighbourSearch<Products>.Found {
      NeighbourSearch(bank: bank, queries: queries, products: products, k: 5).nearest(0..<queries.count)
    }
    let vectors = search(VectorBank(bank.row(0), count: bank.count, dimension: bank.width, threads: 1))
    #expect((vectors.settlements > 0) == isCrowded)
    guard MatrixTiles.areAvailable else { return }
    let tiles = search(TileBank(bank.row(0), count: bank.count, dimension: bank.width, threads: 1))
    #expect((tiles.settlements > 0) == isCrowded)
    #expect(tiles.indices == vectors.indices && tiles.cosines == vectors.cosines)
  }

  /// No product is farther from its rough number than the bound says; and the bound is no empty one.
  @Test(.enabled(if: MatrixTiles.areAvailable, "a processor with tiles"), arguments: 0..<16 as Range<UInt64>)
  func boundsOfTilesHold(seed: UInt64) throws {
    let sample = Case(seed: seed)
    let (bank, queries) = (try NormalisedRows(sample.bank, threads: 1), try NormalisedRows(sample.queries, threads: 1))
    let products = TileBank(bank.row(0), count: bank.count, dimension: bank.width, threads: 2)
    let worst = holds(products, bank, queries, sample.name)
    // Rows of length one; tiles hold eight bits.
    #expect(worst <= 0.017, "\(sample.name)")
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func boundsOfVectorsHold(seed: UInt64) throws {
    let sample = Case(seed: seed)
    let (bank, queries) = (try NormalisedRows(sample.bank, threads: 1), try NormalisedRows(sample.queries, threads: 1))
    let products = VectorBank(bank.row(0), count: bank.count, dimension: bank.width, threads: 2)
    #expect(holds(products, bank, queries, sample.name) <= 8e-5, "\(sample.name)")
  }

  /// The largest bound.
  private func holds<Products: RoughProducts>(
    _ products: Products, _ bank: NormalisedRows, _ queries: NormalisedRows, _ name: String
  ) -> Double {
    let left = products.pack(queries, 0..<queries.count)
    let (height, columns) = (Products.queriesPerPanel, products.columnsPerPart)
    let numbers = FloatBuffer(capacity: height * columns)
    var worst = 0.0
    for part in blocks(of: bank.count, size: columns) {
      for panel in blocks(of: queries.count, size: height) {
        products.multiply(left, panel: panel.lowerBound / height, columns: part, to: numbers.pointer, stride: columns)
        for query in panel {
          let estimate = products.estimate(left, row: query)
          worst = max(worst, estimate.error)
          let x = UnsafeBufferPointer(start: queries.row(query), count: bank.width).map(Double.init)
          for row in part {
            let y = UnsafeBufferPointer(start: bank.row(row), count: bank.width).map(Double.init)
            let rough = Double(numbers.pointer[(query - panel.lowerBound) * columns + row - part.lowerBound])
            let difference = abs(Samples.dot(x, y) - rough - estimate.shift)
            if difference > estimate.error {
              Issue.record("\(name): query \(query), row \(row) is off by \(difference), not \(estimate.error)")
            }
          }
        }
      }
    }
    return worst
  }
}
