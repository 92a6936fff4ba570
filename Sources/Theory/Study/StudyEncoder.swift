import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A multi-layer perceptron x ↦ f(x) with ‖f‖² = d, trained on ‖C − I‖² (Eq. 12 with λ = 1), as §4.1 has it: no centring, no
/// standardisation, features on the sphere. Two hidden layers with rectifiers, Adam.
public struct StudyEncoder: Sendable {
  public let widths: [Int]
  /// For each layer the weights, `out × in`, and the biases behind them.
  private var parameters: [[Float]]

  /// - Parameter widths: input, hidden layers, d.
  /// - Precondition: at least two widths, all positive.
  public init(widths: [Int], seed: UInt64) {
    precondition(widths.count > 1 && widths.allSatisfy { $0 > 0 }, "an input and an output")
    self.widths = widths
    var stream = RandomStream(seed: seed, purpose: StudyPurpose.weights)
    parameters = zip(widths, widths.dropFirst()).map { inputs, outputs in
      let scale = (2 / Double(inputs)).squareRoot()
      return stream.normals(inputs * outputs).map { Float(scale * $0) } + [Float](repeating: 0, count: outputs)
    }
  }

  public var dimension: Int { widths[widths.count - 1] }

  /// z before it is put on the sphere, one row for each row of `inputs`.
  public func outputs(_ inputs: Matrix) -> Matrix { forward(inputs).last ?? inputs }

  /// The activations of every layer, the last without a rectifier.
  private func forward(_ inputs: Matrix) -> [Matrix] {
    var layers = [inputs]
    for (index, values) in parameters.enumerated() {
      let (width, outputs) = (widths[index], widths[index + 1])
      let weights = Matrix(rows: outputs, columns: width, values: Array(values[..<(width * outputs)]))
      var next = layers[index].multiplied(by: weights, transposingOther: true)
      let isLast = index == parameters.count - 1
      next.values.withUnsafeMutableBufferPointer { buffer in
        for row in 0..<next.rows {
          for column in 0..<outputs {
            let value = buffer[row * outputs + column] + values[width * outputs + column]
            buffer[row * outputs + column] = isLast ? value : max(0, value)
          }
        }
      }
      layers.append(next)
    }
    return layers
  }

  /// How an encoder is trained.
  public struct Training: Sendable, Equatable, Codable {
    public var steps: Int
    public var batchSize: Int
    public var learningRate: Double
    /// Samples that are drawn from, and views that each has.
    public var samples: Int
    public var views: Int
    /// The spread within classes during training.
    public var spread: Double

    public init(
      steps: Int = 200, batchSize: Int = 256, learningRate: Double = 2e-3, samples: Int = 2000, views: Int = 6,
      spread: Double = 0.1
    ) {
      self.steps = steps
      self.batchSize = batchSize
      self.learningRate = learningRate
      self.samples = samples
      self.views = views
      self.spread = spread
    }
  }

  /// Trains on two views of each sample; gives ‖C − I‖² in the minibatch at every step.
  ///
  /// - Parameter offsets: those of `training`'s samples and views, where they were made before: they are the same for every
  ///   encoder, and making them takes as long as a short training.
  /// - Precondition: there are two views or more, and a batch's worth of samples.
  public mutating func train(
    _ training: Training, on data: StudyData, offsets known: [Matrix]? = nil, seed: UInt64
  ) -> [Double] {
    precondition(training.views > 1 && training.samples >= training.batchSize, "two views of a batch of samples")
    let offsets = known ?? data.offsets(0..<training.samples, views: training.views)
    precondition(offsets.allSatisfy { $0.rows == training.samples }, "an offset for each sample")
    var losses: [Double] = []
    var moments = parameters.map { [Float](repeating: 0, count: 2 * $0.count) }
    for step in 0..<training.steps {
      var stream = RandomStream(seed: seed, purpose: StudyPurpose.order, UInt32(step))
      let first = stream.integer(below: training.samples - training.batchSize + 1)
      let range = first..<first + training.batchSize
      let views = stream.permutation(training.views).prefix(2)
      // Both views in one pass.
      let pair = Matrix(
        rows: 2 * range.count, columns: data.inputDimension, values: views.flatMap { offsets[$0].rows(range).values })
      let layers = forward(data.inputs(Array(range) + Array(range), offsets: pair, spread: training.spread))
      let (loss, gradient) = Self.lossAndGradient(layers[layers.count - 1])
      losses.append(loss)
      let progress = Double(step) / Double(training.steps)
      let rate = training.learningRate * 0.5 * (1 + cos(Double.pi * progress))
      update(layers, gradient, rate: rate, step: step, &moments)
    }
    return losses
  }

  /// ‖C − I‖² of z, whose first half of rows are the first views and whose second half the second, and its gradient.
  ///
  /// C is averaged over both orders of the views, so ∂L/∂f₁ = (2/B)(C − I)f₂; on the sphere the part along f falls away.
  static func lossAndGradient(_ outputs: Matrix) -> (loss: Double, gradient: Matrix) {
    let (batch, d) = (outputs.rows / 2, outputs.columns)
    let radius = Float(d).squareRoot()
    var features = outputs
    var factors = [Float](repeating: 0, count: outputs.rows)
    for row in 0..<outputs.rows {
      let length = outputs.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
      factors[row] = radius / max(length, 1e-12)
      for column in 0..<d { features.values[row * d + column] *= factors[row] }
    }
    let (first, second) = (features.rows(0..<batch), features.rows(batch..<2 * batch))
    var cross = first.multiplied(by: second, transposingSelf: true)
    var loss = 0.0
    for i in 0..<d {
      for j in 0...i {
        let mean = (cross[i, j] + cross[j, i]) / Float(2 * batch) - (i == j ? 1 : 0)
        cross[i, j] = mean
        cross[j, i] = mean
        loss += (i == j ? 1 : 2) * Double(mean) * Double(mean)
      }
    }
    let ofFirst = second.multiplied(by: cross)
    let ofSecond = first.multiplied(by: cross)
    var gradient = Matrix(rows: outputs.rows, columns: d, values: ofFirst.values + ofSecond.values)
    for row in 0..<outputs.rows {
      var along: Float = 0
      for column in row * d..<(row + 1) * d { along += gradient.values[column] * features.values[column] }
      along /= Float(d)
      let scale = 2 / Float(batch) * factors[row]
      for column in row * d..<(row + 1) * d {
        gradient.values[column] = scale * (gradient.values[column] - along * features.values[column])
      }
    }
    return (loss, gradient)
  }

  /// One step of Adam (Kingma, Ba 2015) with the usual constants.
  private mutating func update(
    _ layers: [Matrix], _ outputGradient: Matrix, rate: Double, step: Int, _ moments: inout [[Float]]
  ) {
    var gradient = outputGradient
    for index in parameters.indices.reversed() {
      let (inputs, width, outputs) = (layers[index], widths[index], widths[index + 1])
      var change = gradient.multiplied(by: inputs, transposingSelf: true).values
      change.append(contentsOf: columnSums(gradient))
      if index > 0 {
        let weights = Matrix(rows: outputs, columns: width, values: Array(parameters[index][..<(width * outputs)]))
        gradient = gradient.multiplied(by: weights)
        rectify(&gradient, where: inputs)
      }
      let (fast, slow) = (1 - pow(0.9, Double(step + 1)), 1 - pow(0.999, Double(step + 1)))
      adam(
        &parameters[index], &moments[index], gradient: change, stepSize: Float(rate * slow.squareRoot() / fast))
    }
  }
}

// On buffers, since a check of every access makes training three times slower.

/// The sum of each column.
private func columnSums(_ matrix: Matrix) -> [Float] {
  var sums = [Float](repeating: 0, count: matrix.columns)
  sums.withUnsafeMutableBufferPointer { sums in
    matrix.values.withUnsafeBufferPointer { values in
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns { sums[column] += values[row * matrix.columns + column] }
      }
    }
  }
  return sums
}

/// Sets what did not pass the rectifier to zero.
private func rectify(_ gradient: inout Matrix, where activations: Matrix) {
  gradient.values.withUnsafeMutableBufferPointer { gradient in
    activations.values.withUnsafeBufferPointer { values in
      for position in values.indices where values[position] <= 0 { gradient[position] = 0 }
    }
  }
}

/// Adam's step on `values`; `moments` holds the means of the gradient and behind them those of its square.
private func adam(_ values: inout [Float], _ moments: inout [Float], gradient: [Float], stepSize: Float) {
  let count = values.count
  values.withUnsafeMutableBufferPointer { values in
    moments.withUnsafeMutableBufferPointer { moments in
      gradient.withUnsafeBufferPointer { gradient in
        for position in 0..<count {
          let g = gradient[position]
          let mean = 0.9 * moments[position] + 0.1 * g
          let square = 0.999 * moments[count + position] + 0.001 * g * g
          moments[position] = mean
          moments[count + position] = square
          values[position] -= stepSize * mean / (square.squareRoot() + 1e-8)
        }
      }
    }
  }
}
