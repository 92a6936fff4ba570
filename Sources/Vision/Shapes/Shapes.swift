import Numerics

/// A generated image dataset: textured objects on a plain ground, 32 × 32 RGB, up to 200 latent classes.
///
/// A class is a silhouette with a texture. Everything else of an image is drawn at random: place, size, a small
/// rotation, where the pattern begins, tones, colours, light, noise (see `ShapesNuisances`). So classes lie far from
/// pixels, while two random crops of one image share what makes the class. Any image is a function of (seed, split,
/// index, number of classes) alone.
public struct Shapes: Sendable, Equatable {
  public enum Split: UInt32, Sendable, CaseIterable {
    case train = 0
    case test = 1
  }

  /// Rows and columns of an image.
  public static let side = 32
  public static let channels = 3
  public static let maximumClassCount = Silhouette.allCases.count * Texture.allCases.count

  public let classCount: Int
  public let seed: UInt64
  var nuisances = ShapesNuisances.standard

  /// - Parameter classCount: 1 to ``maximumClassCount``; the classes of a smaller number are the first of a larger.
  /// - Throws: `ShapesError` if the number of classes is out of range.
  public init(classCount: Int = 100, seed: UInt64 = 0) throws(ShapesError) {
    guard (1...Self.maximumClassCount).contains(classCount) else { throw ShapesError(classCount: classCount) }
    self.classCount = classCount
    self.seed = seed
  }

  /// The name of each class, such as "stripes disc".
  public var classNames: [String] {
    (0..<classCount).map { label in
      let (silhouette, texture) = Self.appearance(ofClass: label)
      return "\(texture) \(silhouette)"
    }
  }

  /// The class of image `index`. Each run of `classCount` images, from index 0, holds every class once.
  public func label(split: Split, index: Int) -> Int {
    var stream = RandomStream(
      seed: seed, purpose: RandomPurpose.shapesLabels, UInt32(index / classCount), split.rawValue)
    return stream.permutation(classCount)[index % classCount]
  }

  /// The pixels of image `index`: 32 × 32 × 3 bytes.
  public func image(split: Split, index: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.side * Self.side * Self.channels) { buffer, count in
      paint(split: split, index: index, into: buffer)
      count = buffer.count
    }
  }

  /// Images 0..<`count` of a split with their labels.
  public func dataset(split: Split, count: Int, threads: Int = 1) -> ImageDataset {
    let size = Self.side * Self.side * Self.channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, initialised in
      let images = DisjointBuffer(buffer)
      parallelFor(count, threads: threads) { index in
        paint(split: split, index: index, into: images.part(from: index * size, count: size))
      }
      initialised = count * size
    }
    let labels = (0..<count).map { UInt16(label(split: split, index: $0)) }
    return ImageDataset(
      height: Self.side, width: Self.side, channels: Self.channels, pixels: pixels,
      labelSets: [LabelSet(name: "class", classNames: classNames, labels: labels)])
  }

  /// Crossing the two lists diagonally: any ten classes in a row differ in both silhouette and texture.
  static func appearance(ofClass label: Int) -> (Silhouette, Texture) {
    let textures = Texture.allCases
    let (round, place) = label.quotientAndRemainder(dividingBy: textures.count)
    let hundred = round / textures.count
    return (
      Silhouette.allCases[place + textures.count * hundred], textures[(place + round) % textures.count]
    )
  }

  private func paint(split: Split, index: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) {
    let (silhouette, texture) = Self.appearance(ofClass: label(split: split, index: index))
    var stream = RandomStream(seed: seed, purpose: RandomPurpose.shapesScene, UInt32(index), split.rawValue)
    let scene = ShapesScene(&stream, texture: texture, nuisances: nuisances)
    ShapesPainter.paint(scene, silhouette: silhouette, texture: texture, noise: &stream, into: pixels)
  }
}
