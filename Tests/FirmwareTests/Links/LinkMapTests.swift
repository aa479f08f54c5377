import Testing
@testable import WinnowFirmware
@Suite struct LinkMapTests {}
