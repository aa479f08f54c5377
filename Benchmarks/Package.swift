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
  products: [.executable(name: "engine-benchmark", targets: ["EngineBenchmark"])],
  dependencies: [.package(name: "Winnow", path: "../")],
  targets: [
    // Counts malloc, calloc and realloc (glibc); other systems count nothing.
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "EngineBenchmark",
      dependencies: ["CAllocationCounter", .product(name: "Winnow", package: "Winnow")],
      swiftSettings: settings),
  ]
)
