import Numerics

/// Batch normalisation over all rows of a view, with PyTorch's semantics: ε = 10⁻⁵, momentum 0.1, biased variance in
/// the batch and unbiased variance in the running statistics. `BatchNorm2d` where a row is a pixel and `BatchNorm1d`
/// where it is a sample.
///
/// Statistics and sums are collected block by block by whoever writes what they are of, while it is in the cache; the
/// normalisation itself is a factor and a constant for each channel, which whoever reads may apply on the way.
///
/// Ioffe, Szegedy: Batch Normalization (ICML 2015), Algorithm 1.
final class BatchNormalisation {
  let name: String
  let channels: Int
  private let store: ParameterStore
  private let scale: ParameterStore.Slot?
  private let shift: ParameterStore.Slot?
  private let runningMean: ParameterStore.Slot
  private let runningVariance: ParameterStore.Slot
  /// Tables, views × channels: mean, factor and constant.
  private let means = FloatBuffer()
  private let factors = FloatBuffer()
  private let constants = FloatBuffer()
  /// For each view the four tables of `RowKernels.combine`.
  private let coefficients = FloatBuffer()
  private let partial = FloatBuffer()
  private var inverseDeviation: [Double] = []
  private var moments: ColumnMoments
  private var gradientSums: [Double]
  private var productSums: [Double]
  let output = FloatBuffer()

  static let epsilon = 1e-5
  static let momentum = 0.1

  /// - Parameter affine: whether it has weight and bias.
  init(_ name: String, channels: Int, affine: Bool = true, store: ParameterStore) {
    self.name = name
    self.channels = channels
    self.store = store
    scale = affine ? store.declare(name + ".weight", shape: [channels]) : nil
    shift = affine ? store.declare(name + ".bias", shape: [channels]) : nil
    runningMean = store.declare(name + ".running_mean", shape: [channels], kind: .statistic)
    runningVariance = store.declare(name + ".running_var", shape: [channels], kind: .statistic)
    moments = ColumnMoments(channels: channels)
    gradientSums = [Double](repeating: 0, count: channels)
    productSums = gradientSums
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

  /// Factor and constant of each view, valid after `finishStatistics`.
  var activation: InputActivation { InputActivation(factor: factors.pointer, constant: constants.pointer) }

  /// Whether factors and constants are finite.
  var isFinite: Bool {
    Elementwise.isFinite(factors.pointer, count: inverseDeviation.count)
      && Elementwise.isFinite(constants.pointer, count: inverseDeviation.count)
  }

  // MARK: Forward

  /// What has to be called for each block of `input` that is written; nil where running statistics are used.
  func statistics(of input: FloatBuffer, _ blocks: RowBlocks, _ pass: Pass) -> BlockWork? {
    guard pass.training else { return nil }
    partial.reserve(blocks.count * channels * 2)
    return BlockWork { [partial, channels] block in
      RowKernels.moments(
        input.pointer + block.rows.lowerBound * channels, rows: block.rows.count, channels: channels,
        to: partial.pointer + block.index * channels * 2)
    }
  }

  /// Sets the tables, once the statistics of all blocks are collected, and moves the running statistics.
  func finishStatistics(_ blocks: RowBlocks, _ pass: Pass) {
    let count = pass.views * channels
    for table in [means, factors, constants] { table.reserve(count) }
    if inverseDeviation.count != count { inverseDeviation = [Double](repeating: 0, count: count) }
    for view in 0..<pass.views {
      if pass.training {
        moments.combine(partial, blocks, group: view)
        updateRunning(rows: blocks.rowsPerGroup)
      }
      for channel in 0..<channels {
        let mean = pass.training ? moments.mean[channel] : Double(store.statistic(runningMean)[channel])
        let variance = pass.training ? moments.variance[channel] : Double(store.statistic(runningVariance)[channel])
        let index = view * channels + channel
        let (weight, bias) = affine(channel)
        inverseDeviation[index] = 1 / (variance + Self.epsilon).squareRoot()
        means.pointer[index] = Float(mean)
        factors.pointer[index] = Float(Double(weight) * inverseDeviation[index])
        constants.pointer[index] = Float(Double(bias) - mean * Double(weight) * inverseDeviation[index])
      }
    }
  }

  /// What a residual connection adds.
  enum Residual {
    case none
    case plain(FloatBuffer)
    /// Rows that go through a normalisation of their own.
    case normalised(FloatBuffer, BatchNormalisation)
  }

  /// output ← ReLU?(normalised(input) + residual), with the tables that are set: what has to be called for each block of it
  /// before it is read.
  func normalising(_ input: FloatBuffer, residual: Residual = .none, rectifies: Bool, rows: Int) -> PendingRows {
    output.reserve(rows * channels)
    let (output, factors, constants, channels) = (output, factors, constants, channels)
    let source: (rows: FloatBuffer, factors: FloatBuffer?, constants: FloatBuffer?)? =
      switch residual {
      case .none: nil
      case .plain(let rows): (rows, nil, nil)
      case .normalised(let rows, let normalisation): (rows, normalisation.factors, normalisation.constants)
      }
    let reads = [UnsafePointer(input.pointer)] + (source.map { [UnsafePointer($0.rows.pointer)] } ?? [])
    let work = BlockWork(reads: reads) { block in
      let (place, table) = (block.rows.lowerBound * channels, block.group * channels)
      let residual = source.map {
        RowKernels.Residual(
          $0.rows.pointer + place, factor: $0.factors.map { $0.pointer + table },
          constant: $0.constants.map { $0.pointer + table })
      }
      RowKernels.affine(
        input.pointer + place, factor: factors.pointer + table, constant: constants.pointer + table,
        residual: residual, rectifies: rectifies, to: output.pointer + place, rows: block.rows.count,
        channels: channels)
    }
    return PendingRows(rows: output, work: work)
  }

  /// The same for all `blocks`.
  ///
  /// - Returns: the same shape as `input`, valid until the next call.
  @discardableResult
  func normalise(
    _ input: FloatBuffer, residual: Residual = .none, rectifies: Bool, _ blocks: RowBlocks, _ pass: Pass
  ) -> FloatBuffer {
    normalising(input, residual: residual, rectifies: rectifies, rows: blocks.rows).made(blocks, pass)
  }

  // MARK: Backward

  /// Where the ReLU after it let the gradient pass.
  enum Mask {
    case none
    /// Where this, ReLU's output, is positive.
    case output(FloatBuffer)
    /// Where the normalised input, which was not kept, is positive.
    case normalised
  }

  /// What has to be called for each block of `gradient`, ∂loss/∂(ReLU's output), that is written: adds `other`,
  /// takes it back through the ReLU, and collects the sums that the backward pass needs.
  ///
  /// - Parameter input: what was normalised.
  func gradientSums(
    of gradient: FloatBuffer, adding other: FloatBuffer? = nil, mask: Mask, input: FloatBuffer, _ blocks: RowBlocks
  ) -> BlockWork {
    partial.reserve(blocks.count * channels * 2)
    let masking: FloatBuffer? = if case .output(let buffer) = mask { buffer } else { nil }
    let again = if case .normalised = mask { true } else { false }
    let reads = [input, other, masking].compactMap { $0 }.map { UnsafePointer($0.pointer) }
    return BlockWork(reads: reads) { [partial, means, factors, constants, channels] block in
      let (place, table) = (block.rows.lowerBound * channels, block.group * channels)
      let mask: RowKernels.Mask =
        if let masking {
          .output(masking.pointer + place)
        } else if again {
          .activation(factor: factors.pointer + table, constant: constants.pointer + table)
        } else {
          .none
        }
      RowKernels.gradientSums(
        gradient.pointer + place, adding: other.map { $0.pointer + place }, mask: mask, x: input.pointer + place,
        mean: means.pointer + table, rows: block.rows.count, channels: channels,
        to: partial.pointer + block.index * channels * 2)
    }
  }

  /// Sets the gradients of weight and bias once the sums of all blocks are collected, and gives out ∂loss/∂input, which
  /// whoever reads it makes on the way.
  ///
  /// - Parameter gradient: ∂loss/∂(normalised input), as `gradientSums` left it.
  func finishBackward(
    _ gradient: FloatBuffer, input: FloatBuffer, _ blocks: RowBlocks, _ pass: Pass
  ) -> OutputGradient {
    coefficients.reserve(4 * pass.views * channels)
    if let scale { store.gradient(scale).update(repeating: 0, count: channels) }
    if let shift { store.gradient(shift).update(repeating: 0, count: channels) }
    for view in 0..<pass.views {
      addUp(blocks, view: view)
      let rows = Double(blocks.rowsPerGroup)
      let table = coefficients.pointer + 4 * view * channels
      // ∂loss/∂x = γ/σ · (g − mean(g) − (x − μ)/σ² · mean(g·(x − μ))), as g·a + (x − μ)·b + c.
      for channel in 0..<channels {
        let weight = Double(affine(channel).weight)
        let deviation = inverseDeviation[view * channels + channel]
        let slope = productSums[channel] * deviation * deviation / rows
        table[channel] = means.pointer[view * channels + channel]
        table[channels + channel] = Float(weight * deviation)
        table[2 * channels + channel] = Float(-weight * deviation * slope)
        table[3 * channels + channel] = Float(-weight * deviation * gradientSums[channel] / rows)
        if let scale { store.gradient(scale)[channel] += Float(productSums[channel] * deviation) }
        if let shift { store.gradient(shift)[channel] += Float(gradientSums[channel]) }
      }
    }
    return OutputGradient(gradient.pointer, output: input.pointer, coefficients: coefficients.pointer)
  }

  private func addUp(_ blocks: RowBlocks, view: Int) {
    let (channels, partial) = (channels, partial)
    gradientSums.withUnsafeMutableBufferPointer { gradients in
      productSums.withUnsafeMutableBufferPointer { products in
        gradients.update(repeating: 0)
        products.update(repeating: 0)
        for index in blocks.indices(ofGroup: view) {
          let sums = partial.pointer + index * channels * 2
          for channel in 0..<channels {
            gradients[channel] += Double(sums[channel])
            products[channel] += Double(sums[channels + channel])
          }
        }
      }
    }
  }

  private func affine(_ channel: Int) -> (weight: Float, bias: Float) {
    (scale.map { store.value($0)[channel] } ?? 1, shift.map { store.value($0)[channel] } ?? 0)
  }

  private func updateRunning(rows: Int) {
    let unbiased = Double(rows) / Double(max(rows - 1, 1))
    let (means, variances) = (store.statistic(runningMean), store.statistic(runningVariance))
    for channel in 0..<channels {
      means[channel] = Float((1 - Self.momentum) * Double(means[channel]) + Self.momentum * moments.mean[channel])
      variances[channel] = Float(
        (1 - Self.momentum) * Double(variances[channel]) + Self.momentum * moments.variance[channel] * unbiased)
    }
  }
}

extension BatchNormalisation {
  /// Statistics and normalisation of rows that lie there, each a sample.
  func forward(_ input: FloatBuffer, rectifies: Bool, _ pass: Pass) -> FloatBuffer {
    let blocks = sampleBlocks(pass)
    if let collect = statistics(of: input, blocks, pass) {
      collect.run(blocks, threads: pass.threads)
    }
    finishStatistics(blocks, pass)
    return normalise(input, rectifies: rectifies, blocks, pass)
  }

  /// Turns ∂loss/∂output, of `forward`, into ∂loss/∂input in place.
  func backward(_ gradient: FloatBuffer, input: FloatBuffer, rectifies: Bool, _ pass: Pass) {
    let blocks = sampleBlocks(pass)
    let collect = gradientSums(of: gradient, mask: rectifies ? .output(output) : .none, input: input, blocks)
    collect.run(blocks, threads: pass.threads)
    let inputGradient = finishBackward(gradient, input: input, blocks, pass)
    inputGradient.write(blocks, channels: channels, to: gradient.pointer, threads: pass.threads)
  }

  private func sampleBlocks(_ pass: Pass) -> RowBlocks {
    RowBlocks(height: 1, width: 1, channels: channels, images: pass.images, groups: pass.views)
  }
}
