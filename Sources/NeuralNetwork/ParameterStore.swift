import Numerics

/// All tensors of a model, its parameters and its batch norms' running statistics, each kind in one block of memory.
///
/// One block makes the optimiser a loop, the gradient norm a sum and the resume state a copy. Layers declare their
/// tensors when the model is built and keep the `Slot`.
final class ParameterStore {
  /// Where a tensor lies: its offset in the block of its kind, and its size.
  struct Slot: Equatable {
    let offset: Int
    let count: Int
  }

  enum Kind: Equatable {
    /// Trained with the encoder's learning rate.
    case encoder
    /// Trained with the predictor's learning rate.
    case predictor
    /// A running statistic: no gradient.
    case statistic
  }

  struct Tensor {
    /// As PyTorch's `state_dict` names it.
    let name: String
    /// PyTorch's shape: `out × in` of a linear layer, OIHW of a convolution.
    let shape: [Int]
    let kind: Kind
    let slot: Slot

    /// Convolutions are HWIO in memory and OIHW in files.
    var isConvolution: Bool { shape.count == 4 }
  }

  private(set) var tensors: [Tensor] = []
  private(set) var parameterCount = 0
  private(set) var statisticCount = 0
  let values = FloatBuffer()
  let gradients = FloatBuffer()
  let statistics = FloatBuffer()

  /// Declares a tensor. All of them are declared before the first is read: memory moves as the blocks grow.
  func declare(_ name: String, shape: [Int], kind: Kind = .encoder) -> Slot {
    let count = shape.reduce(1, *)
    let slot = Slot(offset: kind == .statistic ? statisticCount : parameterCount, count: count)
    if kind == .statistic { statisticCount += count } else { parameterCount += count }
    tensors.append(Tensor(name: name, shape: shape, kind: kind, slot: slot))
    return slot
  }

  /// Allocates the blocks, zeros, once all tensors are declared.
  func allocate(gradients needsGradients: Bool) {
    values.reserve(parameterCount)
    statistics.reserve(statisticCount)
    if needsGradients { gradients.reserve(parameterCount) }
  }

  func value(_ slot: Slot) -> UnsafeMutablePointer<Float> { values.pointer + slot.offset }
  func gradient(_ slot: Slot) -> UnsafeMutablePointer<Float> { gradients.pointer + slot.offset }
  func statistic(_ slot: Slot) -> UnsafeMutablePointer<Float> { statistics.pointer + slot.offset }

  /// The first parameter or statistic that is NaN or infinite.
  func firstNotFinite() -> String? {
    tensors.first {
      !Elementwise.isFinite($0.kind == .statistic ? statistic($0.slot) : value($0.slot), count: $0.slot.count)
    }?.name
  }

  /// The numbers of `tensor` in PyTorch's order.
  func export(_ tensor: Tensor) -> [Float] {
    let source = (tensor.kind == .statistic ? statistics : values).pointer + tensor.slot.offset
    let memory = Array(UnsafeBufferPointer(start: source, count: tensor.slot.count))
    guard tensor.isConvolution else { return memory }
    return Self.permuted(memory, shape: tensor.shape, toMemory: false)
  }

  /// Sets `tensor` to `numbers` in PyTorch's order.
  func load(_ numbers: [Float], into tensor: Tensor) {
    precondition(numbers.count == tensor.slot.count)
    let memory = tensor.isConvolution ? Self.permuted(numbers, shape: tensor.shape, toMemory: true) : numbers
    let target = (tensor.kind == .statistic ? statistics : values).pointer + tensor.slot.offset
    for (index, number) in memory.enumerated() { target[index] = number }
  }

  /// OIHW to HWIO (`toMemory`) or back; `shape` is O, I, H, W.
  private static func permuted(_ numbers: [Float], shape: [Int], toMemory: Bool) -> [Float] {
    let (outputs, inputs, area) = (shape[0], shape[1], shape[2] * shape[3])
    var result = [Float](repeating: 0, count: numbers.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for position in 0..<area {
          let file = (output * inputs + input) * area + position
          let memory = (position * inputs + input) * outputs + output
          if toMemory { result[memory] = numbers[file] } else { result[file] = numbers[memory] }
        }
      }
    }
    return result
  }
}
