import Numerics

/// The mean over all pixels: images × pixels × channels to images × channels.
final class GlobalAveragePool {
  let pixels: Int
  let channels: Int
  let output = FloatBuffer()

  init(pixels: Int, channels: Int) {
    self.pixels = pixels
    self.channels = channels
  }

  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    output.reserve(pass.images * channels)
    let (pixels, channels, target) = (pixels, channels, output)
    parallelFor(pass.images, threads: pass.threads) { image in
      let (x, y) = (input.pointer + image * pixels * channels, target.pointer + image * channels)
      y.update(repeating: 0, count: channels)
      for pixel in 0..<pixels {
        for channel in 0..<channels { y[channel] += x[pixel * channels + channel] }
      }
      for channel in 0..<channels { y[channel] /= Float(pixels) }
    }
    return output
  }

  func backward(_ gradient: FloatBuffer, inputGradient: FloatBuffer, _ pass: Pass) {
    inputGradient.reserve(pass.images * pixels * channels)
    let (pixels, channels) = (pixels, channels)
    parallelFor(pass.images, threads: pass.threads) { image in
      let (g, x) = (gradient.pointer + image * channels, inputGradient.pointer + image * pixels * channels)
      for pixel in 0..<pixels {
        for channel in 0..<channels { x[pixel * channels + channel] = g[channel] / Float(pixels) }
      }
    }
  }
}
