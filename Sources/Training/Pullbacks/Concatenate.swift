public import WinnowNetworkIR

extension Concatenate: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, copies(site))
  }

  /// For each input the pieces that it gives to a row of the output.
  func copies<Scalar>(_ site: Site<Scalar>) -> [CopyRuns] {
    let y = site.outputs[0]
    let axis = resolved(self.axis, rank: y.shape.count)
    let byRow = y.isBatched && axis > 0
    let outer = y.shape[(byRow ? 1 : 0)..<axis].reduce(1, *)
    let total = y.shape[axis...].reduce(1, *)
    var offset = 0
    return site.inputs.map { x in
      let length = x.shape[axis...].reduce(1, *)
      defer { offset += length }
      return CopyRuns(
        site, rows: byRow ? x.rows : 1, source: outer * length, target: outer * total,
        pieces: (0..<outer).map { ($0 * length, $0 * total + offset, length) })
    }
  }
}
