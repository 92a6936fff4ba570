import Foundation

/// Which of the two CIFAR data sets (Krizhevsky, 2009), in their binary version: 32×32 colour images, 50,000 for
/// training and 10,000 for testing.
public enum CIFARKind: String, Sendable, Equatable, CaseIterable {
  /// 10 classes.
  case cifar10
  /// 100 fine classes in 20 coarse ones.
  case cifar100

  /// "CIFAR-10" or "CIFAR-100".
  public var displayName: String { self == .cifar10 ? "CIFAR-10" : "CIFAR-100" }

  /// The official archive's name, home, size and SHA-256.
  public var archiveName: String { self == .cifar10 ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz" }
  public var archiveAddress: String { "https://www.cs.toronto.edu/~kriz/\(archiveName)" }
  public var archiveBytes: Int { self == .cifar10 ? 170_052_171 : 168_513_733 }
  public var archiveSHA256: String {
    switch self {
    case .cifar10: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
    case .cifar100: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"
    }
  }

  /// One byte of label in CIFAR-10; the coarse and then the fine one in CIFAR-100.
  var labels: [Label] {
    switch self {
    case .cifar10: [Label(name: "class", classCount: 10, namesFile: "batches.meta.txt")]
    case .cifar100:
      [
        Label(name: "coarse", classCount: 20, namesFile: "coarse_label_names.txt"),
        Label(name: "fine", classCount: 100, namesFile: "fine_label_names.txt"),
      ]
    }
  }

  /// The labels in the order of ``ImageDataset/labelSets``: the primary one first.
  var labelOrder: [Int] { self == .cifar10 ? [0] : [1, 0] }

  /// Training files in order. A copy may hold fewer, without gaps; the official one holds them all.
  var trainFiles: [String] { self == .cifar10 ? (1...5).map { "data_batch_\($0).bin" } : ["train.bin"] }
  var testFile: String { self == .cifar10 ? "test_batch.bin" : "test.bin" }
  /// The folder inside the archive.
  var folderName: String { self == .cifar10 ? "cifar-10-batches-bin" : "cifar-100-binary" }

  struct Label {
    let name: String
    let classCount: Int
    let namesFile: String
  }
}
