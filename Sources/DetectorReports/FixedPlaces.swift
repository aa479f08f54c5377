import Foundation

/// A number with so many decimal places, for sentences.
func fixed(_ value: Double, places: Int) -> String {
  String(format: "%.\(places)f", value).replacingOccurrences(of: "-", with: "−")
}
