import Foundation
import Testing

/// `repro bench`, as the comparison with other programs calls it. Nothing here depends on how fast the machine is.
@Suite struct BenchTests {
  private struct Report: Decodable {
    let benchmark: String
    let steps: Int?
    let allocationsInLastStep: Int?
    let pairsPerSecond: Double?
    let chosen: String?
    let peakBytes: Int
    let machine: Machine

    struct Machine: Decodable {
      let products: String
    }
  }

  private func report(_ arguments: String...) throws -> Report {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let outcome = try workspace.start(["bench"] + arguments + ["--json"]).wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  /// Sizes that go through every convolution: pairs and direct sums, Winograd by blocks and by coordinates.
  @Test(arguments: [("8", "8", "simsiam"), ("16", "12", "barlow-twins"), ("64", "8", "barlow-twins")])
  func laterStepsAllocateNoBuffers(_ width: String, _ side: String, _ method: String) throws {
    let report = try report(
      "step", "--width", width, "--side", side, "--method", method, "--pairs", "6", "--dimension", "24", "--threads",
      "2", "--steps", "2")
    #expect(report.benchmark == "step" && report.steps == 2)
    #expect(report.allocationsInLastStep == 0)
    #expect(try #require(report.pairsPerSecond) > 0 && report.peakBytes > 1 << 20)
  }

  /// Products of the head, of samples and of the predictor that are large enough for tile registers, where there are any: `TileProductTests`
  /// says that they are.
  @Test(arguments: ["simsiam", "barlow-twins"]) func laterStepsByTilesAllocateNoBuffers(_ method: String) throws {
    let (width, pairs, dimension) = (8, 64, 128)
    let report = try report(
      "step", "--width", "\(width)", "--side", "8", "--method", method, "--pairs", "\(pairs)", "--dimension",
      "\(dimension)", "--threads", "2", "--steps", "2")
    #expect(report.allocationsInLastStep == 0)
  }

  @Test func theFirstStepIsThePlan() throws {
    let report = try report(
      "step", "--width", "8", "--side", "8", "--pairs", "6", "--dimension", "24", "--threads", "2", "--warmups", "0",
      "--steps", "1")
    #expect(try #require(report.allocationsInLastStep) > 0)
    #expect(["tile registers", "vectors"].contains(report.machine.products))
  }

  @Test func convolutionsSayWhichIsChosen() throws {
    let winograd = try report("convolution", "--side", "8", "--inputs", "16", "--outputs", "32", "--images", "4")
    #expect(winograd.chosen == "WinogradConvolution")
    let strided = try report(
      "convolution", "--side", "8", "--inputs", "16", "--outputs", "32", "--stride", "2", "--images", "4")
    #expect(strided.chosen == "DirectConvolution")
  }

  @Test func impossibleSizesAreASentence() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let outcome = try workspace.repro("bench", "step", "--pairs", "1")
    #expect(outcome.status == 64 && outcome.errors.contains("--pairs must be 2 or more"))
  }
}
