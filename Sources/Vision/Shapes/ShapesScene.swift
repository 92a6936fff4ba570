import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// All that distinguishes one generated image from another of its class: placement, tones, colours, clutter and light.
///
/// Coordinates are pixels from the middle of the image.
struct ShapesScene: Sendable {
  /// A soft-edged stroke of the background: the points within `radius` of a segment.
  struct Stroke: Sendable {
    var x: Float
    var y: Float
    var alongX: Float
    var alongY: Float
    var radius: Float
    var tone: Float
  }

  /// A colour without luminance at each corner of the image, blended in between. One hue for a whole object would be
  /// the easiest thing for two views to agree on; a hue that changes over the image is not.
  struct Tint: Sendable {
    var corners: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

    init(_ stream: inout RandomStream, strength: Float) {
      func corner(_ stream: inout RandomStream) -> SIMD4<Float> {
        let angle = Double(stream.uniform(0, 2 * Float.pi))
        let amount = strength * stream.uniform(0.4, 1)
        let red = Float(cos(angle))
        let green = Float(cos(angle - 2 * Double.pi / 3))
        let blue = Float(cos(angle + 2 * Double.pi / 3))
        let luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        return SIMD4(red - luminance, green - luminance, blue - luminance, 0) * amount
      }
      corners = (corner(&stream), corner(&stream), corner(&stream), corner(&stream))
    }

    /// The colour at (x, y), both 0...1.
    @inline(__always)
    func at(_ x: Float, _ y: Float) -> SIMD4<Float> {
      (corners.0 * (1 - x) + corners.1 * x) * (1 - y) + (corners.2 * (1 - x) + corners.3 * x) * y
    }
  }

  let centreX: Float
  let centreY: Float
  /// Pixels per unit of the silhouette.
  let radius: Float
  let cosine: Float
  let sine: Float
  let textureCosine: Float
  let textureSine: Float
  /// Pattern units per pixel.
  let textureScale: Float
  let phaseU: Float
  let phaseV: Float
  let textureKey: UInt32
  /// Luminances, 0...1, at least 0.2 apart.
  let lightTone: Float
  let darkTone: Float
  let backgroundTone: Float
  let objectTint: Tint
  let backgroundTint: Tint
  let strokes: [Stroke]
  let lightX: Float
  let lightY: Float
  let noise: Float

  init(_ stream: inout RandomStream, texture: Texture) {
    func direction(_ stream: inout RandomStream) -> (Float, Float) {
      let angle = Double(stream.uniform(0, 2 * Float.pi))
      return (Float(cos(angle)), Float(sin(angle)))
    }
    centreX = stream.uniform(-3, 3)
    centreY = stream.uniform(-3, 3)
    radius = stream.uniform(11.5, 15.5)
    (cosine, sine) = direction(&stream)
    (textureCosine, textureSine) = direction(&stream)
    textureScale = 1 / stream.uniform(0.9, 1.2)
    let isCentred = texture == .rings || texture == .gradient
    let phase: Float = isCentred ? 4 : 50
    phaseU = stream.uniform(-phase, phase)
    phaseV = stream.uniform(-phase, phase)
    textureKey = stream.nextWord()

    // Three levels, at least 0.22 apart, dealt at random to the background and the two tones.
    let low = stream.uniform(0.08, 0.2)
    let high = stream.uniform(0.8, 0.92)
    let middle = stream.uniform(0.42, 0.58)
    let levels = [low, middle, high]
    let order = stream.permutation(3)
    backgroundTone = levels[order[0]]
    lightTone = levels[order[1]]
    darkTone = levels[order[2]]
    objectTint = Tint(&stream, strength: 0.3)
    backgroundTint = Tint(&stream, strength: 0.3)

    var strokes: [Stroke] = []
    for _ in 0..<(2 + stream.integer(below: 4)) {
      let (alongX, alongY) = direction(&stream)
      let length = stream.uniform(0, 12)
      let sign: Float = stream.integer(below: 2) == 0 ? -1 : 1
      strokes.append(
        Stroke(
          x: stream.uniform(-16, 16), y: stream.uniform(-16, 16), alongX: alongX * length, alongY: alongY * length,
          radius: stream.uniform(1, 3), tone: sign * stream.uniform(0.06, 0.16)))
    }
    self.strokes = strokes
    let (lightX, lightY) = direction(&stream)
    let light = stream.uniform(0, 0.2)
    self.lightX = lightX * light
    self.lightY = lightY * light
    noise = stream.uniform(0.02, 0.05)
  }
}
