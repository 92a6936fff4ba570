import Numerics

/// SimSiam: −½ E cos(p₁, sg z₂) − ½ E cos(p₂, sg z₁), p = W_p z, sg stopping the gradient.
///
/// Chen, He (CVPR 2021), Equations 1 to 4; norms are held above 10⁻⁸ as in PyTorch's `cosine_similarity`.
final class SimSiamObjective: Objective {
  private let predictor: LinearLayer
  private let startsAsIdentity: Bool
  private let predictionGradient = FloatBuffer()
  private let cosines = DoubleBuffer()

  static let smallestNorm = 1e-8

  init(_ configuration: SimSiamConfiguration, dimension: Int, store: ParameterStore) {
    startsAsIdentity = configuration.predictorStartsAsIdentity
    predictor = LinearLayer("predictor", inputs: dimension, outputs: dimension, store: store, kind: .predictor)
  }

  func initialise(_ stream: inout RandomStream) {
    if startsAsIdentity { predictor.initialiseAsIdentity() } else { predictor.initialise(&stream) }
  }

  func evaluate(_ outputs: FloatBuffer, gradient: FloatBuffer, _ pass: Pass) -> Double {
    let (batch, d) = (pass.imagesPerView, predictor.outputs)
    let predictions = predictor.forward(outputs, pass)
    predictionGradient.reserve(2 * batch * d)
    cosines.reserve(2 * batch)
    let (cosines, predictionGradient) = (cosines, predictionGradient)
    parallelFor(2 * batch, threads: pass.threads) { row in
      // The first view predicts the second and the second the first.
      let target = row < batch ? row + batch : row - batch
      cosines[row] = Self.cosine(
        predictions.pointer + row * d, outputs.pointer + target * d, count: d, weight: -0.5 / Double(batch),
        gradient: predictionGradient.pointer + row * d)
    }
    let sum = (0..<2 * batch).reduce(0) { $0 + cosines[$1] }
    predictor.backward(predictionGradient, input: outputs, inputGradient: gradient, pass)
    return -0.5 * sum / Double(batch)
  }

  /// cos(p, z); `gradient` ← weight · ∂cos/∂p = weight · (z/‖z‖ − cos · p/‖p‖) / ‖p‖.
  private static func cosine(
    _ p: UnsafePointer<Float>, _ z: UnsafePointer<Float>, count: Int, weight: Double,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    var (pp, zz, pz) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let (p, z) = (Double(p[index]), Double(z[index]))
      pp += p * p
      zz += z * z
      pz += p * z
    }
    // Written so that NaN is not held: it must reach the loss.
    let (length, targetLength) = (max(pp.squareRoot(), smallestNorm), max(zz.squareRoot(), smallestNorm))
    let cosine = pz / (length * targetLength)
    let ofTarget = weight / (length * targetLength)
    let ofPrediction = length > smallestNorm ? weight * cosine / (length * length) : 0
    for index in 0..<count {
      gradient[index] = Float(ofTarget * Double(z[index]) - ofPrediction * Double(p[index]))
    }
    return cosine
  }
}
