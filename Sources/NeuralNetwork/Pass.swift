import Numerics

/// What every layer is told about the batch that goes through it.
struct Pass {
  /// Images of the batch, all views together.
  let images: Int
  /// Views in the batch, one after the other. Each has batch statistics of its own, as if it went through alone.
  let views: Int
  /// Batch statistics and saved activations (true) or running statistics (false).
  let training: Bool
  /// Images by whose number products of matrices choose their way, where batches of several sizes are to give an image the
  /// same bits; nil for `images`.
  let choosingFor: Int?
  let threads: Int
  let workspace: Workspace

  init(
    images: Int, views: Int, training: Bool, choosingFor: Int? = nil, threads: Int,
    workspace: Workspace = Workspace()
  ) {
    self.images = images
    self.views = views
    self.training = training
    self.choosingFor = choosingFor
    self.threads = threads
    self.workspace = workspace
  }

  var imagesPerView: Int { images / views }

  var batch: ConvolutionBatch {
    ConvolutionBatch(images: images, groups: views, threads: threads, workspace: workspace)
  }
}
