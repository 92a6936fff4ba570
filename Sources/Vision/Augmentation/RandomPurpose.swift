/// What this module draws random numbers for; see `RandomStream`. The values are part of every dataset and view: they
/// never change.
enum RandomPurpose {
  static let shapesLabels: UInt32 = 0x5348_4C42
  static let shapesScene: UInt32 = 0x5348_5343
  static let view: UInt32 = 0x5649_4557
  static let evaluationView: UInt32 = 0x5649_4556
}
