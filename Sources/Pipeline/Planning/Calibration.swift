import Foundation

/// Rates of work that were measured on a machine, before anything was run there.
public struct Calibration: Codable, Sendable, Hashable {
  public struct Rate: Codable, Sendable, Hashable {
    /// As `Work.kind` has it.
    public let kind: String
    /// Operations a second of one node, as many running beside it as would.
    public let flopsPerSecond: Double
    /// Seconds since 1970.
    public let measured: Double

    public init(kind: String, flopsPerSecond: Double, measured: Double) {
      self.kind = kind
      self.flopsPerSecond = flopsPerSecond
      self.measured = measured
    }
  }

  /// What the program says of the machine; a cache that was moved to another one has to be measured again.
  public let machine: [String: String]
  public let host: String
  public private(set) var rates: [Rate]

  public init(machine: [String: String]) {
    self.machine = machine
    host = Host.name
    rates = []
  }

  public mutating func add(_ rate: Rate) {
    rates.removeAll { $0.kind == rate.kind }
    rates.append(rate)
  }

  public func rate(of kind: String) -> Rate? { rates.first { $0.kind == kind } }

  /// What was measured for a cache on this machine; nothing where that is not there or was another machine.
  public static func load(_ folder: CacheFolder, machine: [String: String]) -> Calibration {
    let empty = Calibration(machine: machine)
    guard let data = try? LocalFileSystem().read(folder.calibration),
      let known = try? JobFormat.decode(Calibration.self, from: data), known.machine == machine,
      known.host == empty.host
    else { return empty }
    return known
  }

  /// - Throws: `FileError` where the cache cannot be written.
  public func save(to folder: CacheFolder) throws {
    let files = LocalFileSystem()
    try files.createFolder(folder.path)
    try files.writeWhole(JobFormat.encode(self), to: folder.calibration)
  }
}
