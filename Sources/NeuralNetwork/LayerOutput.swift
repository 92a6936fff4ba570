import Numerics

/// What a layer puts out, for the search for the first one whose numbers are not finite.
struct LayerOutput {
  let name: String
  let isFinite: () -> Bool

  init(_ name: String, _ buffer: FloatBuffer, _ count: Int) {
    self.name = name
    isFinite = { Elementwise.isFinite(buffer.pointer, count: min(count, buffer.capacity)) }
  }

  /// A normalisation whose output is not kept: its factors and constants.
  init(_ normalisation: BatchNormalisation) {
    name = normalisation.name
    isFinite = { normalisation.isFinite }
  }
}
