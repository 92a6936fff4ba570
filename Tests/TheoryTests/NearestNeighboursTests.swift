import Foundation
import Numerics
import Testing

@testable import Theory

@Suite struct NearestNeighboursTests {
  private func plainSearch(_ bank: Matrix, _ query: [Double], k: Int) -> [(index: Int, cosine: Double)] {
    let all = (0..<bank.rows).map { row -> (index: Int, cosine: Double) in
      let values = bank.row(row).map(Double.init)
      let lengths = (Samples.dot(values, values) * Samples.dot(query, query)).squareRoot()
      return (row, lengths > 0 ? Samples.dot(values, query) / lengths : 0)
    }
    return Array(all.sorted { $0.cosine == $1.cosine ? $0.index < $1.index : $0.cosine > $1.cosine }.prefix(k))
  }

  @Test(arguments: [(5, 3, 2, 9), (300, 130, 17, 20), (4100, 3, 5, 64), (50, 4, 1, 3), (1000, 60, 512, 40)])
  func agreesWithSorting(bankRows: Int, queryRows: Int, width: Int, k: Int) throws {
    let bank = Samples.random(rows: bankRows, columns: width, seed: 51)
    let queries = Samples.random(rows: queryRows, columns: width, seed: 52)
    let found = try NearestNeighbours(bank: bank, queries: queries, k: k)
    #expect(found.k == min(k, bankRows))
    for threads in [2, 3, 8] {
      #expect(try NearestNeighbours(bank: bank, queries: queries, k: k, threads: threads) == found)
    }
    for query in 0..<queryRows {
      let expected = plainSearch(bank, queries.row(query).map(Double.init), k: k)
      for (rank, neighbour) in expected.enumerated() {
        let position = query * found.k + rank
        #expect(isClose(found.cosines[position], neighbour.cosine, tolerance: 1e-6))
        // In one dimension all cosines are 1 or −1.
        if width > 1 { #expect(Int(found.indices[position]) == neighbour.index) }
      }
    }
  }

  @Test func tiesGoToTheLowerIndex() throws {
    let half = Samples.random(rows: 40, columns: 3, seed: 53)
    let bank = Matrix(rows: 80, columns: 3, values: half.values + half.values)
    let found = try NearestNeighbours(bank: bank, queries: half, k: 2)
    for query in 0..<40 {
      #expect(Array(found.indices[2 * query..<2 * query + 2]) == [Int32(query), Int32(query + 40)])
    }
    let collapsed = try NearestNeighbours(
      bank: Matrix(rows: 70, columns: 3, repeating: 1), queries: Matrix(rows: 1, columns: 3, repeating: 2), k: 5)
    #expect(collapsed.indices == [0, 1, 2, 3, 4])
  }

  @Test func zeroRowsHaveCosineZero() throws {
    let bank = Matrix(rows: 3, columns: 2, values: [-1, 0, 0, 0, 1, 0])
    let found = try NearestNeighbours(bank: bank, queries: Matrix(rows: 1, columns: 2, values: [5, 0]), k: 3)
    #expect(found.indices == [2, 1, 0])
    #expect(found.cosines == [1, 0, -1])
  }

  @Test func badInputIsNamed() {
    let bank = Matrix(rows: 2, columns: 2, values: [1, 2, .nan, 1])
    #expect(throws: FeatureError.nonFinite(row: 1, count: 1, rows: 2)) {
      try NearestNeighbours(bank: bank, queries: Matrix(rows: 1, columns: 2, repeating: 1), k: 1)
    }
    #expect(throws: FeatureError.self) {
      try NearestNeighbours(bank: bank, queries: Matrix(rows: 1, columns: 3, repeating: 1), k: 1)
    }
    #expect(throws: FeatureError.self) {
      try NearestNeighbours(bank: Matrix(rows: 0, columns: 3), queries: Matrix(rows: 1, columns: 3), k: 1)
    }
  }

  @Test func voteAgreesWithItsDefinition() throws {
    let (bank, labels) = Samples.clusters(rows: 300, columns: 8, classCount: 6, noise: 1.2, seed: 54)
    let (queries, _) = Samples.clusters(rows: 90, columns: 8, classCount: 6, noise: 1.2, seed: 54)
    let found = try NearestNeighbours(bank: bank, queries: queries, k: 25)
    let vote = try NeighbourVote(found, bankLabels: labels, classCount: 6, temperature: 0.1)
    for query in 0..<90 {
      var weights = [Double](repeating: 0, count: 6)
      for (index, cosine) in plainSearch(bank, queries.row(query).map(Double.init), k: 25) {
        weights[Int(labels[index])] += exp(cosine / 0.1)
      }
      #expect(Int(vote.predictions[query]) == weights.indices.max { weights[$0] < weights[$1] })
    }
    // Coarse labels vote on the same neighbours.
    let coarse = try NeighbourVote(found, bankLabels: labels.map { $0 / 3 }, classCount: 2, temperature: 0.1)
    #expect(coarse.predictions.allSatisfy { $0 < 2 })
    // However small T is, the nearest alone decides and nothing overflows.
    let sharp = try NeighbourVote(found, bankLabels: labels, classCount: 6, temperature: 1e-9)
    #expect(sharp.predictions == (0..<90).map { labels[Int(found.indices[$0 * 25])] })
    #expect(try sharp.accuracy(labels: sharp.predictions) == 1)
    #expect(throws: FeatureError.self) { try sharp.accuracy(labels: [1]) }
    #expect(throws: FeatureError.self) {
      try NeighbourVote(found, bankLabels: [0, 1], classCount: 6, temperature: 0.1)
    }
  }

  @Test func votesTieToTheLowerClass() throws {
    let bank = Matrix(rows: 2, columns: 2, values: [1, 1, 1, -1])
    let found = try NearestNeighbours(bank: bank, queries: Matrix(rows: 1, columns: 2, values: [1, 0]), k: 2)
    #expect(try NeighbourVote(found, bankLabels: [4, 2], classCount: 5, temperature: 1).predictions == [2])
  }
}
