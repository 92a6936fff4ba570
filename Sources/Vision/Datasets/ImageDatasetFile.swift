import Foundation

/// One split as one file, for a store of artifacts: the same split gives the same bytes.
///
/// Eight bytes `REPROIMG`, the length of the header as a little-endian 32-bit number, the header (JSON with sorted
/// keys: version, count, height, width, channels, and each label set's name and class names), the pixels (NHWC), and
/// each label set's labels as 16-bit little-endian numbers. Nothing follows.
public enum ImageDatasetFile {
  private static let magic = Array("REPROIMG".utf8)
  private static let version = 1
  private static let maximumHeaderBytes = 1 << 20

  private struct Header: Codable {
    struct Labels: Codable {
      let name: String
      let classNames: [String]
    }
    let version: Int
    let count: Int
    let height: Int
    let width: Int
    let channels: Int
    let labelSets: [Labels]
  }

  /// The file's bytes.
  public static func encode(_ dataset: ImageDataset) throws -> Data {
    let header = Header(
      version: version, count: dataset.count, height: dataset.height, width: dataset.width,
      channels: dataset.channels,
      labelSets: dataset.labelSets.map { Header.Labels(name: $0.name, classNames: $0.classNames) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(header)
    var data = Data(magic)
    data.reserveCapacity(12 + json.count + dataset.pixels.count + 2 * dataset.count * dataset.labelSets.count)
    withUnsafeBytes(of: UInt32(json.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(json)
    data.append(contentsOf: dataset.pixels)
    for set in dataset.labelSets {
      set.labels.map(\.littleEndian).withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Writes the file in one go: it is there as a whole or not at all.
  /// - Throws: ``DatasetError`` naming the file.
  public static func write(_ dataset: ImageDataset, to url: URL) throws {
    do {
      try encode(dataset).write(to: url, options: .atomic)
    } catch {
      throw DatasetError(
        .missing,
        "\(url.path) cannot be written (\(error.localizedDescription)); check the folder's permissions and the free "
          + "space.")
    }
  }

  /// - Throws: ``DatasetError`` naming the file.
  public static func read(from url: URL) throws -> ImageDataset {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw DatasetError(.missing, "\(url.path) cannot be read: \(error.localizedDescription)")
    }
    return try decode(data, name: url.path)
  }

  /// - Parameter name: what to call the file in errors.
  /// - Throws: ``DatasetError`` when anything about the content is not as the format has it.
  public static func decode(_ data: Data, name: String) throws -> ImageDataset {
    try data.withUnsafeBytes { try decode($0, name: name) }
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws -> ImageDataset {
    func malformed(_ what: String) -> DatasetError {
      DatasetError(.malformed, "\(name) is not an image data set of this program: \(what); make it again.")
    }
    guard bytes.count >= 12, bytes[0..<8].elementsEqual(magic) else { throw malformed("it does not start as one") }
    let headerBytes = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    guard headerBytes <= min(maximumHeaderBytes, bytes.count - 12) else { throw malformed("it is cut short") }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[12..<(12 + headerBytes)]))
    } catch {
      throw malformed("its header cannot be read")
    }
    guard header.version == version else { throw malformed("its version is \(header.version), not \(version)") }
    let sides = [header.height, header.width, header.channels]
    guard sides.allSatisfy({ (1...65_536).contains($0) }), [1, 3].contains(header.channels),
      (0...Int(Int32.max)).contains(header.count), (1...16).contains(header.labelSets.count)
    else { throw malformed("its header gives an impossible shape") }

    // 2³¹ images of 2¹⁶ × 2¹⁶ × 3 bytes would overflow; the labels' bytes cannot within the bounds just checked.
    let (pixelCount, overflow) = header.count.multipliedReportingOverflow(by: sides.reduce(1, *))
    let labelBytes = 2 * header.count * header.labelSets.count
    let start = 12 + headerBytes
    guard !overflow, bytes.count - start - labelBytes == pixelCount else {
      throw malformed("its length is not what its header promises")
    }
    var offset = start + pixelCount
    let labelSets = try header.labelSets.map { set in
      let labels = (0..<header.count).map { index in
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2 * index, as: UInt16.self))
      }
      offset += 2 * header.count
      if let wrong = labels.firstIndex(where: { Int($0) >= set.classNames.count }) {
        throw DatasetError(
          .labelOutOfRange,
          "\(name): the \(set.name) label of image \(wrong + 1) is \(labels[wrong]), but the classes end at "
            + "\(set.classNames.count - 1); make the file again.")
      }
      return LabelSet(name: set.name, classNames: set.classNames, labels: labels)
    }
    return ImageDataset(
      height: header.height, width: header.width, channels: header.channels,
      pixels: Array(bytes[start..<(start + pixelCount)]), labelSets: labelSets)
  }
}
