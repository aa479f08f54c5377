import Testing

@testable import WinnowFirmware

@Suite struct FormalProofTests {}
