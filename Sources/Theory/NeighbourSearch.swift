import Numerics

/// A row of the bank and its cosine with a query.
struct Neighbour {
  let cosine: Double
  let index: Int32

  /// Nearest first, the lower index first among equals.
  static func isNearer(_ a: Neighbour, _ b: Neighbour) -> Bool {
    a.cosine == b.cosine ? a.index < b.index : a.cosine > b.cosine
  }
}

/// The search for a block of queries: rough products leave a few candidates a query, products in double precision choose
/// among them.
///
/// No row that is dropped can be among the nearest. Where so many rows are left that the rough products do not tell apart
/// (collapsed features, duplicates), the products in double precision are taken on the way and the k nearest so far
/// kept: the memory that a query takes is bounded, and then the k-th cosine bounds what is to come.
struct NeighbourSearch<Products: RoughProducts>: Sendable {
  let bank: NormalisedRows
  let queries: NormalisedRows
  let products: Products
  let k: Int

  struct Found: Sendable {
    var indices: [Int32] = []
    var cosines: [Double] = []
    /// How often candidates were put into order on the way, over all queries. No result depends on it: it tells tests whether
    /// a search came to that at all.
    var settlements = 0
  }

  /// A query's candidates and those of its nearest that are already in order.
  private struct Shortlist {
    var candidates: LargestValues
    var settled: [Neighbour] = []
    var settlements = 0
    let estimate: RoughEstimate
  }

  /// The k nearest of each query of `range`, one after another.
  func nearest(_ range: Range<Int>) -> Found {
    var lists = candidates(range)
    let (starts, indices, cosines) = exactProducts(range, lists)
    var found = Found()
    found.indices.reserveCapacity(range.count * k)
    found.cosines.reserveCapacity(range.count * k)
    for row in lists.indices {
      for place in starts[row]..<starts[row + 1] {
        lists[row].settled.append(Neighbour(cosine: cosines[place], index: indices[place]))
      }
      lists[row].settled.sort { Neighbour.isNearer($0, $1) }
      for neighbour in lists[row].settled.prefix(k) {
        found.indices.append(neighbour.index)
        found.cosines.append(neighbour.cosine)
      }
      lists[row].settled = []
      found.settlements += lists[row].settlements
    }
    return found
  }

  /// What can be among the nearest by the rough products.
  private func candidates(_ range: Range<Int>) -> [Shortlist] {
    let left = products.pack(queries, range)
    var lists = range.map { query -> Shortlist in
      let estimate = products.estimate(left, row: query - range.lowerBound)
      return Shortlist(
        candidates: LargestValues(capacity: k, slack: 2 * estimate.error, of: bank.count), estimate: estimate)
    }
    let (height, columns) = (Products.queriesPerPanel, products.columnsPerPart)
    // Sixteen more, lest the rows of a power of two crowd the same lines of the cache.
    let stride = columns + 16
    let numbers = FloatBuffer(unwritten: height * stride)
    for part in blocks(of: bank.count, size: columns) {
      for panel in blocks(of: range.count, size: height) {
        products.multiply(
          left, panel: panel.lowerBound / height, columns: part, to: numbers.pointer, stride: stride)
        for row in panel {
          let source = UnsafeBufferPointer(
            start: numbers.pointer + (row - panel.lowerBound) * stride, count: part.count)
          var position = lists[row].candidates.offer(source, at: 0, from: part.lowerBound)
          while position < part.count {
            settle(&lists[row], query: range.lowerBound + row)
            position = lists[row].candidates.offer(source, at: position, from: part.lowerBound)
          }
        }
      }
    }
    return lists
  }

  /// Puts the candidates of a query so far into order and keeps the k nearest. What comes later has higher indices, so it
  /// has to be nearer than the last of them.
  private func settle(_ list: inout Shortlist, query: Int) {
    let indices = list.candidates.indices
    let cosines = [Double](unsafeUninitializedCapacity: indices.count) { target, count in
      count = indices.count
      guard let target = target.baseAddress else { return }
      let pairs = indices.indices.map { NormalisedRows.Pair(row: Int32(query), other: indices[$0], place: $0) }
      queries.cosines(bank, pairs, to: target)
    }
    list.settled += zip(cosines, indices).map { Neighbour(cosine: $0, index: $1) }
    list.settled.sort { Neighbour.isNearer($0, $1) }
    list.settled.removeLast(max(0, list.settled.count - k))
    list.settlements += 1
    guard list.settled.count == k, let last = list.settled.last else {
      list.candidates.restart(above: -.infinity)
      return
    }
    list.candidates.restart(above: Float(last.cosine - list.estimate.shift - list.estimate.error).nextDown)
  }

  /// The indices of all candidates, query after query in ascending order, where each query's begin, and their cosines:
  /// taken part by part of the bank, since a row of it is near to several queries.
  private func exactProducts(
    _ range: Range<Int>, _ lists: [Shortlist]
  ) -> (starts: [Int], indices: [Int32], cosines: [Double]) {
    var indices: [Int32] = []
    var starts = [0]
    for list in lists {
      indices += list.candidates.indices
      starts.append(indices.count)
    }
    var next = starts
    let cosines = [Double](unsafeUninitializedCapacity: indices.count) { target, count in
      count = indices.count
      guard let target = target.baseAddress else { return }
      var pairs: [NormalisedRows.Pair] = []
      for part in blocks(of: bank.count, size: 128) {
        pairs.removeAll(keepingCapacity: true)
        for row in lists.indices {
          var place = next[row]
          while place < starts[row + 1], indices[place] < part.upperBound {
            pairs.append(.init(row: Int32(range.lowerBound + row), other: indices[place], place: place))
            place += 1
          }
          next[row] = place
        }
        queries.cosines(bank, pairs, to: target)
      }
    }
    return (starts, indices, cosines)
  }
}
