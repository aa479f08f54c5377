// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "Benchmarks",
  products: [
    .executable(name: "engine-benchmark", targets: ["EngineBenchmark"]),
    .executable(name: "events-benchmark", targets: ["EventsBenchmark"]),
    .executable(name: "float-kernels-benchmark", targets: ["FloatKernelsBenchmark"]),
    .executable(name: "reconstruction-benchmark", targets: ["ReconstructionBenchmark"]),
    .executable(name: "training-benchmark", targets: ["TrainingBenchmark"]),
  ],
  dependencies: [.package(name: "Winnow", path: "../")],
  targets: [
    // Counts malloc, calloc and realloc (glibc); other systems count nothing.
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "EngineBenchmark",
      dependencies: ["CAllocationCounter", .product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
    .executableTarget(
      name: "EventsBenchmark", dependencies: [.product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
    // The most multiply-adds a second that an instruction set gives.
    .target(name: "CArithmeticPeak"),
    .executableTarget(
      name: "FloatKernelsBenchmark",
      dependencies: ["CArithmeticPeak", .product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
    // FastJet as its manual shows it, beside ours.
    .target(name: "CBareFastJet", linkerSettings: [.linkedLibrary("fastjet")]),
    .executableTarget(
      name: "ReconstructionBenchmark",
      dependencies: ["CBareFastJet", .product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
    .executableTarget(
      name: "TrainingBenchmark", dependencies: [.product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
  ]
)
