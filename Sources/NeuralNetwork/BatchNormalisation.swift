import Numerics

/// Batch normalisation over all rows of a view, with PyTorch's semantics: ε = 10⁻⁵, momentum 0.1, biased variance in
/// the batch and unbiased variance in the running statistics. `BatchNorm2d` where a row is a pixel and `BatchNorm1d`
/// where it is a sample; the residual addition and ReLU that follow it in a ResNet are done on the way.
///
/// Ioffe, Szegedy: Batch Normalization (ICML 2015), Algorithm 1.
final class BatchNormalisation {
  let name: String
  let channels: Int
  private let store: ParameterStore
  private let rectifies: Bool
  private let scale: ParameterStore.Slot?
  private let shift: ParameterStore.Slot?
  private let runningMean: ParameterStore.Slot
  private let runningVariance: ParameterStore.Slot
  private var mean: [Float] = []
  private var inverseDeviation: [Float] = []
  let output = FloatBuffer()

  static let epsilon = 1e-5
  static let momentum = 0.1

  /// - Parameters:
  ///   - affine: whether it has weight and bias.
  ///   - rectifies: whether ReLU follows.
  init(_ name: String, channels: Int, affine: Bool = true, rectifies: Bool, store: ParameterStore) {
    self.name = name
    self.channels = channels
    self.rectifies = rectifies
    self.store = store
    scale = affine ? store.declare(name + ".weight", shape: [channels]) : nil
    shift = affine ? store.declare(name + ".bias", shape: [channels]) : nil
    runningMean = store.declare(name + ".running_mean", shape: [channels], kind: .statistic)
    runningVariance = store.declare(name + ".running_var", shape: [channels], kind: .statistic)
  }

  /// Weight 1, bias 0, running mean 0 and variance 1.
  func initialise() {
    for channel in 0..<channels {
      if let scale { store.value(scale)[channel] = 1 }
      if let shift { store.value(shift)[channel] = 0 }
      store.statistic(runningMean)[channel] = 0
      store.statistic(runningVariance)[channel] = 1
    }
  }

  /// output ← ReLU?(normalised(input) + residual).
  ///
  /// - Parameters input, residual: images × rowsPerImage × channels.
  /// - Returns: the same shape, valid until the next call.
  func forward(_ input: FloatBuffer, residual: FloatBuffer? = nil, rowsPerImage: Int, _ pass: Pass) -> FloatBuffer {
    let rows = pass.imagesPerView * rowsPerImage
    output.reserve(pass.images * rowsPerImage * channels)
    if mean.count != pass.views * channels {
      mean = [Float](repeating: 0, count: pass.views * channels)
      inverseDeviation = mean
    }
    for view in 0..<pass.views {
      let offset = view * rows * channels
      if pass.training {
        let moments = ColumnMoments(of: input, from: offset, rows: rows, columns: channels, threads: pass.threads)
        updateRunning(moments, rows: rows)
        set(view, mean: { moments.mean[$0] }, variance: { moments.variance[$0] })
      } else {
        set(
          view, mean: { Double(self.store.statistic(self.runningMean)[$0]) },
          variance: { Double(self.store.statistic(self.runningVariance)[$0]) })
      }
      var (factor, constant) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
      for channel in 0..<channels {
        let (weight, bias) = affine(channel)
        factor[channel] = weight * inverseDeviation[view * channels + channel]
        constant[channel] = bias - mean[view * channels + channel] * factor[channel]
      }
      RowKernels.affine(
        input, residual: residual, to: output, from: offset, rows: rows, factor: factor, constant: constant,
        rectifies: rectifies, threads: pass.threads)
    }
    return output
  }

  /// Turns ∂loss/∂output into ∂loss/∂input, in place unless `inputGradient` is another block, and sets the gradients of
  /// weight and bias. Where the two blocks differ, `gradient` holds the residual's gradient afterwards.
  ///
  /// - Parameter input: what `forward` was given.
  func backward(
    _ gradient: FloatBuffer, input: FloatBuffer, inputGradient: FloatBuffer, rowsPerImage: Int, _ pass: Pass
  ) {
    let rows = pass.imagesPerView * rowsPerImage
    inputGradient.reserve(pass.images * rowsPerImage * channels)
    if let scale { store.gradient(scale).update(repeating: 0, count: channels) }
    if let shift { store.gradient(shift).update(repeating: 0, count: channels) }
    for view in 0..<pass.views {
      let offset = view * rows * channels
      let range = view * channels..<(view + 1) * channels
      let (mean, inverse) = (Array(mean[range]), Array(inverseDeviation[range]))
      let sums = RowKernels.gradientSums(
        gradient, maskedBy: rectifies ? output : nil, input: input, from: offset, rows: rows, mean: mean,
        threads: pass.threads)
      // ∂loss/∂x = γ/σ · (g − mean(g) − (x − μ)/σ² · mean(g·(x − μ))), as g·a + (x − μ)·b + c.
      var coefficients = RowKernels.Coefficients(mean: mean)
      for channel in 0..<channels {
        let weight = Double(affine(channel).weight)
        let deviation = Double(inverse[channel])
        let slope = sums.products[channel] * deviation * deviation / Double(rows)
        coefficients.ofGradient[channel] = Float(weight * deviation)
        coefficients.ofInput[channel] = Float(-weight * deviation * slope)
        coefficients.constant[channel] = Float(-weight * deviation * sums.gradients[channel] / Double(rows))
        if let scale { store.gradient(scale)[channel] += Float(sums.products[channel] * deviation) }
        if let shift { store.gradient(shift)[channel] += Float(sums.gradients[channel]) }
      }
      RowKernels.combine(
        gradient, input: input, to: inputGradient, from: offset, rows: rows, coefficients, threads: pass.threads)
    }
  }

  private func affine(_ channel: Int) -> (weight: Float, bias: Float) {
    (scale.map { store.value($0)[channel] } ?? 1, shift.map { store.value($0)[channel] } ?? 0)
  }

  private func set(_ view: Int, mean newMean: (Int) -> Double, variance: (Int) -> Double) {
    for channel in 0..<channels {
      mean[view * channels + channel] = Float(newMean(channel))
      inverseDeviation[view * channels + channel] = Float(1 / (variance(channel) + Self.epsilon).squareRoot())
    }
  }

  private func updateRunning(_ moments: ColumnMoments, rows: Int) {
    let unbiased = Double(rows) / Double(max(rows - 1, 1))
    let (means, variances) = (store.statistic(runningMean), store.statistic(runningVariance))
    for channel in 0..<channels {
      means[channel] = Float((1 - Self.momentum) * Double(means[channel]) + Self.momentum * moments.mean[channel])
      variances[channel] = Float(
        (1 - Self.momentum) * Double(variances[channel]) + Self.momentum * moments.variance[channel] * unbiased)
    }
  }
}
