/// Small images side by side, as plain RGB pixels.
public struct ContactSheet: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// height × width × 3 bytes, row by row.
  public let pixels: [UInt8]

  /// One row an image: the original, then `viewCount` views as the policy draws them, without normalisation.
  ///
  /// - Parameters:
  ///   - tileSide: pixels of a tile's side, to which each small image is enlarged without smoothing.
  ///   - gap: white pixels between tiles and around them.
  public static func views(
    _ augmenter: Augmenter, indices: [Int], viewCount: Int, tileSide: Int = 64, gap: Int = 2
  ) -> ContactSheet {
    let dataset = augmenter.dataset
    var canvas = Canvas(columns: 1 + viewCount, rows: indices.count, tileSide: tileSide, gap: gap)
    var values = [Float](repeating: 0, count: augmenter.viewSize)
    for (row, index) in indices.enumerated() {
      canvas.place(
        dataset.image(index), height: dataset.height, width: dataset.width, channels: dataset.channels, row: row,
        column: 0)
      for view in 0..<viewCount {
        values.withUnsafeMutableBufferPointer { buffer in
          augmenter.fill(indices: [index], epoch: view / 2, view: view % 2, into: buffer)
        }
        canvas.place(
          augmenter.policy.quantised(values)[...], height: augmenter.side, width: augmenter.side,
          channels: augmenter.channels, row: row, column: 1 + view)
      }
    }
    return canvas.sheet
  }

  /// The first `imagesPerClass` images of each class, class by class, `columns` tiles a row.
  public static func classes(
    of dataset: ImageDataset, labelSet: Int = 0, imagesPerClass: Int, columns: Int, tileSide: Int = 64, gap: Int = 2
  ) -> ContactSheet {
    precondition(dataset.labelSets.indices.contains(labelSet) && imagesPerClass > 0 && columns > 0)
    let set = dataset.labelSets[labelSet]
    var members = [[Int]](repeating: [], count: set.classNames.count)
    for (index, label) in set.labels.enumerated() where members[Int(label)].count < imagesPerClass {
      members[Int(label)].append(index)
    }
    let tiles = set.classNames.count * imagesPerClass
    var canvas = Canvas(columns: columns, rows: (tiles + columns - 1) / columns, tileSide: tileSide, gap: gap)
    for (label, images) in members.enumerated() {
      // A class with fewer images leaves white tiles, so that the others stay in their places.
      for (place, index) in images.enumerated() {
        let (row, column) = (label * imagesPerClass + place).quotientAndRemainder(dividingBy: columns)
        canvas.place(
          dataset.image(index), height: dataset.height, width: dataset.width, channels: dataset.channels, row: row,
          column: column)
      }
    }
    return canvas.sheet
  }
}

/// White paper with places for square tiles.
private struct Canvas {
  let tileSide: Int
  let gap: Int
  let width: Int
  let height: Int
  var pixels: [UInt8]

  init(columns: Int, rows: Int, tileSide: Int, gap: Int) {
    precondition(columns > 0 && rows >= 0 && tileSide > 0 && gap >= 0)
    self.tileSide = tileSide
    self.gap = gap
    width = columns * (tileSide + gap) + gap
    height = rows * (tileSide + gap) + gap
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  var sheet: ContactSheet { ContactSheet(width: width, height: height, pixels: pixels) }

  mutating func place(
    _ image: ArraySlice<UInt8>, height imageHeight: Int, width imageWidth: Int, channels: Int, row: Int, column: Int
  ) {
    let (top, left) = (gap + row * (tileSide + gap), gap + column * (tileSide + gap))
    for y in 0..<tileSide {
      for x in 0..<tileSide {
        let source = (y * imageHeight / tileSide * imageWidth + x * imageWidth / tileSide) * channels
        let target = ((top + y) * width + left + x) * 3
        for channel in 0..<3 {
          pixels[target + channel] = image[image.startIndex + source + (channels == 3 ? channel : 0)]
        }
      }
    }
  }
}

extension ImageDataset {
  /// The bytes of image `index`.
  fileprivate func image(_ index: Int) -> ArraySlice<UInt8> {
    let size = height * width * channels
    return pixels[index * size..<(index + 1) * size]
  }
}
