/// How widely images of one class differ: every spread that is not part of a class.
///
/// Other values give harder or easier variants. The standard ones were chosen by trial: within some tens of thousands
/// of pairs of 16 × 16 views an encoder of width 8 learns what untrained features and raw pixels do not tell. With any
/// rotation, tones in any order and strokes in the background it learns next to nothing in that time.
struct ShapesNuisances: Sendable, Equatable {
  /// The object turns by up to this, either way, and its texture by as much independently; radians.
  var rotation: Float = 0.2
  /// The object's middle lies within this of the image's along each axis; pixels.
  var shift: Float = 4.5
  /// The silhouette's unit; pixels.
  var radius: ClosedRange<Float> = 10.5...14
  /// A texture's magnification.
  var textureScale: ClosedRange<Float> = 0.9...1.2
  /// Whether half of the images are mirrored, left to right, as a random flip does: no class is another's mirror image.
  var mirrors = true
  /// Whether background, light and dark tones change places; otherwise the background is the middle one.
  var mixesTones = false
  /// Strength of the colours.
  var tint: Float = 0.1
  /// The greatest number of strokes in the background, each up to `strokeTone` lighter or darker than it.
  var strokes = 0
  var strokeTone: Float = 0.16
  /// The light's greatest slope from the middle to the edge. This and the gain are small since two views share an
  /// image's brightness, and SimSiam, given the chance, agrees on that and on nothing else.
  var light: Float = 0.05
  /// What all values are multiplied by.
  var gain: ClosedRange<Float> = 0.95...1
  /// The noise's standard deviation.
  var noise: ClosedRange<Float> = 0.02...0.05

  static let standard = ShapesNuisances()
}
