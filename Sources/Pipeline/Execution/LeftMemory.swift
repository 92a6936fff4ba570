/// Keeps values until the process ends: see `RunOptions.leavesMemory`.
enum LeftMemory {
  private final class Box {
    let value: Any
    init(_ value: Any) { self.value = value }
  }

  static func leave(_ value: Any) {
    _ = Unmanaged.passRetained(Box(value))
  }
}
