import Charts
import Foundation
import Pipeline
import Vision

/// **augment**: fixes the policy and its random stream: makes the view bank that probe and bound read, draws some of the
/// views, and measures them. Training makes its own views from the same policy.
enum AugmentStage {
  static let definition = StageDefinition(name: StageName.augment, version: 2) { context in
    let settings: AugmentSettings = try context.decodeParameters()
    let train = try ImageDatasetFile.read(from: context.input(OutputName.trainImages))
    let test = try ImageDatasetFile.read(from: context.input(OutputName.testImages))
    let wantedOfTrain = max(settings.bankImages, settings.boundImages)
    guard train.count >= wantedOfTrain, test.count >= settings.queryImages else {
      throw StageError(
        "\(context.node) needs \(wantedOfTrain) training and \(settings.queryImages) test images, but the dataset has"
          + " \(train.count) and \(test.count); lower 'bankImages', 'boundImages' or 'queryImages'")
    }
    let trained = try Augmenter(
      dataset: train, policy: settings.policy, side: settings.side, seed: settings.seed, use: .evaluation)
    let tested = try Augmenter(
      dataset: test, policy: settings.policy, side: settings.side, seed: settings.seed, use: .evaluation)
    context.progress(fraction: 0.1, message: "views")
    for (name, augmenter, count, views) in [
      (OutputName.bank, trained, settings.bankImages, 0), (OutputName.queries, tested, settings.queryImages, 0),
      (OutputName.boundViews, trained, settings.boundImages, settings.boundViews),
    ] {
      let bank = ViewBank(
        augmenter: augmenter, indices: Array(0..<count), viewCount: views, threads: context.threads)
      try bank.write(to: context.output(name))
      try context.checkCancellation()
    }
    // Views are shown pixel by pixel; an image that is larger than they are is enlarged a little rather than made smaller.
    let tileSide = (max(settings.side, train.height, train.width) + settings.side - 1) / settings.side * settings.side
    let sheet = ContactSheet.views(
      trained, indices: Array(0..<min(8, train.count)), viewCount: 9, tileSide: tileSide, gap: 1)
    try sheet.png().write(to: context.output(OutputName.viewSheet))
    context.progress(fraction: 0.8, message: "statistics")
    let measured = Array(0..<min(train.count, 2000))
    try JSONFile.write(
      ViewStatistics(trained, indices: measured, threads: context.threads),
      to: context.output(OutputName.viewStatistics))
  }
}

extension ViewBank {
  /// The labels called `name` and how many classes they have.
  ///
  /// - Throws: `StageError` where the bank has no such labels.
  func labels(_ name: String) throws -> (labels: [UInt16], classCount: Int) {
    guard let set = labelSets.first(where: { $0.name == name }) else {
      throw StageError(
        "the dataset has no labels '\(name)'; it has \(labelSets.map { "'\($0.name)'" }.joined(separator: " and "))")
    }
    return (set.labels, set.classNames.count)
  }
}
