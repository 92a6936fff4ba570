import Foundation

/// What a checkpoint says of itself beside its tensors, in safetensors' `__metadata__`.
///
/// The tensors are named as in torchvision's `resnet18().state_dict()` (without `fc` and `num_batches_tracked`), then
/// `projector…`, `output_norm…` and, of a SimSiam training, `predictor.weight`.
enum Checkpoint {
  static let format = "repro-encoder-1"

  static func metadata(_ configuration: EncoderConfiguration, epoch: Int) -> [String: String] {
    var metadata = [
      "format": format,
      "epoch": "\(epoch)",
      "width": "\(configuration.width)",
      "input_channels": "\(configuration.inputChannels)",
      "side": "\(configuration.side)",
      "output_dimension": "\(configuration.outputDimension)",
      "output_normalisation": "\(configuration.outputNormalisation)",
    ]
    switch configuration.head {
    case .linear: metadata["head"] = "linear"
    case .mlp(let hidden, let layers):
      metadata["head"] = "mlp"
      metadata["head_hidden"] = "\(hidden)"
      metadata["head_layers"] = "\(layers)"
    }
    return metadata
  }

  /// The inverse of `metadata`.
  static func configuration(
    _ metadata: [String: String], source: String
  ) throws(SafetensorsError) -> (encoder: EncoderConfiguration, epoch: Int) {
    func fail(_ reason: String) -> SafetensorsError { SafetensorsError(source: source, reason: reason) }
    func integer(_ key: String) throws(SafetensorsError) -> Int {
      guard let text = metadata[key] else { throw fail("its metadata lacks \(key)") }
      guard let value = Int(text) else { throw fail("its metadata gives \(key) as “\(text)”, which is no integer") }
      return value
    }
    guard metadata["format"] == format else {
      throw fail("its metadata does not give the format as \(format); it is not an encoder of this program")
    }
    let head: EncoderConfiguration.Head
    switch metadata["head"] {
    case "linear": head = .linear
    case "mlp": head = .mlp(hidden: try integer("head_hidden"), layers: try integer("head_layers"))
    default: throw fail("its metadata gives neither “linear” nor “mlp” as head")
    }
    guard let normalisation = metadata["output_normalisation"].flatMap(Bool.init) else {
      throw fail("its metadata gives output_normalisation as neither true nor false")
    }
    let encoder = EncoderConfiguration(
      width: try integer("width"), inputChannels: try integer("input_channels"), side: try integer("side"),
      outputDimension: try integer("output_dimension"), head: head, outputNormalisation: normalisation)
    do { try encoder.validate() } catch { throw fail("its metadata is impossible: \(error)") }
    return (encoder, try integer("epoch"))
  }
}

extension ParameterStore {
  /// All tensors in PyTorch's shapes.
  func exported() -> [Safetensors.Tensor] {
    tensors.map { Safetensors.Tensor(name: $0.name, shape: $0.shape, values: export($0)) }
  }

  /// Checks that `file` has all tensors in their shapes; it may have more.
  func check(_ file: Safetensors, source: String) throws(SafetensorsError) {
    for tensor in tensors {
      let shape = try file.values(tensor.name, source: source).shape
      guard shape == tensor.shape else {
        throw SafetensorsError(
          source: source, reason: "tensor \(tensor.name) has the shape \(shape), where \(tensor.shape) was expected")
      }
    }
  }

  /// Sets all tensors from a file that `check` let pass.
  func load(_ file: Safetensors) {
    for tensor in tensors {
      guard let values = try? file.values(tensor.name).values else { preconditionFailure("an unchecked file") }
      load(values, into: tensor)
    }
  }
}
