/// (μᵢᵀμⱼ)² over pairs of different classes, drawn with pᵢpⱼ/(1 − Σp²).
struct PairProducts {
  private let squares: [(value: Double, probability: Double)]

  init?(_ q: AuditQuantities) {
    let difference = q.classes.differenceProbability
    guard difference > 0 else { return nil }
    let (k, p, products) = (q.classCount, q.classes.proportions, q.classes.meanProducts)
    var squares: [(value: Double, probability: Double)] = []
    for i in 0..<k {
      for j in 0..<k where i != j && p[i] > 0 && p[j] > 0 {
        let product = products.values[i * k + j]
        squares.append((product * product, p[i] * p[j] / difference))
      }
    }
    self.squares = squares
  }

  var mean: Double { squares.reduce(0) { $0 + $1.value * $1.probability } }

  func probability(above threshold: Double) -> Double {
    squares.reduce(0) { $1.value > threshold ? $0 + $1.probability : $0 }
  }

  func probability(from threshold: Double) -> Double {
    squares.reduce(0) { $1.value >= threshold ? $0 + $1.probability : $0 }
  }
}
