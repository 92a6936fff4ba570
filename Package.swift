// swift-tools-version: 6.2
import PackageDescription

// The instruction set the numeric targets are compiled for. `native` is right for a build that runs where
// it was made; set REPRO_MARCH (for instance to x86-64-v3) for a build that is to run elsewhere. Without any,
// the fused products of CVector become calls into libm, twenty times slower.
let instructionSet = Context.environment["REPRO_MARCH"] ?? "native"
#if arch(x86_64)
  let machineFlags = ["-Xcc", "-march=\(instructionSet)"]
#else
  let machineFlags = ["-Xcc", "-mcpu=\(instructionSet)"]
#endif

let common: [SwiftSetting] = [.treatAllWarnings(as: .error)]

// Training in an unoptimised build would take days, and `swift run` makes a debug build: the targets that
// compute are optimised in every configuration. So are the build system, whose no-op has ten thousand nodes to look at,
// the charts, whose drawings are rasterised, and the report, which reads every byte of a page of megabytes.
let optimised: [SwiftSetting] = common + [.unsafeFlags(["-O"], .when(configuration: .debug))]
let numeric: [SwiftSetting] = optimised + [.unsafeFlags(machineFlags)]

let package = Package(
  name: "repro",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "repro", targets: ["repro"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
  ],
  targets: [
    // MARK: The command line
    .executableTarget(
      name: "repro",
      dependencies: [
        "Reproduction", "Report", "Pipeline", "SyntheticGraphs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: common),

    // MARK: The paper
    .target(
      name: "Reproduction",
      dependencies: ["Charts", "Theory", "NeuralNetwork", "Vision", "Numerics", "Pipeline", "Report"],
      swiftSettings: optimised),
    .target(
      name: "Report",
      dependencies: [
        .product(name: "Mustache", package: "swift-mustache"), .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("Resources")],
      swiftSettings: optimised),

    // MARK: What it is made of
    .target(name: "Charts", dependencies: ["CPNG", "CRSVG"], swiftSettings: optimised),
    .target(name: "Theory", dependencies: ["Numerics", "CVector"], swiftSettings: numeric),
    .target(name: "NeuralNetwork", dependencies: ["Numerics"], swiftSettings: numeric),
    .target(
      name: "Vision",
      dependencies: ["Numerics", "CArchive", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: numeric),
    .target(
      name: "Numerics", dependencies: ["COpenBLAS", "CVector"], swiftSettings: numeric,
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "Pipeline",
      dependencies: [
        "CSync", "CArchive",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: optimised),

    // MARK: For measuring
    .target(
      name: "SyntheticGraphs", dependencies: ["Pipeline"], path: "Benchmarks/Graphs/SyntheticGraphs",
      swiftSettings: optimised),

    // MARK: System libraries, and headers
    .systemLibrary(name: "CSync"),
    .systemLibrary(name: "CVector"),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CRSVG", pkgConfig: "librsvg-2.0",
      providers: [.apt(["librsvg2-dev", "libcairo2-dev"]), .brew(["librsvg", "cairo"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),

    // MARK: Tests
    .target(
      name: "SnapshotSupport", dependencies: ["Charts"], path: "Tests/SnapshotSupport", swiftSettings: common),
    .target(name: "ExperimentSupport", path: "Tests/ExperimentSupport", swiftSettings: common),
    .testTarget(name: "NumericsTests", dependencies: ["Numerics"], swiftSettings: numeric),
    .testTarget(name: "TheoryTests", dependencies: ["Theory"], swiftSettings: numeric),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork"], resources: [.copy("Fixtures")],
      swiftSettings: numeric),
    .testTarget(
      name: "VisionTests", dependencies: ["Vision", "CArchive"], resources: [.copy("Fixtures")],
      swiftSettings: numeric),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "SnapshotSupport"], exclude: ["Snapshots"], swiftSettings: common),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Pipeline", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: common),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "SnapshotSupport"], exclude: ["Snapshots"], swiftSettings: common),
    .testTarget(
      name: "ReproductionTests", dependencies: ["Reproduction", "SnapshotSupport", "ExperimentSupport"],
      exclude: ["Snapshots", "Stages/StageSources.json"], resources: [.copy("Fixtures")], swiftSettings: common),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "repro", "ExperimentSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: common),
  ]
)
