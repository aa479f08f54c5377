import Foundation

/// `eˣ`, computed in double precision.
@inline(__always)
func exponential<Scalar: TrainingScalar>(_ x: Scalar) -> Scalar { Scalar(exp(Double(x))) }

@inline(__always)
func logarithm<Scalar: TrainingScalar>(_ x: Scalar) -> Scalar { Scalar(log(Double(x))) }
