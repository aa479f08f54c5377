/// Everything a user of Winnow imports: `import Winnow`.
@_exported public import WinnowDetectorReports
@_exported public import WinnowDetectors
@_exported public import WinnowEngine
@_exported public import WinnowEvents
@_exported public import WinnowFastJet
@_exported public import WinnowFirmware
@_exported public import WinnowFixedPoint
@_exported public import WinnowMetrics
@_exported public import WinnowNetworkFormats
@_exported public import WinnowNetworkIR
@_exported public import WinnowReconstruction
@_exported public import WinnowReports
@_exported public import WinnowTensors
@_exported public import WinnowTraining

/// The toolkit's version, as `winnow --version` prints it.
public let winnowVersion = Stamp.toolVersion
