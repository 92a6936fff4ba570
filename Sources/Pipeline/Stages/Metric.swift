/// A number a node reports about itself.
public struct Metric: Hashable, Sendable, Codable {
  public let name: String
  /// The epoch, iteration or other index it belongs to.
  public let step: Int?
  public let value: Double
  /// Whether it may differ between runs that give the same artifacts, as times and rates do.
  public let isVolatile: Bool

  public init(name: String, step: Int? = nil, value: Double, isVolatile: Bool = false) {
    self.name = name
    self.step = step
    self.value = value
    self.isVolatile = isVolatile
  }
}

/// How far a running node is.
public struct Progress: Hashable, Sendable, Codable {
  /// Between 0 and 1, where it is known.
  public let fraction: Double?
  public let message: String
  /// A sentence that whoever runs the node should read, in its place.
  public let warning: String?

  public init(fraction: Double? = nil, message: String = "", warning: String? = nil) {
    self.fraction = fraction
    self.message = message
    self.warning = warning
  }
}
