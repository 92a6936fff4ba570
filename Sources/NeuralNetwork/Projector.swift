import Numerics

/// The head h ↦ z: linear maps with batch norm and ReLU between them, and a batch norm without weight and bias at the
/// end where the configuration asks for one.
///
/// Tensors are named `projector.weight` where there is one map, and as in a `torch.nn.Sequential` (`projector.0.weight`,
/// `projector.1.bias`, `projector.3.weight`, …) where there are more; the last batch norm is `output_norm`.
final class Projector {
  private let maps: [LinearLayer]
  private let normalisations: [BatchNormalisation]
  private let outputNormalisation: BatchNormalisation?
  private let pool = BufferPool()
  private var input: FloatBuffer?

  init(_ configuration: EncoderConfiguration, store: ParameterStore) {
    var maps: [LinearLayer] = []
    var normalisations: [BatchNormalisation] = []
    switch configuration.head {
    case .linear:
      maps = [
        LinearLayer(
          "projector", inputs: configuration.backboneDimension, outputs: configuration.outputDimension, store: store)
      ]
    case .mlp(let hidden, let layers):
      for layer in 0..<layers {
        let isLast = layer == layers - 1
        maps.append(
          LinearLayer(
            "projector.\(3 * layer)", inputs: layer == 0 ? configuration.backboneDimension : hidden,
            outputs: isLast ? configuration.outputDimension : hidden, store: store))
        if !isLast {
          normalisations.append(
            BatchNormalisation("projector.\(3 * layer + 1)", channels: hidden, store: store))
        }
      }
    }
    self.maps = maps
    self.normalisations = normalisations
    outputNormalisation =
      configuration.outputNormalisation
      ? BatchNormalisation(
        "output_norm", channels: configuration.outputDimension, affine: false, store: store) : nil
  }

  func initialise(_ stream: inout RandomStream) {
    for map in maps { map.initialise(&stream) }
    for normalisation in normalisations { normalisation.initialise() }
    outputNormalisation?.initialise()
  }

  /// - Parameter input: images × backboneDimension.
  /// - Returns: images × outputDimension, valid until the next call.
  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    self.input = input
    var current = input
    for (index, map) in maps.enumerated() {
      current = map.forward(current, pass)
      if index < normalisations.count { current = normalisations[index].forward(current, rectifies: true, pass) }
    }
    return outputNormalisation?.forward(current, rectifies: false, pass) ?? current
  }

  /// Sets the gradients of the parameters, and `inputGradient`. `gradient` is written over.
  func backward(_ gradient: FloatBuffer, inputGradient: FloatBuffer, _ pass: Pass) {
    guard let input, let last = maps.last else { preconditionFailure("backward before forward") }
    outputNormalisation?.backward(gradient, input: last.output, rectifies: false, pass)
    var current = gradient
    for index in maps.indices.reversed() {
      let isFirst = index == 0
      let next = isFirst ? inputGradient : pool.take(pass.images * maps[index].inputs)
      maps[index].backward(
        current, input: isFirst ? input : normalisations[index - 1].output, inputGradient: next, pass)
      if current !== gradient { pool.give(current) }
      if !isFirst {
        normalisations[index - 1].backward(next, input: maps[index - 1].output, rectifies: true, pass)
      }
      current = next
    }
  }

  /// The layers in the order in which they run, with what they put out.
  func outputs(_ images: Int) -> [LayerOutput] {
    var list: [LayerOutput] = []
    for (index, map) in maps.enumerated() {
      list.append(LayerOutput(map.name, map.output, images * map.outputs))
      if index < normalisations.count {
        list.append(LayerOutput(normalisations[index].name, normalisations[index].output, images * map.outputs))
      }
    }
    if let outputNormalisation {
      list.append(
        LayerOutput(outputNormalisation.name, outputNormalisation.output, images * outputNormalisation.channels))
    }
    return list
  }

  /// Multiplications and additions of one image's forward pass.
  var multiplyAdds: Int { maps.reduce(0) { $0 + $1.inputs * $1.outputs } }
}
