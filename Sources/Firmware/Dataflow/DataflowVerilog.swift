import WinnowFixedPoint
import WinnowNetworkIR

/// The Verilog of a dataflow: kernels, formers, a buffer, and the top that connects them.
struct DataflowVerilog {
  let graph: DataflowGraph
  let name: String
  /// Written into the text where there is one.
  var stamp: Stamp?

  /// `in`, or with its name where there are several.
  func inputPrefix(_ index: Int) -> String {
    graph.inputCount == 1
      ? "in" : portNames((0..<graph.inputCount).map { graph.streams[$0].name }, prefix: "in_")[index]
  }

  func outputPrefix(_ index: Int) -> String {
    graph.outputs.count == 1
      ? "out" : portNames(graph.outputs.map(\.name), prefix: "out_")[index]
  }

  func outputWidth(_ index: Int) -> Int { max(graph.outputs[index].stream.width, 1) }
  func inputWidth(_ index: Int) -> Int { max(graph.streams[index].width, 1) }

  func text() -> String {
    var parts = [
      """
      // \(name): one process a layer, tokens between them with valid and ready.\(stamp.map { "\n// \($0.comment)" } ?? "")
      `default_nettype none
      /* verilator lint_off UNUSED */  // rounding drops low bits, wrapping high ones; layers leave some elements out
      /* verilator lint_off DECLFILENAME */

      """
    ]
    for process in graph.processes { parts.append(process.kernel.verilog) }
    for edge in graph.edges where !edge.former.isWires { parts.append(edge.former.verilog()) }
    if graph.edges.contains(where: { $0.depth > 1 }) { parts.append(bufferModule()) }
    if graph.edges.contains(where: { $0.depth == 1 }) { parts.append(registerModule()) }
    parts.append(top())
    return parts.joined()
  }

  // MARK: The top

  private func top() -> String {
    var ports = ["  input  wire clock", "  input  wire reset"]
    for index in 0..<graph.inputCount {
      let prefix = inputPrefix(index)
      ports += [
        "  input  wire \(prefix)_valid", "  output wire \(prefix)_ready",
        "  input  wire [\(inputWidth(index) - 1):0] \(prefix)_data",
      ]
    }
    for index in graph.outputs.indices {
      let prefix = outputPrefix(index)
      ports += [
        "  output wire \(prefix)_valid", "  input  wire \(prefix)_ready",
        "  output wire [\(outputWidth(index) - 1):0] \(prefix)_data",
      ]
    }
    var lines = ["", "module \(name) (", ports.joined(separator: ",\n"), ");"]
    if let stamp { lines.append(stamp.verilogParameter) }
    for stream in graph.streams.indices { lines += streamLines(stream) }
    for edge in graph.edges.indices { lines += edgeLines(edge) }
    for process in graph.processes.indices { lines += processLines(process) }
    for (index, output) in graph.outputs.enumerated() {
      let prefix = outputPrefix(index)
      lines += [
        "", "  // Output \(commentText(output.name))",
        "  assign \(prefix)_valid = window_\(output.edge)_valid;",
        "  assign window_\(output.edge)_ready = \(prefix)_ready;",
        "  assign \(prefix)_data = window_\(output.edge)_data;",
      ]
    }
    return (lines + ["endmodule", ""]).joined(separator: "\n")
  }

  /// A stream and the signals of those who read it: each takes a token once, in its own time.
  private func streamLines(_ stream: Int) -> [String] {
    let source = graph.streams[stream]
    let readers = graph.edges.indices.filter { graph.edges[$0].stream == stream }
    var lines = [
      "", "  // \(stream < graph.inputCount ? "Input" : "Layer") \(commentText(source.name))",
      "  wire stream_\(stream)_valid;", "  wire stream_\(stream)_ready;",
      "  wire [\(max(source.width, 1) - 1):0] stream_\(stream)_data;",
    ]
    if stream < graph.inputCount {
      let prefix = inputPrefix(stream)
      lines += [
        "  assign stream_\(stream)_valid = \(prefix)_valid;",
        "  assign \(prefix)_ready = stream_\(stream)_ready;",
        "  assign stream_\(stream)_data = \(prefix)_data;",
      ]
    }
    for edge in readers { lines.append("  wire edge_\(edge)_ready;") }
    if readers.count == 1 {
      lines += [
        "  wire edge_\(readers[0])_valid = stream_\(stream)_valid;",
        "  assign stream_\(stream)_ready = edge_\(readers[0])_ready;",
      ]
      return lines
    }
    for edge in readers {
      lines += [
        "  reg edge_\(edge)_given;",
        "  wire edge_\(edge)_valid = stream_\(stream)_valid & ~edge_\(edge)_given;",
        "  always @(posedge clock)",
        "    if (reset) edge_\(edge)_given <= 1'b0;",
        "    else edge_\(edge)_given <= stream_\(stream)_valid & ~stream_\(stream)_ready & (edge_\(edge)_given | edge_\(edge)_ready);",
      ]
    }
    let all = readers.map { "(edge_\($0)_ready | edge_\($0)_given)" }
    lines.append(
      "  assign stream_\(stream)_ready = \(all.isEmpty ? "1'b1" : all.joined(separator: " & "));")
    return lines
  }

  /// The part of a stream that a reader needs, its buffer and its former.
  private func edgeLines(_ index: Int) -> [String] {
    let edge = graph.edges[index]
    let source = graph.streams[edge.stream]
    let offsets = source.offsets
    let width = max(edge.former.input.width, 1)
    let parts = edge.slots.map { slot in
      (word: "stream_\(edge.stream)_data", low: offsets[slot], bits: source.formats[slot].width)
    }
    var lines = [
      "", "  // \(edge.name)",
      "  wire [\(width - 1):0] edge_\(index)_data = \(joined(parts));",
    ]
    var from = "edge_\(index)"
    if edge.depth > 0 {
      from = "buffer_\(index)"
      lines += [
        "  wire \(from)_valid;", "  wire \(from)_ready;", "  wire [\(width - 1):0] \(from)_data;",
        edge.depth == 1
          ? "  \(name)_register #(.WIDTH(\(width))) \(from) ("
          : "  \(name)_buffer #(.WIDTH(\(width)), .DEPTH(\(edge.depth)), .BITS(\(ControlTable.bits(edge.depth + 1))), .ADDRESS(\(ControlTable.bits(edge.depth)))) \(from) (",
        "    .clock(clock), .reset(reset),",
        "    .in_valid(edge_\(index)_valid), .in_ready(edge_\(index)_ready), .in_data(edge_\(index)_data),",
        "    .out_valid(\(from)_valid), .out_ready(\(from)_ready), .out_data(\(from)_data)", "  );",
      ]
    }
    let made = max(edge.former.outputWidth, 1)
    lines += [
      "  wire window_\(index)_valid;", "  wire window_\(index)_ready;",
      "  wire [\(made - 1):0] window_\(index)_data;",
    ]
    if edge.former.isWires {
      lines += [
        "  assign window_\(index)_valid = \(from)_valid;",
        "  assign \(from)_ready = window_\(index)_ready;",
        "  assign window_\(index)_data = \(edge.former.wires("\(from)_data"));",
      ]
    } else {
      lines += [
        "  \(edge.former.moduleName) window_\(index) (", "    .clock(clock), .reset(reset),",
        "    .in_valid(\(from)_valid), .in_ready(\(from)_ready), .in_data(\(from)_data),",
        "    .out_valid(window_\(index)_valid), .out_ready(window_\(index)_ready), .out_data(window_\(index)_data)",
        "  );",
      ]
    }
    return lines
  }

  /// A layer's kernels, one for each pixel of a token, all in step.
  private func processLines(_ index: Int) -> [String] {
    let process = graph.processes[index]
    let stream = graph.inputCount + index
    let kernel = process.kernel
    let valid = process.edges.map { "window_\($0)_valid" }.joined(separator: " & ")
    var lines = [
      "",
      "  // Layer \(commentText(process.layer.name)): \(process.layer.nodes.map { commentText($0.name) }.joined(separator: ", "))",
      "  wire [\(process.copies - 1):0] kernel_\(index)_ready;",
      "  wire [\(process.copies - 1):0] kernel_\(index)_valid;",
      "  wire kernel_\(index)_in_valid = \(valid);",
      "  assign stream_\(stream)_valid = &kernel_\(index)_valid;",
    ]
    for edge in process.edges {
      let others = process.edges.filter { $0 != edge }.map { " & window_\($0)_valid" }.joined()
      lines.append("  assign window_\(edge)_ready = (&kernel_\(index)_ready)\(others);")
    }
    let outWidth = graph.streams[stream].width / process.copies
    var offsets: [Int: [Int]] = [:]
    for edge in process.edges {
      offsets[edge] = graph.edges[edge].former.formats.reduce(into: [0]) {
        $0.append($0[$0.count - 1] + $1.width)
      }
    }
    for copy in 0..<process.copies {
      let parts = process.connections.compactMap { $0 }.map { connection in
        let slot = connection.slots[copy]
        return (
          word: "window_\(connection.edge)_data", low: offsets[connection.edge]![slot],
          bits: graph.edges[connection.edge].former.formats[slot].width
        )
      }
      lines += [
        "  wire [\(kernel.inputWidth - 1):0] kernel_\(index)_\(copy)_data = \(joined(parts));",
        "  \(kernel.moduleName) kernel_\(index)_\(copy) (", "    .clock(clock), .reset(reset),",
        "    .in_valid(kernel_\(index)_in_valid), .in_ready(kernel_\(index)_ready[\(copy)]), .in_data(kernel_\(index)_\(copy)_data),",
        "    .out_valid(kernel_\(index)_valid[\(copy)]), .out_ready(stream_\(stream)_ready),",
        "    .out_data(stream_\(stream)_data[\((copy + 1) * outWidth - 1):\(copy * outWidth)])", "  );",
      ]
    }
    return lines
  }

  /// Parts of words behind one another, from bit 0; neighbours in one word become one range.
  private func joined(_ parts: [(word: String, low: Int, bits: Int)]) -> String {
    var ranges: [(word: String, low: Int, bits: Int)] = []
    for part in parts where part.bits > 0 {
      if let last = ranges.last, last.word == part.word, last.low + last.bits == part.low {
        ranges[ranges.count - 1].bits += part.bits
      } else {
        ranges.append(part)
      }
    }
    let texts = ranges.reversed().map { range in
      "\(range.word)[\(range.bits == 1 ? "\(range.low)" : "\(range.low + range.bits - 1):\(range.low)")]"
    }
    if texts.isEmpty { return "1'b0" }
    return texts.count == 1 ? texts[0] : "{\n    \(texts.joined(separator: ",\n    "))}"
  }
}

extension WindowFormer {
  /// A former that is nothing but wires, as one expression.
  func wires(_ word: String) -> String {
    let offsets = input.offsets
    let parts = formats.indices.reversed().filter { formats[$0].width > 0 }.map { slot -> String in
      switch choices[slot][0] {
      case .held(let held, _):
        return extended(
          (name: word, offset: offsets[held], total: input.width), from: input.formats[held],
          to: formats[slot])
      case .zero, .lowest:
        let format = formats[slot]
        return choices[slot][0] == .lowest && format.isSigned
          ? "\(format.width)'d\(UInt64(1) << (format.width - 1))" : "\(format.width)'d0"
      }
    }
    if parts.isEmpty { return "1'b0" }
    return parts.count == 1 ? parts[0] : "{\n    \(parts.joined(separator: ",\n    "))}"
  }
}
