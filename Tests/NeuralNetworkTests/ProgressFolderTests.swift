import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

/// A training that was cut off under one arithmetic never goes on under another: it starts over and says so, and what the
/// other computed stays.
@Suite struct ProgressFolderTests {
  private typealias Trainings = TrainingTests

  /// What is recorded, and what a sentence makes of it where the training is taken up by vectors, fused, with Haswell's
  /// kernel, on a processor without tiles.
  struct Case: CustomTestStringConvertible, Sendable {
    let there: Arithmetic
    let sentence: String
    var testDescription: String { "\(there)" }
  }

  private static let here = Arithmetic(products: .vectors, fuses: true, kernel: "Haswell")

  /// What a training `here` says in this process, which may forbid its processor's tiles.
  private static func sentence(_ state: URL, there: Arithmetic) -> String {
    ArithmeticChange(
      path: state.path, there: there, here: here, tilesAreTurnedOff: MatrixTiles.areTurnedOff
    ).sentence
  }

  @Test func foldersHaveTheirNames() {
    let root = URL(fileURLWithPath: "progress", isDirectory: true)
    func name(_ arithmetic: Arithmetic) -> String { ProgressFolder.folder(of: arithmetic, in: root).lastPathComponent }
    #expect(name(Arithmetic(products: .tiles, fuses: true, kernel: "SapphireRapids")) == "tiles-fused-SapphireRapids")
    #expect(name(Arithmetic(products: .vectors, fuses: false, kernel: "Nehalem")) == "vectors-unfused-Nehalem")
  }

  static let cases = [
    Case(
      there: Arithmetic(products: .tiles, fuses: true, kernel: "Haswell"),
      sentence:
        "computed with products by tile registers, not with products by vectors as here; they round otherwise, so "
        + "the training starts over, and that state stays: to go on from it, run on a machine of that kind, without "
        + "REPRO_TILES=off."),
    Case(
      there: Arithmetic(products: .vectors, fuses: true, kernel: "SkylakeX"),
      sentence:
        "computed with OpenBLAS kernel SkylakeX, not with OpenBLAS kernel Haswell as here; they round otherwise, so "
        + "the training starts over, and that state stays: to go on from it, run on a machine of that kind."),
    Case(
      there: Arithmetic(products: .vectors, fuses: false, kernel: "Haswell"),
      sentence: "computed with products that are not fused, not with fused products as here; they round otherwise, so "
        + "the training starts over, and that state stays: to go on from it, run on a machine of that kind."),
    Case(
      there: Arithmetic(products: .tiles, fuses: false, kernel: "Nehalem"),
      sentence:
        "computed with products by tile registers, products that are not fused and OpenBLAS kernel Nehalem, not with "
        + "products by vectors, fused products and OpenBLAS kernel Haswell as here; they round otherwise, so the training "
        + "starts over, and that state stays: to go on from it, run on a machine of that kind, without REPRO_TILES=off."
    ),
  ]

  @Test(arguments: cases) func theSentenceSaysWhatDiffers(_ example: Case) {
    let change = ArithmeticChange(path: "state", there: example.there, here: Self.here, tilesAreTurnedOff: false)
    #expect(change.sentence == "state was \(example.sentence)")
  }

  /// The recorded arithmetic alone decides. The other's state is one of other images, so that a training that went on from it
  /// would end otherwise, whatever the processor.
  @Test(arguments: cases) func aStateOfAnotherArithmeticIsNotUsed(_ example: Case) throws {
    let configuration = Trainings.configuration()
    let others = Trainings.Source(imageCount: 41)
    let (whole, foreign) = (try Trainings.run(configuration), try Trainings.run(configuration, source: others))
    #expect(whole != foreign)
    try Trainings.withFolder { folder in
      var warnings: [String] = []
      var resumedAfter: Set<Int?> = []
      func run(_ arithmetic: Arithmetic, stopAfter steps: Int? = nil) throws -> TrainingTests.Outcome {
        (warnings, resumedAfter) = ([], [])
        return try Trainings.run(
          configuration, folder: folder, arithmetic: arithmetic, stopAfter: steps, onWarning: { warnings.append($0) },
          onProgress: { resumedAfter.insert($0.resumedAfterEpoch) })
      }
      #expect(throws: TrainingTests.Interruption.self) {
        try Trainings.run(configuration, source: others, folder: folder, arithmetic: example.there, stopAfter: 13)
      }
      let state = ProgressFolder.folder(of: example.there, in: folder).appendingPathComponent("state.safetensors")
      let sentence = Self.sentence(state, there: example.there)
      // Cut off before there is a state of its own, it says the same again.
      #expect(throws: TrainingTests.Interruption.self) { try run(Self.here, stopAfter: 3) }
      #expect(warnings == [sentence])
      #expect(throws: TrainingTests.Interruption.self) { try run(Self.here, stopAfter: 6) }
      #expect(warnings == [sentence])
      #expect(resumedAfter == [nil], "it starts over")
      // Then it goes on from its own first epoch, and there is nothing to say.
      #expect(try run(Self.here) == whole)
      #expect(warnings == [])
      #expect(resumedAfter == [1])
      // And the other's state, with its checkpoints, is as it was: three epochs of other images.
      let resumed = try run(example.there)
      #expect(warnings == [])
      #expect(resumedAfter == [3])
      #expect(resumed != whole)
      #expect(resumed.history.prefix(3) == foreign.history.prefix(3))
      #expect(resumed.records.prefix(2) == foreign.records.prefix(2))
    }
  }

  /// Of two machines' states, the one with more epochs is named, wherever it stands among the folders; one that is damaged, or
  /// whose checkpoint is, hides none, and is named only where no state is whole.
  @Test(arguments: [false, true]) func ofTwoStatesTheUsableAndLongestIsNamed(_ firstIsLonger: Bool) throws {
    let configuration = Trainings.configuration()
    // In the order of their folders' names. Four steps an epoch: a state of one epoch, and one of three.
    let others = [
      Arithmetic(products: .tiles, fuses: true, kernel: "Haswell"),
      Arithmetic(products: .vectors, fuses: true, kernel: "SkylakeX"),
    ]
    try Trainings.withFolder { folder in
      for (arithmetic, isLonger) in zip(others, [firstIsLonger, !firstIsLonger]) {
        #expect(throws: TrainingTests.Interruption.self) {
          try Trainings.run(configuration, folder: folder, arithmetic: arithmetic, stopAfter: isLonger ? 13 : 5)
        }
      }
      let places = others.map { ProgressFolder.folder(of: $0, in: folder) }
      let states = places.map { $0.appendingPathComponent("state.safetensors") }
      /// What a training here, cut off before it has a state of its own, says.
      func warnings() -> [String] {
        var warnings: [String] = []
        #expect(throws: TrainingTests.Interruption.self) {
          try Trainings.run(
            configuration, folder: folder, arithmetic: Self.here, stopAfter: 1, onWarning: { warnings.append($0) })
        }
        return warnings
      }
      func names(_ index: Int) -> [String] {
        [Self.sentence(states[index], there: others[index])]
      }
      func cannotUse(_ file: URL, _ reason: String) -> [String] {
        ["\(file.path) \(reason), so what was trained before cannot be used: the training starts over."]
      }
      let (longer, shorter) = firstIsLonger ? (0, 1) : (1, 0)
      #expect(warnings() == names(longer))
      let whole = try Data(contentsOf: states[longer])
      try whole.prefix(1000).write(to: states[longer])
      #expect(warnings() == names(shorter))
      try whole.write(to: states[longer])
      #expect(warnings() == names(longer))
      let checkpoint = places[longer].appendingPathComponent("epoch-2.safetensors")
      try FileManager.default.removeItem(at: checkpoint)
      #expect(warnings() == names(shorter))
      try Data().write(to: states[shorter])
      let first = firstIsLonger ? cannotUse(checkpoint, "is missing or damaged") : cannotUse(states[0], "is damaged")
      #expect(warnings() == first)
    }
  }

  @Test func onlyTheSettingIsToBeSetBack() {
    let there = Arithmetic(products: .vectors, fuses: true, kernel: "SapphireRapids")
    func sentence(there: Arithmetic, kernel: String) -> String {
      let here = Arithmetic(products: .tiles, fuses: true, kernel: kernel)
      return ArithmeticChange(path: "state", there: there, here: here, tilesAreTurnedOff: false).sentence
    }
    #expect(
      sentence(there: there, kernel: "SapphireRapids")
        == "state was computed with products by vectors, not with products by tile registers as here; they round otherwise, so "
        + "the training starts over, and that state stays: to go on from it, run with REPRO_TILES=off.")
    #expect(
      sentence(there: there, kernel: "SkylakeX").hasSuffix(
        "to go on from it, run on a machine of that kind, with REPRO_TILES=off."))
    // The other way the setting is to be unset, which is enough only where it is what keeps this processor's tiles away.
    func unsetting(kernel: String, tilesAreTurnedOff: Bool) -> String {
      ArithmeticChange(
        path: "state", there: Arithmetic(products: .tiles, fuses: true, kernel: "SapphireRapids"),
        here: Arithmetic(products: .vectors, fuses: true, kernel: kernel), tilesAreTurnedOff: tilesAreTurnedOff
      ).sentence
    }
    let elsewhere = "to go on from it, run on a machine of that kind, without REPRO_TILES=off."
    #expect(
      unsetting(kernel: "SapphireRapids", tilesAreTurnedOff: true).hasSuffix(
        "to go on from it, run without REPRO_TILES=off."))
    #expect(unsetting(kernel: "SapphireRapids", tilesAreTurnedOff: false).hasSuffix(elsewhere))
    #expect(unsetting(kernel: "SkylakeX", tilesAreTurnedOff: true).hasSuffix(elsewhere))
  }

  /// Cut off with tile registers and taken up without, and the other way: the bits of an uninterrupted training.
  @Test(.enabled(if: MatrixTiles.areAvailable, "a processor with tiles"), arguments: [false, true])
  func tilesAndVectorsAreNotMixed(_ beginsWithout: Bool) throws {
    func train(
      withoutTiles: Bool, folder: URL? = nil, stopAfter steps: Int? = nil, onWarning: (String) -> Void = { _ in },
      onProgress: (TrainingProgress) -> Void = { _ in }
    ) throws -> TrainingTests.Outcome {
      try MatrixTiles.$areForbidden.withValue(withoutTiles) {
        try Trainings.run(
          Trainings.wideConfiguration(.simSiam(SimSiamConfiguration())), source: Trainings.wideSource, folder: folder,
          stopAfter: steps, onWarning: onWarning, onProgress: onProgress)
      }
    }
    let whole = try train(withoutTiles: !beginsWithout)
    let other = try train(withoutTiles: beginsWithout)
    #expect(whole != other, "nothing of this training is computed by tiles")
    try Trainings.withFolder { folder in
      #expect(throws: TrainingTests.Interruption.self) {
        try train(withoutTiles: beginsWithout, folder: folder, stopAfter: 5)
      }
      var warnings: [String] = []
      let resumed = try train(withoutTiles: !beginsWithout, folder: folder, onWarning: { warnings.append($0) })
      #expect(resumed == whole)
      let there = Arithmetic(
        products: beginsWithout ? .vectors : .tiles, fuses: Arithmetic.current.fuses, kernel: Arithmetic.current.kernel)
      let state = ProgressFolder.folder(of: there, in: folder).appendingPathComponent("state.safetensors").path
      let (was, not) =
        beginsWithout
        ? ("products by vectors", "products by tile registers") : ("products by tile registers", "products by vectors")
      let way = beginsWithout ? "with REPRO_TILES=off" : "without REPRO_TILES=off"
      #expect(
        warnings == [
          "\(state) was computed with \(was), not with \(not) as here; they round otherwise, so the training starts over, "
            + "and that state stays: to go on from it, run \(way)."
        ])
      var resumedAfter: Set<Int?> = []
      let goneOn = try train(
        withoutTiles: beginsWithout, folder: folder, onProgress: { resumedAfter.insert($0.resumedAfterEpoch) })
      #expect(goneOn == other)
      #expect(resumedAfter == [1], "there it goes on")
    }
  }

  /// A state of before arithmetic was recorded lay in the folder itself.
  @Test func aStateOfAnotherVersionIsNotUsed() throws {
    let configuration = Trainings.configuration()
    let whole = try Trainings.run(configuration)
    try Trainings.withFolder { folder in
      let place = ProgressFolder.folder(of: .current, in: folder)
      let (new, old) = (
        place.appendingPathComponent("state.safetensors"), folder.appendingPathComponent("state.safetensors")
      )
      var warnings: [String] = []
      func run() throws -> TrainingTests.Outcome {
        warnings = []
        return try Trainings.run(configuration, folder: folder, onWarning: { warnings.append($0) })
      }
      func warning(_ file: URL) -> [String] {
        [
          "\(file.path) was written by another version of this program, so what was trained before cannot be used: the "
            + "training starts over."
        ]
      }
      #expect(try run() == whole)
      let state = try Safetensors(Data(contentsOf: new), source: new.path)
      let earlier = Safetensors(
        tensors: state.tensors,
        metadata: state.metadata.merging(["format": "repro-training-state-2"]) { $1 })
      try earlier.encoded().write(to: new)
      #expect(try run() == whole)
      #expect(warnings == warning(new))
      try FileManager.default.removeItem(at: place)
      try earlier.encoded().write(to: old)
      #expect(try run() == whole)
      #expect(warnings == warning(old))
      #expect(try run() == whole)
      #expect(warnings == [], "its own state comes first")
    }
  }

  /// The state says itself what computed it: a folder that was given another's name does not make it that one's.
  @Test func aStateUnderAnothersNameIsNotUsed() throws {
    let configuration = Trainings.configuration()
    let whole = try Trainings.run(configuration)
    let other = Arithmetic(products: .tiles, fuses: true, kernel: "Haswell")
    try Trainings.withFolder { folder in
      let source = Trainings.Source(imageCount: 41)
      _ = try Trainings.run(configuration, source: source, folder: folder, arithmetic: other)
      let place = ProgressFolder.folder(of: Self.here, in: folder)
      try FileManager.default.moveItem(at: ProgressFolder.folder(of: other, in: folder), to: place)
      var warnings: [String] = []
      let outcome = try Trainings.run(
        configuration, folder: folder, arithmetic: Self.here, onWarning: { warnings.append($0) })
      #expect(outcome == whole)
      #expect(
        warnings == [
          "\(place.appendingPathComponent("state.safetensors").path) lies in the folder of another kind of machine, so what "
            + "was trained before cannot be used: the training starts over."
        ])
    }
  }
}
