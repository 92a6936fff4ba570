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

  /// −1 where the image is mirrored, else 1.
  let mirror: Float
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
  /// Luminances, 0...1, at least 0.22 apart.
  let lightTone: Float
  let darkTone: Float
  let backgroundTone: Float
  let objectTint: Tint
  let backgroundTint: Tint
  let strokes: [Stroke]
  let lightX: Float
  let lightY: Float
  let gain: Float
  let noise: Float

  init(_ stream: inout RandomStream, texture: Texture, nuisances: ShapesNuisances) {
    func within(_ range: ClosedRange<Float>, _ stream: inout RandomStream) -> Float {
      stream.uniform(range.lowerBound, range.upperBound)
    }
    centreX = stream.uniform(-nuisances.shift, nuisances.shift)
    centreY = stream.uniform(-nuisances.shift, nuisances.shift)
    radius = within(nuisances.radius, &stream)
    (cosine, sine) = Self.direction(stream.uniform(-nuisances.rotation, nuisances.rotation))
    (textureCosine, textureSine) = Self.direction(stream.uniform(-nuisances.rotation, nuisances.rotation))
    textureScale = 1 / within(nuisances.textureScale, &stream)
    // Patterns with a middle keep it on the object; the others begin anywhere.
    let phase: Float = texture == .rings || texture == .gradient ? 4 : 50
    phaseU = stream.uniform(-phase, phase)
    phaseV = stream.uniform(-phase, phase)
    textureKey = stream.nextWord()

    var levels = [stream.uniform(0.42, 0.58), stream.uniform(0.8, 0.92), stream.uniform(0.08, 0.2)]
    if nuisances.mixesTones { levels = stream.permutation(3).map { [levels] in levels[$0] } }
    (backgroundTone, lightTone, darkTone) = (levels[0], levels[1], levels[2])
    objectTint = Tint(&stream, strength: nuisances.tint)
    backgroundTint = Tint(&stream, strength: nuisances.tint)
    strokes = (0..<stream.integer(below: nuisances.strokes + 1)).map { _ in
      Self.stroke(&stream, tone: nuisances.strokeTone)
    }
    let (lightX, lightY) = Self.direction(stream.uniform(0, 2 * Float.pi))
    let light = stream.uniform(0, nuisances.light)
    self.lightX = lightX * light
    self.lightY = lightY * light
    gain = within(nuisances.gain, &stream)
    noise = within(nuisances.noise, &stream)
    mirror = nuisances.mirrors && stream.integer(below: 2) == 0 ? -1 : 1
  }

  private static func stroke(_ stream: inout RandomStream, tone: Float) -> Stroke {
    let (alongX, alongY) = direction(stream.uniform(0, 2 * Float.pi))
    let length = stream.uniform(0, 12)
    let sign: Float = stream.integer(below: 2) == 0 ? -1 : 1
    return Stroke(
      x: stream.uniform(-16, 16), y: stream.uniform(-16, 16), alongX: alongX * length, alongY: alongY * length,
      radius: stream.uniform(1, 3), tone: sign * tone * stream.uniform(0.4, 1))
  }

  /// Cosine and sine, computed in double precision and rounded, so that libraries which differ in the last bit of a
  /// double still agree.
  private static func direction(_ angle: Float) -> (Float, Float) {
    (Float(cos(Double(angle))), Float(sin(Double(angle))))
  }
}
