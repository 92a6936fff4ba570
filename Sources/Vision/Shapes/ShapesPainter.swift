import Numerics

/// Paints one scene into 32 × 32 × 3 bytes.
enum ShapesPainter {
  static let side = 32

  static func paint(
    _ scene: ShapesScene, silhouette: Silhouette, texture: Texture, noise stream: inout RandomStream,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let half = Float(side) / 2
    for row in 0..<side {
      for column in 0..<side {
        let x = scene.mirror * (Float(column) + 0.5 - half)
        let y = Float(row) + 0.5 - half
        let (coverage, tone) = object(scene, silhouette, texture, x, y)
        let (across, down) = (Float(column) / Float(side - 1), Float(row) / Float(side - 1))
        var colour = SIMD4<Float>(repeating: tone) + coverage * scene.objectTint.at(across, down)
        if coverage < 1 {
          let background = SIMD4(repeating: backgroundTone(scene, x, y)) + scene.backgroundTint.at(across, down)
          colour += (1 - coverage) * background
        }
        colour *= scene.gain * (1 + (scene.lightX * x + scene.lightY * y) / half)
        colour += scene.noise * grain(&stream)
        let at = (row * side + column) * 3
        for channel in 0..<3 { pixels[at + channel] = UInt8(min(max(colour[channel], 0), 1) * 255 + 0.5) }
      }
    }
  }

  /// The share of the pixel at (x, y) that the object covers and the object's luminance times that share, from four
  /// samples with edges one sample wide.
  @inline(__always)
  private static func object(
    _ scene: ShapesScene, _ silhouette: Silhouette, _ texture: Texture, _ x: Float, _ y: Float
  ) -> (coverage: Float, tone: Float) {
    var coverage: Float = 0
    var tone: Float = 0
    for sample in 0..<4 {
      let dx = x - scene.centreX + (sample & 1 == 0 ? -0.25 : 0.25)
      let dy = y - scene.centreY + (sample < 2 ? -0.25 : 0.25)
      let objectX = (scene.cosine * dx + scene.sine * dy) / scene.radius
      let objectY = (scene.cosine * dy - scene.sine * dx) / scene.radius
      let inside = edge(-silhouette.distance(objectX, objectY) * scene.radius)
      guard inside > 0 else { continue }
      let u = (scene.textureCosine * dx + scene.textureSine * dy) * scene.textureScale + scene.phaseU
      let v = (scene.textureCosine * dy - scene.textureSine * dx) * scene.textureScale + scene.phaseV
      let lit = edge(texture.height(u, v, key: scene.textureKey))
      coverage += inside
      tone += inside * (scene.darkTone + (scene.lightTone - scene.darkTone) * lit)
    }
    return (coverage * 0.25, tone * 0.25)
  }

  @inline(__always)
  private static func backgroundTone(_ scene: ShapesScene, _ x: Float, _ y: Float) -> Float {
    var tone = scene.backgroundTone
    for stroke in scene.strokes {
      let (dx, dy) = (x - stroke.x, y - stroke.y)
      let squared = stroke.alongX * stroke.alongX + stroke.alongY * stroke.alongY
      let along = min(max((dx * stroke.alongX + dy * stroke.alongY) / (squared + 1e-6), 0), 1)
      let (awayX, awayY) = (dx - along * stroke.alongX, dy - along * stroke.alongY)
      tone += stroke.tone * edge(stroke.radius - (awayX * awayX + awayY * awayY).squareRoot())
    }
    return tone
  }

  /// From 0 to 1 as `distance`, in pixels, goes from −0.5 to 0.5.
  @inline(__always)
  private static func edge(_ distance: Float) -> Float {
    min(max(distance + 0.5, 0), 1)
  }

  /// Three numbers of mean 0 and variance 1 (the sum of four uniform bytes, scaled).
  @inline(__always)
  private static func grain(_ stream: inout RandomStream) -> SIMD4<Float> {
    func one(_ word: UInt32) -> Float {
      let sum = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + word >> 24
      return (Float(sum) - 510) * (1 / 147.8)
    }
    return SIMD4(one(stream.nextWord()), one(stream.nextWord()), one(stream.nextWord()), 0)
  }
}
