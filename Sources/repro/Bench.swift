import ArgumentParser
import Foundation
import Reproduction

/// Measures the engine; `Benchmarks/` compares it with its peers.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the engine: training steps, convolutions, views, nearest neighbours, eigenvalues.",
    usage: "repro bench <subcommand>",
    discussion: """
      Each prints medians over repetitions. Data are made up; nothing is read or written.

      Examples:
        repro bench step --width 64 --side 32 --pairs 128 --threads 2
        repro bench convolution --side 8 --inputs 64 --outputs 64
        repro bench training --convolution gemm --seed 2
        repro bench views --json
        repro bench knn --queries 10000 --bank 50000 --dimension 512
        repro bench eigen --dimension 2048
      """,
    subcommands: [Step.self, Convolutions.self, Training.self, Views.self, Neighbours.self, Eigen.self])

  struct Repetitions: ParsableArguments {
    @Option(name: [.long, .customLong("steps")], help: "Counted repetitions, at least.")
    var repetitions = 5

    @Option(name: .long, help: "Seconds that the counted repetitions take together, at least.")
    var seconds = 0.0

    @Option(name: .long, help: "Repetitions before them that are not counted.")
    var warmups = 2

    @Flag(name: .long, help: "After the warm-up print “ready” and wait for a line, to start several together.")
    var wait = false

    @Flag(name: .long, help: "As JSON.")
    var json = false

    func validate() throws {
      if repetitions < 1 { throw ValidationError("--repetitions must be 1 or more.") }
      if warmups < 0 { throw ValidationError("--warmups must be 0 or more.") }
      if !(0...86_400).contains(seconds) { throw ValidationError("--seconds must lie in 0...86400.") }
    }

    func show(_ measure: (BenchmarkRepetitions) throws -> BenchmarkReport) throws {
      let waits = wait
      try reporting {
        let report = try measure(
          BenchmarkRepetitions(warmUps: warmups, count: repetitions, seconds: seconds) {
            guard waits else { return }
            Standard.output("ready")
            _ = readLine()
          })
        if json { try JSONOutput.print(report) } else { print(report.text) }
      }
    }
  }

  struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Whole training steps: forward, backward and update of a ResNet-18.",
      usage: "repro bench step [<options>]",
      discussion: """
        Example:
          repro bench step --method simsiam --width 16 --side 16 --threads 1
        """)

    @Option(
      name: .long, help: "The objective: barlow-twins (AdamW) or simsiam (SGD).",
      transform: {
        guard let method = Benchmarks.StepMethod(rawValue: $0) else {
          throw ValidationError("--method is barlow-twins or simsiam, not “\($0)”.")
        }
        return method
      })
    var method = Benchmarks.StepMethod.barlowTwins
    @Option(name: .long, help: "Channels of the first stage.") var width = 64
    @Option(name: .long, help: "Height and width of the images.") var side = 32
    @Option(name: .long, help: "Pairs of views a step.") var pairs = 128
    @Option(name: .long, help: "Dimension d of the output.") var dimension = 2048
    @Option(name: .long, help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @OptionGroup var repetitions: Repetitions

    func validate() throws {
      try requirePositive(("--width", width), ("--side", side), ("--dimension", dimension), ("--threads", threads))
      try requirePositive(("--pairs", pairs))
      if pairs < 2 { throw ValidationError("--pairs must be 2 or more: a batch is normalised.") }
    }

    func run() throws {
      try repetitions.show {
        try Benchmarks.step(
          method: method, width: width, side: side, pairs: pairs, dimension: dimension, threads: threads, $0)
      }
    }
  }

  struct Convolutions: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "convolution", abstract: "One convolution and its gradients, by every algorithm.",
      usage: "repro bench convolution [<options>]",
      discussion: """
        Example:
          repro bench convolution --side 16 --inputs 32 --outputs 64 --stride 2
        """)

    @Option(name: .long, help: "Height and width of the images.") var side = 16
    @Option(name: .long, help: "Input channels.") var inputs = 64
    @Option(name: .long, help: "Output channels.") var outputs = 64
    @Option(name: .long, help: "Height and width of the kernel; half of it, rounded down, is the padding.")
    var kernel = 3
    @Option(name: .long, help: "Stride.") var stride = 1
    @Option(name: .long, help: "Images.") var images = 128
    @Option(name: .long, help: "Threads.") var threads = 1
    @OptionGroup var repetitions: Repetitions

    func validate() throws {
      try requirePositive(
        ("--side", side), ("--inputs", inputs), ("--outputs", outputs), ("--kernel", kernel), ("--stride", stride),
        ("--images", images), ("--threads", threads))
      if side + 2 * (kernel / 2) < kernel { throw ValidationError("--kernel is larger than the padded image.") }
    }

    func run() throws {
      try repetitions.show {
        Benchmarks.convolution(
          side: side, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, images: images,
          threads: threads, $0)
      }
    }
  }

  struct Training: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "training", abstract: "A whole small training by one convolution algorithm: its time and accuracy.",
      usage: "repro bench training [<options>]",
      discussion: """
        Trains on the generated Shapes and scores the encoder by nearest neighbours. With the same \
        seed, what differs is how convolutions are computed.

        Example:
          repro bench training --convolution gemm --seed 2
        """)

    @Option(
      name: .long, help: "winograd, direct or gemm: whichever is the fastest for a shape if not given.",
      transform: {
        guard let convolution = Benchmarks.ConvolutionChoice(rawValue: $0) else {
          throw ValidationError("--convolution is winograd, direct or gemm, not “\($0)”.")
        }
        return convolution
      })
    var convolution: Benchmarks.ConvolutionChoice?
    @Option(name: .long, help: "Seed of weights, order and views.") var seed: UInt64 = 0
    @Option(name: .long, help: "Channels of the first stage.") var width = 16
    @Option(name: .long, help: "Training images.") var images = 2000
    @Option(name: .long, help: "Epochs.") var epochs = 5
    @Option(name: .long, help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(name: .long, help: "As JSON.") var json = false

    func validate() throws {
      try requirePositive(("--width", width), ("--images", images), ("--epochs", epochs), ("--threads", threads))
      if images < 64 { throw ValidationError("--images must be 64 or more: a batch has 64 pairs.") }
    }

    func run() throws {
      try reporting {
        let report = try Benchmarks.training(
          convolution: convolution, width: width, images: images, epochs: epochs, seed: seed, threads: threads)
        if json { try JSONOutput.print(report) } else { print(report.text) }
      }
    }
  }

  struct Views: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Random views by the whole policy.",
      usage: "repro bench views [<options>]",
      discussion: """
        Example:
          repro bench views --side 16
        """)

    @Option(name: .long, help: "Height and width of the views.") var side = 32
    @Option(name: .long, help: "Threads.") var threads = 1
    @OptionGroup var repetitions: Repetitions

    func validate() throws { try requirePositive(("--side", side), ("--threads", threads)) }

    func run() throws {
      try repetitions.show { try Benchmarks.views(side: side, threads: threads, $0) }
    }
  }

  struct Neighbours: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "knn", abstract: "Exact nearest neighbours by cosine.",
      usage: "repro bench knn [<options>]",
      discussion: """
        Example:
          repro bench knn --queries 10000 --bank 50000 --neighbours 200
        """)

    @Option(name: .long, help: "Queries.") var queries = 10_000
    @Option(name: .long, help: "Rows of the bank.") var bank = 50_000
    @Option(name: .long, help: "Dimensions of a row.") var dimension = 512
    @Option(name: .long, help: "Neighbours of each query.") var neighbours = 200
    @Option(name: .long, help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @OptionGroup var repetitions: Repetitions

    func validate() throws {
      try requirePositive(
        ("--queries", queries), ("--bank", bank), ("--dimension", dimension), ("--neighbours", neighbours),
        ("--threads", threads))
    }

    func run() throws {
      try repetitions.show {
        try Benchmarks.neighbours(
          bank: bank, queries: queries, dimension: dimension, neighbours: neighbours, threads: threads, $0)
      }
    }
  }

  struct Eigen: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Λ of a bank of features and its eigenvalues.",
      usage: "repro bench eigen [<options>]",
      discussion: """
        Example:
          repro bench eigen --rows 50000 --dimension 2048
        """)

    @Option(name: .long, help: "Rows of the bank.") var rows = 50_000
    @Option(name: .long, help: "Dimension d.") var dimension = 2048
    @Option(name: .long, help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @OptionGroup var repetitions: Repetitions

    func validate() throws {
      try requirePositive(("--rows", rows), ("--dimension", dimension), ("--threads", threads))
    }

    func run() throws {
      try repetitions.show {
        try Benchmarks.eigenvalues(
          dimension: dimension, rows: rows, threads: threads, $0)
      }
    }
  }
}

/// The upper bound keeps products of three sizes within an `Int`.
///
/// - Throws: `ValidationError` naming the first option that is not positive, or beyond all measure.
private func requirePositive(_ options: (String, Int)...) throws {
  for (name, value) in options {
    if value < 1 { throw ValidationError("\(name) must be 1 or more.") }
    if value > 1 << 20 { throw ValidationError("\(name) must be \(1 << 20) or less.") }
  }
}
