import Numerics

/// Backbone, head and, for training, objective, on one store of parameters.
final class Model {
  let configuration: EncoderConfiguration
  let store = ParameterStore()
  private let backbone: ResNet18
  private let projector: Projector
  private let objective: (any Objective)?
  private let outputGradient = FloatBuffer()
  private let featureGradient = FloatBuffer()
  /// Scratch memory of all passes.
  let workspace = Workspace()

  /// What random numbers are for, so that no two uses share a stream.
  enum RandomPurpose {
    static let initialisation: UInt32 = 0x4E4E_0001
    static let order: UInt32 = 0x4E4E_0002
  }

  /// - Parameters:
  ///   - method: the objective to train with; without one the model only runs forward.
  ///   - allocates: false for a model that is only asked for its tensors and sizes.
  init(_ configuration: EncoderConfiguration, method: Method? = nil, allocates: Bool = true) {
    self.configuration = configuration
    backbone = ResNet18(
      width: configuration.width, inputChannels: configuration.inputChannels, side: configuration.side, store: store)
    projector = Projector(configuration, store: store)
    objective = method?.objective(dimension: configuration.outputDimension, store: store)
    if allocates { store.allocate(gradients: method != nil) }
  }

  /// Backbone, head and predictor have streams of their own: the backbone starts alike for all heads and methods.
  func initialise(seed: UInt64) {
    var streams = (0..<3 as Range<UInt32>).map {
      RandomStream(seed: seed, purpose: RandomPurpose.initialisation, $0)
    }
    backbone.initialise(&streams[0])
    projector.initialise(&streams[1])
    objective?.initialise(&streams[2])
  }

  /// - Parameter images: pass.images × side × side × inputChannels.
  /// - Returns: h, images × backboneDimension, and z, images × outputDimension; valid until the next call.
  func forward(_ images: FloatBuffer, _ pass: Pass) -> (features: FloatBuffer, outputs: FloatBuffer) {
    let features = backbone.forward(images, pass)
    return (features, projector.forward(features, pass))
  }

  /// The loss of two views, with the gradients of all parameters left in the store, and z.
  func lossAndGradients(_ images: FloatBuffer, _ pass: Pass) -> (loss: Double, outputs: FloatBuffer) {
    guard let objective else { preconditionFailure("a model without objective has no loss") }
    let outputs = forward(images, pass).outputs
    outputGradient.reserve(pass.images * configuration.outputDimension)
    let loss = objective.evaluate(outputs, gradient: outputGradient, pass)
    projector.backward(outputGradient, inputGradient: featureGradient, pass)
    backbone.backward(featureGradient, pass)
    return (loss, outputs)
  }

  /// The first layer whose output, else the first tensor whose gradient, is not finite after a step on `images`.
  func firstNotFinite(images: Int) -> String {
    for layer in backbone.outputs(images) + projector.outputs(images) where !layer.isFinite() { return layer.name }
    for tensor in store.tensors.reversed() where tensor.kind != .statistic {
      if !Elementwise.isFinite(store.gradient(tensor.slot), count: tensor.slot.count) {
        return "the gradient of \(tensor.name)"
      }
    }
    return "the loss"
  }

  /// Multiplications and additions of one image's forward pass.
  var multiplyAdds: Int { backbone.multiplyAdds + projector.multiplyAdds }
}

extension EncoderConfiguration {
  /// Multiplications and additions of one image's forward pass, padding counted in. Training takes about six times as
  /// many a pair of views.
  public var multiplyAdds: Int { Model(self, allocates: false).multiplyAdds }

  /// Bytes of the numbers of a checkpoint: weights and running statistics.
  public var checkpointBytes: Int {
    let store = Model(self, allocates: false).store
    return 4 * (store.parameterCount + store.statisticCount)
  }
}
