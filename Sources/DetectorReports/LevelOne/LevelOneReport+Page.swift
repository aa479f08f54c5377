public import WinnowReports

extension LevelOneReport {
  /// The page of what was added: turn-ons, resolutions and spectra beside what is published.
  ///
  /// - Throws: ``ReportError`` where no event was added.
  public func page(_ provenance: Provenance) throws -> ReportPage {
    guard events > 0 else {
      throw ReportError("a report on Level-1 objects needs events, and there are none; add some")
    }
    var sections = [
      ReportPage.Section(
        "Turn-ons",
        [
          .figure(turnOn(electrons, "electrons", "Electrons", to: 100)),
          .figure(turnOn(muons, "muons", "Muons", to: 100)),
          .figure(turnOn(jets, "jets", "Jets", to: 200)), .figure(missingTurnOn),
        ]),
      ReportPage.Section(
        "Transverse momenta",
        [
          .figure(responses), .figure(leptonResolution), .figure(jetResolution),
          .figure(missingResolution),
        ]),
      ReportPage.Section(
        "Directions",
        [
          .figure(angle("eta", "pseudorapidity") { $0.eta }),
          .figure(angle("phi", "azimuth") { $0.phi }),
        ]),
      ReportPage.Section("What a network sees", [.figure(multiplicities), .figure(spectra)]),
    ]
    if let display {
      sections.append(
        ReportPage.Section("One event", display.figures.map { .figure($0) }))
    }
    sections.append(
      ReportPage.Section(
        "Beside what is published",
        [
          .table(comparison),
          .text(
            "Of CMS's paper on its Run-2 trigger (JINST 15 (2020) P10017) only the abstract could be read: its turn-ons and resolutions of electrons, jets and missing momentum are not compared. docs/detectors/level1.md tells what each constant of the model rests on and why jets and missing momentum are narrower."
          ),
        ]))
    // What holds nothing, a sample without jets for example, is left out rather than drawn empty.
    for index in sections.indices {
      sections[index].blocks.removeAll {
        if case .figure(let figure) = $0 { !figure.series.contains { !$0.y.isEmpty } } else { false }
      }
    }
    for index in sections.indices {
      sections[index].blocks = sections[index].blocks.map { block in
        guard case .figure(var figure) = block else { return block }
        figure.series.removeAll { $0.y.isEmpty }
        return .figure(figure)
      }
    }
    return ReportPage(
      "Level-1 trigger objects",
      summary:
        "\(events) events in a fast model of CMS's Level-1 trigger objects (electrons, muons, jets, missing momentum), compared with what was generated.",
      sections: sections.filter { !$0.blocks.isEmpty }, provenance: provenance)
  }
}
