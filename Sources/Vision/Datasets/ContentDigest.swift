extension ImageDataset {
  /// SHA-256 of the decoded content, in lower-case hexadecimal: what the images and labels are, whatever file they
  /// came in. Class names are left out: they are this program's spelling, not the data.
  ///
  /// Digested are, integers as 64-bit little-endian: count, height, width, channels, the pixels, the number of label
  /// sets, and for each its labels as 16-bit little-endian.
  public var contentDigest: String {
    var hash = SHA256Stream()
    func update(_ number: Int) {
      withUnsafeBytes(of: UInt64(number).littleEndian) { hash.update($0) }
    }
    for number in [count, height, width, channels] { update(number) }
    pixels.withUnsafeBytes { hash.update($0) }
    update(labelSets.count)
    for set in labelSets {
      set.labels.map(\.littleEndian).withUnsafeBytes { hash.update($0) }
    }
    return hash.hexadecimalDigest
  }
}
