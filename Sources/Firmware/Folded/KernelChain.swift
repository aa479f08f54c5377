/// Kernels one after another, each given what the one before it makes.
package struct KernelChain: StreamKernel {
  package let moduleName: String
  package let kernels: [any StreamKernel]
  /// Written into the text where there is one.
  var stamp: Stamp?

  /// - Precondition: there is a kernel, and the widths of neighbours agree.
  package init(_ kernels: [any StreamKernel], name: String) {
    precondition(!kernels.isEmpty, "a chain of no kernels")
    for (a, b) in zip(kernels, kernels.dropFirst()) {
      precondition(
        a.outputWidth == b.inputWidth, "\(a.moduleName) and \(b.moduleName) do not fit together")
    }
    self.kernels = kernels
    moduleName = name
  }

  package var inputWidth: Int { kernels[0].inputWidth }
  package var outputWidth: Int { kernels[kernels.count - 1].outputWidth }
  package var interval: Int { kernels.map(\.interval).max()! }
  package var latency: Int { kernels.map(\.latency).reduce(0, +) }
  package var resources: Resources { kernels.reduce(.none) { $0 + $1.resources } }

  package var verilog: String {
    kernels.map(\.verilog).joined(separator: "\n") + "\n" + top.joined(separator: "\n")
  }

  private var top: [String] {
    var lines = [
      "// \(moduleName): \(kernels.count) kernels joined by valid and ready.", "module \(moduleName) (",
    ]
    lines += streamPorts(inputWidth, outputWidth) + [");"]
    if let stamp {
      // Nothing reads it but whoever looks for it.
      lines += [
        "  /* verilator lint_off UNUSED */", stamp.verilogParameter, "  /* verilator lint_on UNUSED */",
      ]
    }
    for (index, kernel) in kernels.dropLast().enumerated() {
      lines += [
        "  wire valid_\(index + 1);", "  wire ready_\(index + 1);",
        "  wire [\(kernel.outputWidth - 1):0] data_\(index + 1);",
      ]
    }
    for (index, kernel) in kernels.enumerated() {
      let input = index == 0 ? ["in_valid", "in_ready", "in_data"] : Self.names(index)
      let output =
        index == kernels.count - 1 ? ["out_valid", "out_ready", "out_data"] : Self.names(index + 1)
      lines += [
        "  \(kernel.moduleName) kernel_\(index) (", "    .clock(clock), .reset(reset),",
        "    .in_valid(\(input[0])), .in_ready(\(input[1])), .in_data(\(input[2])),",
        "    .out_valid(\(output[0])), .out_ready(\(output[1])), .out_data(\(output[2]))", "  );",
      ]
    }
    return lines + ["endmodule", ""]
  }

  private static func names(_ index: Int) -> [String] {
    ["valid_\(index)", "ready_\(index)", "data_\(index)"]
  }
}

extension StreamKernel {
  /// Results after which the interval between them is the stated one: a chain is filled first.
  var settling: Int {
    guard let chain = self as? KernelChain else { return 1 }
    return 2 * chain.kernels.count + chain.kernels.reduce(0) { $0 + $1.latency / $1.interval + 1 }
  }
}
