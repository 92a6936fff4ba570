import Numerics

/// Fixed images for evaluation: some images of a dataset as they are, and `viewCount` random views of each.
///
/// Probes read the plain images, bounds the views. Values are normalised when read, so a bank feeds an encoder as
/// training does. A bank is a function of the dataset, the policy, the seed and the indices.
public struct ViewBank: Sendable, Equatable {
  public enum Storage: String, Codable, Sendable, CaseIterable {
    /// A quarter of the size; each value is rounded to 1/255 before normalisation.
    case bytes
    case floats
  }

  enum Values: Sendable, Equatable {
    case bytes([UInt8])
    case floats([Float])
  }

  public let side: Int
  public let channels: Int
  public let viewCount: Int
  /// The images' indices in their dataset.
  public let indices: [Int]
  /// The images' labels, in the order of `indices`.
  public let labelSets: [LabelSet]
  /// The policy that the views were drawn by; its mean and standard deviation turn stored bytes into values.
  public let policy: AugmentationPolicy
  /// (1 + viewCount) × count × side × side × channels: first the plain images, then view 0 of each, and so on.
  let values: Values

  public var count: Int { indices.count }
  /// Floats of one image: side × side × channels.
  public var viewSize: Int { side * side * channels }
  public var storage: Storage {
    switch values {
    case .bytes: .bytes
    case .floats: .floats
    }
  }

  /// Renders a bank. View v of the bank is view v mod 2 of epoch v / 2 in the augmenter's stream; make the augmenter
  /// with `use: .evaluation`, so that no view is one that training has seen.
  public init(
    augmenter: Augmenter, indices: [Int], viewCount: Int, storage: Storage = .bytes, threads: Int = 1
  ) {
    precondition(viewCount >= 0 && indices.allSatisfy { $0 >= 0 && $0 < augmenter.imageCount })
    let policy = augmenter.policy
    let values: Values
    switch storage {
    case .floats:
      values = .floats(Self.render(augmenter, indices, viewCount, threads) { $0 })
    case .bytes:
      values = .bytes(Self.render(augmenter, indices, viewCount, threads) { policy.quantised($0) })
    }
    let labels = augmenter.dataset.labelSets.map { set in
      LabelSet(name: set.name, classNames: set.classNames, labels: indices.map { set.labels[$0] })
    }
    self.init(
      side: augmenter.side, channels: augmenter.channels, viewCount: viewCount, indices: indices, labelSets: labels,
      policy: policy, values: values)
  }

  /// The plain images and views, stored as `convert` says, chunk by chunk so that a large bank is never there twice.
  private static func render<Element>(
    _ augmenter: Augmenter, _ indices: [Int], _ viewCount: Int, _ threads: Int,
    _ convert: @Sendable ([Float]) -> [Element]
  ) -> [Element] {
    let size = augmenter.viewSize
    let chunk = 64
    let chunkCount = (indices.count + chunk - 1) / chunk
    let total = (1 + viewCount) * indices.count * size
    return [Element](unsafeUninitializedCapacity: total) { buffer, initialised in
      let rendered = DisjointBuffer(buffer)
      parallelFor((1 + viewCount) * chunkCount, threads: threads) { task in
        let (row, part) = task.quotientAndRemainder(dividingBy: chunkCount)
        let range = part * chunk..<min((part + 1) * chunk, indices.count)
        var floats = [Float](repeating: 0, count: range.count * size)
        floats.withUnsafeMutableBufferPointer { target in
          if row == 0 {
            augmenter.plain(indices[range], into: target)
          } else {
            augmenter.fill(indices: indices[range], epoch: (row - 1) / 2, view: (row - 1) % 2, into: target)
          }
        }
        let start = (row * indices.count + range.lowerBound) * size
        _ = rendered.part(from: start, count: range.count * size).initialize(from: convert(floats))
      }
      initialised = total
    }
  }

  init(
    side: Int, channels: Int, viewCount: Int, indices: [Int], labelSets: [LabelSet], policy: AugmentationPolicy,
    values: Values
  ) {
    self.side = side
    self.channels = channels
    self.viewCount = viewCount
    self.indices = indices
    self.labelSets = labelSets
    self.policy = policy
    self.values = values
  }

  /// The un-augmented images at positions `range` of the bank, normalised: range.count × side × side × channels.
  public func plain(_ range: Range<Int>) -> [Float] {
    row(0, range)
  }

  /// The un-augmented images at positions `range` of the bank before they are normalised, 0...1:
  /// range.count × side × side × channels.
  public func pixels(_ range: Range<Int>) -> [Float] {
    var values = row(0, range)
    values.withUnsafeMutableBufferPointer { buffer in
      for channel in 0..<channels {
        let (mean, deviation) = (Float(policy.mean[channel]), Float(policy.standardDeviation[channel]))
        for index in stride(from: channel, to: buffer.count, by: channels) {
          buffer[index] = buffer[index] * deviation + mean
        }
      }
    }
    return values
  }

  /// View `view` of the images at positions `range` of the bank, normalised: range.count × side × side × channels.
  public func views(_ view: Int, _ range: Range<Int>) -> [Float] {
    precondition((0..<viewCount).contains(view), "view \(view) of \(viewCount)")
    return row(1 + view, range)
  }

  private func row(_ row: Int, _ range: Range<Int>) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "images \(range) of \(count)")
    let start = (row * count + range.lowerBound) * viewSize
    switch values {
    case .floats(let floats): return Array(floats[start..<start + range.count * viewSize])
    case .bytes(let bytes): return policy.normalised(bytes[start..<start + range.count * viewSize])
    }
  }
}
