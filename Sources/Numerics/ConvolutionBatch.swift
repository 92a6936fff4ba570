/// The images that go through a convolution together, and with what.
public struct ConvolutionBatch: Sendable {
  public let images: Int
  /// Groups of images, one after another and of one size, that are normalised apart: the views of a training batch.
  public let groups: Int
  public let threads: Int
  let workspace: Workspace

  /// - Precondition: `groups` divides `images`.
  public init(images: Int, groups: Int = 1, threads: Int, workspace: Workspace) {
    precondition(groups > 0 && images % groups == 0, "\(images) images in \(groups) groups")
    self.images = images
    self.groups = groups
    self.threads = max(1, threads)
    self.workspace = workspace
  }

  public var imagesPerGroup: Int { images / groups }
}
