import Foundation
import Testing

@testable import Reproduction

@Suite struct ConfigurationTests {
  private func shipped() throws -> Configuration {
    try Configuration.load(file: ConfigurationSupport.pipelineFile)
  }

  @Test func theShippedFileLoads() throws {
    let configuration = try shipped()
    #expect(configuration.selectedProfile.name == "quick")
    #expect(configuration.profiles.map(\.name) == ["quick", "laptop", "workstation", "paper"])
    #expect(configuration.datasets.map(\.classes) == [10, 100, 10, 100])
    #expect(configuration.datasets.map(\.channels) == [1, 3, 3, 3])
  }

  @Test func quickShowsEveryPanelBelowAroundAndAboveK() throws {
    let configuration = try shipped()
    for sweep in configuration.selectedProfile.sweeps {
      let classes = try #require(configuration.dataset(named: sweep.dataset)).classes
      #expect(sweep.dimensions.count >= 4)
      #expect(sweep.dimensions.contains { $0 < classes } && sweep.dimensions.contains { $0 > classes })
      #expect(Set(sweep.runs.map(\.settings.kind)) == [.barlowTwins, .simSiam])
      for run in sweep.runs { #expect(run.training.recordedEpochs.count >= 10) }
    }
    #expect(configuration.selectedProfile.sweeps.count >= 2)
  }

  @Test func paperIsThePaper() throws {
    let configuration = try shipped()
    let paper = try #require(configuration.profile(named: "paper"))
    let cells = configuration.cells(of: paper)
    #expect(cells.count == 40)
    #expect(Set(cells.map(\.dimension)) == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
    #expect(Set(cells.map(\.dataset)) == ["cifar-10", "cifar-100"])
    #expect(paper.encoder == Configuration.Profile.Encoder(width: 64, side: 32))
    #expect(paper.evaluation.bankImages == 50_000 && paper.evaluation.queryImages == 10_000)
    #expect(paper.evaluation.neighbourCount == 200 && paper.evaluation.temperature == 0.1)
    for cell in cells {
      #expect(cell.trainImages == 50_000 && cell.training.batchSize == 512 && cell.training.recordEvery == 10)
      #expect(cell.settings.projector == .linear && !cell.settings.outputNormalisation)
      switch cell.settings.loss {
      case .barlowTwins(let lambda, let scale):
        #expect(cell.training.epochs == 800 && cell.training.fitAfterEpoch == 50)
        #expect(lambda == 0.005 && scale == .none)
        #expect(cell.training.optimiser == .sgd(learningRate: 0.001, momentum: 0.9, weightDecay: 0.0005))
      case .simSiam(let predictor):
        #expect(cell.training.epochs == 600 && cell.training.fitAfterEpoch == 150)
        #expect(
          predictor
            == Configuration.Method.Predictor(learningRateMultiplier: 1, schedule: .cosine, initialisation: .random))
        #expect(cell.training.optimiser == .sgd(learningRate: 0.06, momentum: 0.9, weightDecay: 0.0005))
      }
    }
    // 333 TFLOP an epoch of 50,000: 20 trainings of 800 epochs and 20 of 600 come to 9.3 EFLOP.
    #expect(abs(Double(cells.map(\.training.epochs).reduce(0, +)) * 333e12 / 9.3e18 - 1) < 0.01)
    let policy = try #require(configuration.policy(named: "colour"))
    #expect(policy.cropScale == Configuration.Policy.Interval(lower: 0.08, upper: 1))
    #expect(configuration.figures.figure3.hidden(on: "cifar-100") == [4, 8])
    #expect(configuration.figures.figure3.hidden(on: "cifar-10") == [])
  }

  @Test func recipesOverrideTheirMethod() throws {
    let configuration = try ConfigurationSupport.decode(
      ConfigurationSupport.minimal,
      overrides: [
        "methods.twins.lambda=0.25",
        "methods.twins.scale=per-dimension",
        "profiles.tiny.sweeps[0].methods.twins.lambda=0.5",
        #"profiles.tiny.sweeps[0].methods.siam.projector={"kind": "mlp", "hidden": 64}"#,
        "profiles.tiny.sweeps[0].methods.siam.predictorSchedule=constant",
      ])
    let cells = configuration.cells(of: configuration.selectedProfile)
    #expect(cells.map(\.method) == ["twins", "twins", "siam", "siam"])
    #expect(cells.map(\.dimension) == [4, 8, 4, 8])
    #expect(cells[0].settings.loss == .barlowTwins(lambda: 0.5, scale: .perDimension))
    #expect(cells[2].settings.projector == .mlp(hidden: 64, layers: 3))
    #expect(
      cells[2].settings.loss
        == .simSiam(
          Configuration.Method.Predictor(learningRateMultiplier: 1, schedule: .constant, initialisation: .random)))
    // The method itself stays as it was defined.
    #expect(configuration.method(named: "twins")?.settings.loss == .barlowTwins(lambda: 0.25, scale: .perDimension))
    #expect(configuration.method(named: "siam")?.settings.projector == .linear)
  }

  @Test func neighboursScaleWithTheBank() {
    let neighbours = Configuration.Evaluation.Neighbours.scaled(count: 200, per: 50_000)
    #expect(neighbours.count(bank: 50_000) == 200)
    #expect(neighbours.count(bank: 10_000) == 40)
    #expect(neighbours.count(bank: 100) == 1)
    #expect(Configuration.Evaluation.Neighbours.fixed(7).count(bank: 50_000) == 7)
  }

  @Test func recordedEpochsEndWithTheLast() throws {
    let training = Configuration.Training(
      epochs: 25, recordEvery: 10, fitAfterEpoch: 0, batchSize: 2, warmUpEpochs: 0,
      optimiser: .sgd(learningRate: 1, momentum: 0, weightDecay: 0))
    #expect(training.recordedEpochs == [10, 20, 25])
  }

  @Test func sourcesAreAddressesOrPaths() throws {
    let configuration = try ConfigurationSupport.decode(
      ConfigurationSupport.minimal,
      overrides: [#"datasets.cifar.sources=["HTTPS://host/x", "../a b/c.tar.gz"]"#, "datasets.cifar.sha256=null"])
    let dataset = try #require(configuration.dataset(named: "cifar"))
    #expect(
      dataset.content
        == .cifar10(
          Configuration.Dataset.Archive(
            sources: [.address("HTTPS://host/x"), .path("../a b/c.tar.gz")], bytes: nil, sha256: nil)))
  }

  @Test func survivesARoundTripThroughAJobFile() throws {
    let configuration = try shipped()
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(Configuration.self, from: data) == configuration)
  }
}
