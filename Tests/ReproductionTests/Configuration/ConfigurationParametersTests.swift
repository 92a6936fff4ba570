import Foundation
import Testing

@testable import Reproduction

@Suite struct ConfigurationParametersTests {
  @Test func listsLeavesInOrder() throws {
    let configuration = try ConfigurationSupport.decode(ConfigurationSupport.minimal)
    let cell = try #require(configuration.cells(of: configuration.selectedProfile).first)
    let parameters = try ConfigurationParameters.list(cell.training, prefix: "training")
    #expect(
      parameters.map { "\($0.name)=\($0.value)" } == [
        "training.batchSize=16", "training.epochs=3", "training.fitAfterEpoch=0",
        "training.optimiser.sgd.learningRate=0.1", "training.optimiser.sgd.momentum=0.9",
        "training.optimiser.sgd.weightDecay=0", "training.recordEvery=1", "training.warmUpEpochs=0",
      ])
    #expect(
      try ConfigurationParameters.list(cell.settings).map { "\($0.name)=\($0.value)" } == [
        "loss.barlowTwins.lambda=0.005", "loss.barlowTwins.scale.none={}", "outputNormalisation=false",
        "projector.linear={}",
      ])
  }

  @Test func aChangedSettingChangesItsParameterOnly() throws {
    func parameters(_ overrides: [String]) throws -> Set<ConfigurationParameter> {
      let configuration = try ConfigurationSupport.decode(ConfigurationSupport.minimal, overrides: overrides)
      return Set(try ConfigurationParameters.list(configuration))
    }
    let changed = try parameters([]).symmetricDifference(
      try parameters(["profiles.tiny.sweeps[0].methods.siam.epochs=7"]))
    #expect(changed.map(\.value).sorted() == ["2", "7"])
    #expect(Set(changed.map(\.name)) == ["profiles[0].sweeps[0].runs[1].training.epochs"])
  }
}
