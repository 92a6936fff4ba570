import Foundation

/// CIFAR-10 and CIFAR-100 in the official binary layout, from the archive or from a folder it was unpacked to.
///
/// A record is the label bytes and then 3,072 bytes of pixels: the red, green and blue plane of 32 × 32, row by row.
/// Any number of records is read; that a copy is the official one is shown by its archive's digest
/// (``CIFARKind/archiveSHA256``), checked on fetching.
public enum CIFARArchive {
  static let side = 32
  private static let pixelBytes = 3 * side * side

  /// Both splits, in the order of the files and of the records in them.
  /// - Parameter url: a tar archive (plain, gzip or xz), a folder with the `.bin` files, or one that holds the
  ///   archive's folder.
  /// - Throws: ``ArchiveError`` or ``DatasetError``, naming the file and, for a label, the record.
  public static func load(_ kind: CIFARKind, from url: URL) throws -> (train: ImageDataset, test: ImageDataset) {
    let files = try readFiles(kind, from: url)
    func file(_ name: String) throws -> CIFARFile {
      guard let file = files[name] else {
        throw DatasetError(
          .missing,
          "\(url.path) does not hold \(name) of \(kind.displayName)'s binary version; fetch \(kind.archiveName).")
      }
      return file
    }
    let labelSets = try kind.labels.map { label in
      LabelSet(name: label.name, classNames: try classNames(in: file(label.namesFile), of: label), labels: [])
    }
    let present = kind.trainFiles.filter { files[$0] != nil }
    // Some batches may be left out at the end; one missing before another is a mistake.
    let trainFiles = try kind.trainFiles.prefix(max(1, present.count)).map(file)
    let testFile = try file(kind.testFile)
    return (
      train: try decode(trainFiles, kind: kind, labelSets: labelSets),
      test: try decode([testFile], kind: kind, labelSets: labelSets)
    )
  }

  // MARK: Files

  private static func readFiles(_ kind: CIFARKind, from url: URL) throws -> [String: CIFARFile] {
    let wanted = Set(kind.trainFiles + [kind.testFile] + kind.labels.map(\.namesFile))
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw DatasetError(.missing, "\(url.path) does not exist; name \(kind.displayName)'s archive or folder.")
    }
    var files: [String: CIFARFile] = [:]
    if isFolder.boolValue {
      let inner = url.appendingPathComponent(kind.folderName)
      let folder = FileManager.default.fileExists(atPath: inner.path) ? inner : url
      for name in wanted {
        let file = folder.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else { continue }
        let bytes = try CompressedFile.read(at: file, maximumBytes: ArchiveLimits().entryBytes)
        files[name] = CIFARFile(place: file.path, bytes: bytes)
      }
    } else {
      try TarArchive(url: url).forEachEntry { entry in
        let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
        guard wanted.contains(name) else { return }
        let file = CIFARFile(place: "\(url.path): \(entry.path)", bytes: entry.bytes)
        if let other = files.updateValue(file, forKey: name) {
          throw DatasetError(
            .malformed, "\(file.place): the archive holds \(name) in another folder too (\(other.place)).")
        }
      }
    }
    return files
  }

  private static func classNames(in file: CIFARFile, of label: CIFARKind.Label) throws -> [String] {
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw DatasetError(.malformed, "\(file.place) is not text; fetch the data set again.")
    }
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard names.count == label.classCount, Set(names).count == names.count else {
      throw DatasetError(
        .malformed,
        "\(file.place) names \(Set(names).count) classes, not \(label.classCount); fetch the data set again.")
    }
    return names
  }

  // MARK: Records

  private static func decode(
    _ files: [CIFARFile], kind: CIFARKind, labelSets: [LabelSet]
  ) throws -> ImageDataset {
    let labelCount = labelSets.count
    let recordBytes = labelCount + pixelBytes
    for file in files where file.bytes.isEmpty || !file.bytes.count.isMultiple(of: recordBytes) {
      throw DatasetError(
        .malformed,
        "\(file.place) has \(file.bytes.count) bytes, which is not a number of records of \(recordBytes) bytes; "
          + "fetch the data set again.")
    }
    let count = files.reduce(0) { $0 + $1.bytes.count } / recordBytes
    var labels = labelSets.map { _ in [UInt16]() }
    for file in files {
      for (index, set) in labelSets.enumerated() {
        for record in 0..<(file.bytes.count / recordBytes) {
          let label = file.bytes[record * recordBytes + index]
          guard Int(label) < set.classNames.count else {
            throw DatasetError(
              .labelOutOfRange,
              "\(file.place): the \(set.name) label of record \(record + 1) is \(label), but the classes end at "
                + "\(set.classNames.count - 1); fetch the data set again.")
          }
          labels[index].append(UInt16(label))
        }
      }
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: count * pixelBytes) { target, initialized in
      for file in files {
        for start in stride(from: labelCount, to: file.bytes.count, by: recordBytes) {
          interleave(file.bytes, from: start, to: target, at: &initialized)
        }
      }
    }
    return ImageDataset(
      height: side, width: side, channels: 3, pixels: pixels,
      labelSets: kind.labelOrder.map { index in
        LabelSet(name: labelSets[index].name, classNames: labelSets[index].classNames, labels: labels[index])
      })
  }

  /// One image, from three planes to pixels of three bytes.
  private static func interleave(
    _ bytes: [UInt8], from start: Int, to target: UnsafeMutableBufferPointer<UInt8>, at position: inout Int
  ) {
    let plane = side * side
    for pixel in 0..<plane {
      for channel in 0..<3 {
        target[position + 3 * pixel + channel] = bytes[start + channel * plane + pixel]
      }
    }
    position += 3 * plane
  }
}

/// A file of the archive or folder, with the place to name in messages.
private struct CIFARFile {
  let place: String
  let bytes: [UInt8]
}
