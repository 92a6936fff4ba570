/// What a convolution does to its input while it reads it: max(0, x · factor + constant), channel by channel.
///
/// It is the normalisation and ReLU before it, which then need no pass over memory of their own. Both tables are
/// groups × channels.
public struct InputActivation: @unchecked Sendable {
  // Unchecked, for the pointers: they are read by kernels on several threads and written by nobody meanwhile.
  let factor: UnsafePointer<Float>
  let constant: UnsafePointer<Float>

  public init(factor: UnsafePointer<Float>, constant: UnsafePointer<Float>) {
    self.factor = factor
    self.constant = constant
  }
}
