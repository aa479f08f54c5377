// swift-tools-version: 6.2
import PackageDescription

/// The same rules for every Swift target; no `unsafeFlags`, so that Winnow can be a dependency.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "Winnow",
  products: [
    .library(name: "Winnow", targets: ["Winnow"]),
    .library(name: "WinnowStudies", targets: ["WinnowStudies"]),
    .executable(name: "winnow", targets: ["WinnowCommand"]),
  ],
  traits: [
    .trait(
      name: "FastJet",
      description: "Jets, by FastJet; a program built with it is under the GPL, without under Apache-2.0."),
    .default(enabledTraits: ["FastJet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: zlib, HDF5, and the kernels per instruction set (chosen at run time).
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CHDF5", path: "Sources/CHDF5", pkgConfig: "hdf5-serial",
      providers: [.apt(["libhdf5-dev"])]),
    .target(name: "CWinnowEngineKernels", path: "Sources/CEngineKernels"),
    .target(name: "CWinnowFloatKernels", path: "Sources/CFloatKernels"),
    .target(name: "CWinnowConvolutionKernels", path: "Sources/CConvolutionKernels"),
    // GPL: empty where the trait is off. Debian's FastJet has no .pc file.
    .target(
      name: "CWinnowFastJet", path: "Sources/CFastJet",
      cxxSettings: [.define("WINNOW_FASTJET", .when(traits: ["FastJet"]))],
      linkerSettings: [.linkedLibrary("fastjet", .when(traits: ["FastJet"]))]),

    // Numbers and arrays.
    .target(
      name: "WinnowTensors", dependencies: ["CZlib", "CHDF5"], path: "Sources/Tensors",
      swiftSettings: settings),
    .target(name: "WinnowFixedPoint", path: "Sources/FixedPoint", swiftSettings: settings),

    // What tells how good something is: curves, efficiencies, residuals, histograms.
    .target(
      name: "WinnowMetrics", dependencies: ["WinnowTensors"], path: "Sources/Metrics",
      swiftSettings: settings),

    // Physics: particles and event records.
    .target(
      name: "WinnowEvents", dependencies: ["WinnowTensors"], path: "Sources/Events",
      swiftSettings: settings),

    // Responses that turn particles into hits, cells, words and objects.
    .target(
      name: "WinnowDetectors", dependencies: ["WinnowEvents", "WinnowFastJet", "WinnowTensors"],
      path: "Sources/Detectors", swiftSettings: settings),

    .target(
      name: "WinnowFastJet",
      dependencies: [
        "WinnowEvents", "WinnowTensors",
        .target(name: "CWinnowFastJet", condition: .when(traits: ["FastJet"])),
      ], path: "Sources/FastJet", swiftSettings: settings),

    .target(
      name: "WinnowReconstruction",
      dependencies: ["WinnowEvents", "WinnowFastJet"],
      path: "Sources/Reconstruction", swiftSettings: settings),

    // The graph: operators, verifier, interpreter, passes, exact fixed-point programs.
    .target(
      name: "WinnowNetworkIR", dependencies: ["WinnowFixedPoint", "WinnowTensors"],
      path: "Sources/NetworkIR", swiftSettings: settings),
    // Generated code; it marks nothing `unsafe`, so it is a target of its own.
    .target(
      name: "WinnowONNXSchema",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      path: "Sources/ONNXSchema"),
    .target(
      name: "WinnowNetworkFormats",
      dependencies: [
        "WinnowNetworkIR", "WinnowFixedPoint", "WinnowTensors", "WinnowONNXSchema",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      path: "Sources/NetworkFormats", swiftSettings: settings),

    // Consumers of the graph; none imports another.
    .target(
      name: "WinnowEngine",
      dependencies: ["WinnowNetworkIR", "WinnowFixedPoint", "WinnowTensors", "CWinnowEngineKernels"],
      path: "Sources/Engine", swiftSettings: settings),
    .target(
      name: "WinnowFirmware",
      dependencies: [
        "WinnowNetworkIR", "WinnowFixedPoint", "WinnowTensors",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Sources/Firmware", swiftSettings: settings),

    .target(
      name: "WinnowTraining",
      dependencies: [
        "WinnowNetworkIR", "WinnowFixedPoint", "WinnowTensors", "CWinnowFloatKernels",
        "CWinnowConvolutionKernels",
      ],
      path: "Sources/Training", swiftSettings: settings),

    // Figures, tables and pages about a run.
    .target(
      name: "WinnowReports", dependencies: ["WinnowMetrics", "WinnowTensors"],
      path: "Sources/Reports", swiftSettings: settings),

    // What a simulation shows of itself, beside what is published.
    .target(
      name: "WinnowDetectorReports",
      dependencies: [
        "WinnowTensors", "WinnowEvents", "WinnowDetectors", "WinnowMetrics", "WinnowFastJet",
        "WinnowReconstruction", "WinnowReports",
      ],
      path: "Sources/DetectorReports", swiftSettings: settings),

    // Edges.
    .target(
      name: "Winnow",
      dependencies: [
        "WinnowTensors", "WinnowFixedPoint", "WinnowNetworkIR", "WinnowNetworkFormats",
        "WinnowDetectorReports", "WinnowDetectors", "WinnowEngine", "WinnowEvents", "WinnowFastJet",
        "WinnowFirmware", "WinnowMetrics", "WinnowReconstruction", "WinnowReports", "WinnowTraining",
        .product(name: "Yams", package: "Yams"),
      ],
      path: "Sources/Winnow", exclude: ["Generation/Scripts/README.md"],
      // A link to Tools/generation: the scripts travel inside the executable.
      resources: [
        "blocks.py", "decays.py", "draws.py", "files.py", "generate_events.py", "hooks.py",
        "processes.json", "records.py", "sources.py", "taus.py",
      ].map { .embedInCode("Generation/Scripts/\($0)") }, swiftSettings: settings),
    // The published systems; above the umbrella, for a study uses all of it.
    .target(
      name: "WinnowStudies", dependencies: ["Winnow"], path: "Sources/Studies",
      swiftSettings: settings),
    .executableTarget(
      name: "WinnowCommand",
      dependencies: [
        "Winnow", "WinnowStudies", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Command", swiftSettings: settings),

    // Tests mirror the sources.
    .target(
      name: "WinnowTestSupport",
      dependencies: ["Winnow"], path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "TensorsTests", dependencies: ["WinnowTensors"], path: "Tests/TensorsTests",
      exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "MetricsTests", dependencies: ["WinnowMetrics", "WinnowTensors"],
      path: "Tests/MetricsTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "ReportsTests", dependencies: ["WinnowReports", "WinnowMetrics", "WinnowTensors"],
      path: "Tests/ReportsTests", swiftSettings: settings),
    .testTarget(
      name: "DetectorReportsTests",
      dependencies: [
        "WinnowDetectorReports", "WinnowDetectors", "WinnowEvents", "WinnowFastJet",
        "WinnowMetrics", "WinnowReconstruction", "WinnowReports", "WinnowTensors",
      ], path: "Tests/DetectorReportsTests", swiftSettings: settings),
    .testTarget(
      name: "StudiesTests", dependencies: ["WinnowStudies", "Winnow"], path: "Tests/StudiesTests",
      swiftSettings: settings),
    .testTarget(
      name: "EventsTests", dependencies: ["WinnowEvents", "WinnowTensors"],
      path: "Tests/EventsTests", swiftSettings: settings),
    .testTarget(
      name: "DetectorsTests",
      dependencies: [
        "WinnowDetectors", "WinnowEvents", "WinnowFastJet", "WinnowMetrics", "WinnowTensors",
      ],
      path: "Tests/DetectorsTests", swiftSettings: settings),
    .testTarget(
      name: "FastJetTests",
      dependencies: ["WinnowFastJet", "WinnowEvents", "WinnowTestSupport"],
      path: "Tests/FastJetTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "ReconstructionTests",
      dependencies: ["WinnowReconstruction", "WinnowEvents", "WinnowFastJet", "WinnowTestSupport"],
      path: "Tests/ReconstructionTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "FixedPointTests",
      dependencies: ["WinnowFixedPoint", .product(name: "BigInt", package: "BigInt")],
      path: "Tests/FixedPointTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "NetworkIRTests", dependencies: ["WinnowNetworkIR", "WinnowFixedPoint"],
      path: "Tests/NetworkIRTests", swiftSettings: settings),
    .testTarget(
      name: "NetworkFormatsTests",
      dependencies: ["WinnowNetworkFormats", "WinnowONNXSchema", "WinnowTestSupport"],
      path: "Tests/NetworkFormatsTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "EngineTests", dependencies: ["WinnowEngine", "WinnowTestSupport"],
      path: "Tests/EngineTests", swiftSettings: settings),
    .testTarget(
      name: "FirmwareTests", dependencies: ["WinnowFirmware", "WinnowTestSupport"],
      path: "Tests/FirmwareTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "WinnowTraining", "WinnowNetworkIR", "WinnowFixedPoint", "WinnowTensors",
        "CWinnowFloatKernels",
      ],
      path: "Tests/TrainingTests", exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "TrainingNetworksTests",
      dependencies: [
        "WinnowTraining", "WinnowNetworkFormats", "WinnowNetworkIR", "WinnowTensors",
      ], path: "Tests/TrainingNetworksTests", swiftSettings: settings),
    .testTarget(
      name: "WinnowTests",
      dependencies: [
        "Winnow", "WinnowDetectors", "WinnowEvents", "WinnowReconstruction", "WinnowTensors",
        "WinnowTestSupport",
      ], path: "Tests/WinnowTests", swiftSettings: settings),
    .testTarget(
      name: "CommandTests", dependencies: ["WinnowCommand", "Winnow"], path: "Tests/CommandTests",
      swiftSettings: settings),
  ]
)
