import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension DynamicsAudit {
  /// A random pair of views with a random predictor.
  struct RandomPair {
    let z: [Double]
    let target: [Double]
    let predictor: DoubleMatrix

    init(seed: UInt64, index: Int) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(index))
      let d = 2 + stream.integer(below: 6)
      z = stream.normals(d)
      target = stream.normals(d)
      predictor = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
    }

    var d: Int { z.count }

    /// g (Eq. 15) from its definition.
    func similarity(_ z: [Double], _ predictor: DoubleMatrix) -> Double {
      let p = (0..<d).map { row in (0..<d).reduce(0) { $0 + predictor[row, $1] * z[$1] } }
      return dot(p, target) / (dot(p, p) * dot(target, target)).squareRoot()
    }

    /// ∂g/∂z₁ by central differences of fourth order.
    var representationDifference: [Double] {
      (0..<d).map { index in
        Self.difference { step in
          var moved = z
          moved[index] += step
          return similarity(moved, predictor)
        }
      }
    }

    /// ∂g/∂W_p likewise.
    var predictorDifference: [Double] {
      (0..<d * d).map { index in
        Self.difference { step in
          var moved = predictor
          moved.values[index] += step
          return similarity(z, moved)
        }
      }
    }

    /// ∂g/∂p₁ likewise.
    func predictionDifference(_ p: [Double]) -> [Double] {
      (0..<d).map { index in
        Self.difference { step in
          var moved = p
          moved[index] += step
          return dot(moved, target) / (dot(moved, moved) * dot(target, target)).squareRoot()
        }
      }
    }

    static func difference(_ f: (Double) -> Double) -> Double {
      let h = 1e-4
      return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
    }
  }

  /// ‖a − b‖/max(‖a‖, ‖b‖); infinite where the sizes differ, as of a matrix and a vector.
  static func disagreement(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let size = max(dot(a, a), dot(b, b)).squareRoot()
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    return size > 0 ? difference / size : difference
  }

  /// A smooth y(x) and f(y), of which everything in Eq. 31 is written down: y = tanh(Ax), f = w·y + ½y·y.
  private struct Chain {
    let matrix: DoubleMatrix
    let weights: [Double]
    let x: [Double]

    init(_ random: RandomPair) {
      (matrix, weights, x) = (random.predictor, random.target, random.z.map { 0.3 * $0 })
    }

    func y(_ x: [Double]) -> [Double] {
      (0..<x.count).map { row in tanh((0..<x.count).reduce(0) { $0 + matrix[row, $1] * x[$1] }) }
    }

    /// ∂f/∂y, a column.
    var outer: [Double] { zip(weights, y(x)).map { $0 + $1 } }

    /// ∂y/∂x as the line above Eq. 31 has it, dy = (∂y/∂x)ᵀdx: entry (i, j) is ∂yⱼ/∂xᵢ.
    var inner: [[Double]] {
      let y = y(x)
      return x.indices.map { i in x.indices.map { j in (1 - y[j] * y[j]) * matrix[j, i] } }
    }

    var difference: [Double] {
      x.indices.map { index in
        RandomPair.difference { step in
          var moved = x
          moved[index] += step
          let y = y(moved)
          return dot(weights, y) + dot(y, y) / 2
        }
      }
    }
  }

  /// Eq. 32 on f(Y) = Σ cos(Y), Y = AXB: how far AᵀGBᵀ is from differences.
  private static func throughAXB(_ random: RandomPair) -> Double {
    let d = random.d
    let a = random.predictor
    let b = DoubleMatrix(rows: d, columns: d, values: (0..<d * d).map { random.z[$0 / d] - random.target[$0 % d] })
    let x = DoubleMatrix(
      rows: d, columns: d, values: (0..<d * d).map { 0.1 * random.target[$0 / d] * random.z[$0 % d] })
    func image(_ x: DoubleMatrix) -> DoubleMatrix { a.multiplied(by: x).multiplied(by: b) }
    let outer = DoubleMatrix(rows: d, columns: d, values: image(x).values.map { -sin($0) })
    let claimed = a.multiplied(by: outer, transposingSelf: true).multiplied(by: b, transposingOther: true)
    let measured = x.values.indices.map { index in
      RandomPair.difference { step in
        var moved = x
        moved.values[index] += step
        return image(moved).values.reduce(0) { $0 + cos($1) }
      }
    }
    return disagreement(claimed.values, measured)
  }

  /// Eq. 30–38 and 41 against finite differences.
  static func gradientChecks(seed: UInt64) -> [DynamicsCheck] {
    let trials = 200
    func withPair(_ index: Int, _ body: (RandomPair, PredictedPair) -> Double) -> Double {
      let random = RandomPair(seed: seed, index: index)
      guard
        let pair = PredictedPair(representation: random.z, target: random.target, predictor: random.predictor)
      else { return .nan }
      return body(random, pair)
    }
    let tolerance = 1e-6
    return [
      .equality(
        "eq-30", "Eq. 30", .printed, "∂x̃/∂x = (I − x̃x̃ᵀ)/‖x‖", trials: trials, tolerance: tolerance,
        detail: "against finite differences"
      ) { index in
        let random = RandomPair(seed: seed, index: index)
        let columns = (0..<random.d).flatMap { row in
          (0..<random.d).map { column in
            RandomPair.difference { step in
              var moved = random.z
              moved[column] += step
              return moved[row] / dot(moved, moved).squareRoot()
            }
          }
        }
        return disagreement(unitVectorDerivative(random.z)?.values ?? [], columns)
      },
      .equality(
        "eq-31", "Eq. 31", .printed, "∂f/∂x = (∂f/∂y)(∂y/∂x), with dy = (∂y/∂x)ᵀdx as in the line above it",
        trials: trials,
        tolerance: tolerance, detail: "the factors are in the wrong order; Eq. 33 has them right"
      ) { index in
        let chain = Chain(RandomPair(seed: seed, index: index))
        let product = chain.x.indices.map { column in
          chain.x.indices.reduce(0) { $0 + chain.outer[$1] * chain.inner[$1][column] }
        }
        return disagreement(product, chain.difference)
      },
      .equality(
        "eq-31/repaired", "Eq. 31", .repaired, "∂f/∂x = (∂y/∂x)(∂f/∂y)", trials: trials, tolerance: tolerance,
        detail: "against finite differences"
      ) { index in
        let chain = Chain(RandomPair(seed: seed, index: index))
        return disagreement(chain.inner.map { dot($0, chain.outer) }, chain.difference)
      },
      .equality(
        "eq-32", "Eq. 32", .printed, "∂f/∂X = Aᵀ(∂f/∂Y)Bᵀ for Y = AXB", trials: trials, tolerance: tolerance,
        detail: "against finite differences; the line above it should have tr(B(∂f/∂Y)ᵀA dX)"
      ) { index in throughAXB(RandomPair(seed: seed, index: index)) },
      .equality(
        "eq-33", "Eq. 33", .printed, "∂g/∂p_{1} = (z̃_{2} − z̃_{2}ᵀp̃_{1}·p̃_{1})/‖p_{1}‖", trials: trials,
        tolerance: tolerance,
        detail: "against finite differences"
      ) { index in
        withPair(index) { random, pair in
          let p = pair.predictionDirection.map { $0 * pair.predictionNorm }
          return disagreement(pair.predictionGradient, random.predictionDifference(p))
        }
      },
      .equality(
        "eq-34", "Eq. 34", .printed, "∂g/∂z_{1} = (‖z_{1}‖/‖p_{1}‖)Δz̃_{1}ᵀ", trials: trials, tolerance: tolerance,
        detail: "the right side is a matrix, ∂g/∂z_{1} a vector: the left sides of Eq. 34 and 35 are swapped"
      ) { index in
        withPair(index) { random, pair in
          disagreement(pair.predictorGradient.values, random.representationDifference)
        }
      },
      .equality(
        "eq-34/repaired", "Eq. 34", .repaired, "∂g/∂W_{p} = (‖z_{1}‖/‖p_{1}‖)Δz̃_{1}ᵀ", trials: trials,
        tolerance: tolerance,
        detail: "against finite differences"
      ) { index in
        withPair(index) { random, pair in disagreement(pair.predictorGradient.values, random.predictorDifference) }
      },
      .equality(
        "eq-35", "Eq. 35", .printed, "∂g/∂z_{1} = (‖W_{p}ᵀ‖/‖p_{1}‖)Δ, its left side taken from Eq. 34", trials: trials,
        tolerance: tolerance, detail: "even with the left sides exchanged, the bars of a norm around W_{p}ᵀ are wrong"
      ) { index in
        withPair(index) { random, pair in
          let norm = random.predictor.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return disagreement(pair.residual.map { norm / pair.predictionNorm * $0 }, random.representationDifference)
        }
      },
      .equality(
        "eq-35/repaired", "Eq. 35", .repaired, "∂g/∂z_{1} = W_{p}ᵀΔ/‖p_{1}‖", trials: trials, tolerance: tolerance,
        detail: "against finite differences; z_{1} · ∂g/∂z_{1} = 0"
      ) { index in
        withPair(index) { random, pair in
          max(
            disagreement(pair.representationGradient, random.representationDifference),
            abs(dot(pair.representationGradient, random.z)))
        }
      },
      .equality(
        "eq-36", "Eq. 36", .printed, "Uᵀ(∂g/∂W_{p})U = (‖α_{z}‖/‖α_{p}‖)Δα̃_{z}ᵀ", trials: trials, tolerance: tolerance,
        detail: "algebra: the gradient of the rotated pair is the rotated gradient"
      ) { index in
        rotated(seed: seed, index: index) {
          $0.predictorGradient.values
        } expected: { pair, u in
          u.multiplied(by: pair.predictorGradient).multiplied(by: u, transposingOther: true).values
        }
      },
      .equality(
        "eq-37", "Eq. 37", .printed, "Uᵀ∂g/∂z_{1} = Λ_{p}ᵀΔ/‖α_{p}‖", trials: trials, tolerance: tolerance,
        detail: "algebra: the gradient of the rotated pair is the rotated gradient"
      ) { index in
        rotated(seed: seed, index: index) {
          $0.representationGradient
        } expected: { pair, u in
          (0..<u.rows).map { dot(Array(u.row($0)), pair.representationGradient) }
        }
      },
      .equality(
        "eq-38", "Eq. 38", .printed, "dz̃_{1} = r_{2}(I − z̃_{1}z̃_{1}ᵀ)W_{p}ᵀΔ/(‖z_{1}‖‖p_{1}‖)", trials: trials,
        tolerance: 1e-4,
        detail: "against a small step along the gradient"
      ) { index in
        withPair(index) { random, pair in
          let rate = 1e-6
          let moved = zip(random.z, pair.representationGradient).map { $0 + rate * $1 }
          guard let (after, _) = unit(moved) else { return .nan }
          let change = zip(after, pair.representationDirection).map { ($0 - $1) / rate }
          return disagreement(change, pair.directionChange(rate: 1))
        }
      },
      .equality(
        "eq-41", "Eq. 41", .printed, "z̃_{1}z̃_{1}ᵀW_{p}ᵀΔ = 0", trials: trials, tolerance: 1e-10,
        detail: "though the printed steps lose a transpose and mix α̃ with α"
      ) { index in
        withPair(index) { _, pair in
          abs(dot(pair.representationDirection, pair.representationGradient)) * pair.predictionNorm
        }
      },
    ]
  }

  /// How far a quantity of the pair in the coordinates α = Uᵀz is from what it should be, U random.
  private static func rotated(
    seed: UInt64, index: Int, _ quantity: (PredictedPair) -> [Double],
    expected: (PredictedPair, DoubleMatrix) -> [Double]
  ) -> Double {
    let random = RandomPair(seed: seed, index: index)
    // A basis that has nothing to do with W_p.
    var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(80_000 + index))
    let free = DoubleMatrix(rows: random.d, columns: random.d, values: stream.normals(random.d * random.d))
    let symmetric = free.multiplied(by: free, transposingOther: true)
    guard let u = try? SymmetricEigen(symmetric).vectors,
      let pair = PredictedPair(representation: random.z, target: random.target, predictor: random.predictor)
    else { return .nan }
    func turn(_ vector: [Double]) -> [Double] { (0..<u.rows).map { dot(Array(u.row($0)), vector) } }
    let turned = PredictedPair(
      representation: turn(random.z), target: turn(random.target),
      predictor: u.multiplied(by: random.predictor).multiplied(by: u, transposingOther: true))
    return turned.map { disagreement(quantity($0), expected(pair, u)) } ?? .nan
  }
}
