import Foundation
import WinnowReports

/// A number with so many decimal places, for sentences.
func fixed(_ value: Double, places: Int) -> String {
  String(format: "%.\(places)f", value).replacingOccurrences(of: "-", with: "−")
}

/// A cell of a table; empty where nothing was counted.
func found(_ value: Double) -> ReportTable.Cell { value.isNaN ? .empty : .number(value) }
