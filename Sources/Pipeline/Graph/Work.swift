/// How much a node has to do, as far as that can be told beforehand. Not part of the key.
public struct Work: Hashable, Sendable, Codable {
  /// Floating point operations; a multiplication and an addition are two.
  public var flops: Double
  /// Bytes of the outputs.
  public var outputBytes: Double
  /// Nodes of one kind run at one rate, such as "training of width 8 on 16 × 16 × 1". Nil where no rate makes sense: the time
  /// is then the node's hint.
  public var kind: String?

  public init(flops: Double = 0, outputBytes: Double = 0, kind: String? = nil) {
    self.flops = flops
    self.outputBytes = outputBytes
    self.kind = kind
  }
}
