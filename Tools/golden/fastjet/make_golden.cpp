// Writes Tests/FastJetTests/Golden/jets.json: toy events and the jets that FastJet finds in them,
// by its own C++ interface as its manual shows it. See run.sh.
#include <fastjet/ClusterSequence.hh>
#include <fastjet/ClusterSequenceArea.hh>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

using namespace fastjet;

// A few hard directions with collimated particles, and a soft flat rest; every fourth is massive.
static std::vector<PseudoJet> event(unsigned seed, int soft) {
  std::mt19937_64 words(seed);
  auto uniform = [&](double a, double b) { return a + (b - a) * (words() >> 11) * 0x1p-53; };
  std::vector<PseudoJet> particles;
  auto add = [&](double pt, double rap, double phi) {
    PseudoJet p = PtYPhiM(pt, rap, phi, particles.size() % 4 == 0 ? 0.13957 : 0);
    // Multiples of 1/256 GeV, which few decimals hold exactly; the energy rounded up.
    auto coarse = [](double x) { return std::round(x * 256) / 256; };
    particles.emplace_back(
        coarse(p.px()), coarse(p.py()), coarse(p.pz()), std::ceil(p.E() * 256 + 2) / 256);
  };
  for (int jet = 0; jet < 4; ++jet) {
    double pt = uniform(20, 120), rap = uniform(-2.5, 2.5), phi = uniform(0, twopi);
    for (int i = 0; i < 8; ++i)
      add(pt * uniform(0.02, 0.3), rap + uniform(-0.4, 0.4), phi + uniform(-0.4, 0.4));
  }
  for (int i = 0; i < soft; ++i) add(uniform(0.2, 3), uniform(-4.5, 4.5), uniform(0, twopi));
  return particles;
}

static void write(const ClusterSequence &sequence, const char *name, double radius, double ptmin,
                  const std::vector<PseudoJet> &jets, const ClusterSequenceArea *areas) {
  std::printf("{\"algorithm\": \"%s\", \"radius\": %g, \"minimumPt\": %g, \"jets\": [", name, radius, ptmin);
  for (size_t j = 0; j < jets.size(); ++j) {
    const auto &jet = jets[j];
    std::printf("%s\n{\"momentum\": [%.17g, %.17g, %.17g, %.17g], \"area\": %.17g, \"constituents\": [",
                j ? "," : "", jet.px(), jet.py(), jet.pz(), jet.E(), areas ? areas->area(jet) : 0);
    std::vector<int> indices;
    for (const auto &c : sequence.constituents(jet)) indices.push_back(c.user_index());
    std::sort(indices.begin(), indices.end());
    for (size_t i = 0; i < indices.size(); ++i) std::printf("%s%d", i ? ", " : "", indices[i]);
    std::printf("]}");
  }
  std::printf("]");
}

int main() {
  ClusterSequence::set_fastjet_banner_stream(&std::cerr);
  const std::pair<const char *, JetAlgorithm> algorithms[] = {
      {"anti-kt", antikt_algorithm}, {"kt", kt_algorithm}, {"cambridge-aachen", cambridge_algorithm}};
  std::printf("{\"fastjet\": \"%s\", \"ghostSeeds\": [12345, 67890], \"ghostArea\": 0.02,\n", "" FASTJET_VERSION);
  std::printf("\"maximumRapidity\": 4, \"densityRapidity\": 3, \"events\": [");
  for (unsigned seed = 1; seed <= 2; ++seed) {
    auto particles = event(seed, seed == 1 ? 40 : 220);
    std::printf("%s\n{\"particles\": [", seed > 1 ? "," : "");
    for (size_t i = 0; i < particles.size(); ++i) {
      particles[i].set_user_index(int(i));
      const auto &p = particles[i];
      std::printf("%s\n[%.17g, %.17g, %.17g, %.17g]", i ? "," : "", p.px(), p.py(), p.pz(), p.E());
    }
    std::printf("],\n\"clusterings\": [");
    bool first = true;
    for (const auto &[name, algorithm] : algorithms) {
      for (double radius : {0.4, 0.7, 1.0}) {
        double ptmin = seed == 2 ? 8 : radius == 0.7 ? 5 : 0;
        std::printf("%s\n", first ? "" : ",");
        first = false;
        JetDefinition definition(algorithm, radius);
        if (radius == 0.4) {  // with areas
          GhostedAreaSpec ghosts(4.0, 1, 0.02);
          AreaDefinition area(active_area, ghosts.with_fixed_seed({12345, 67890}));
          ClusterSequenceArea sequence(particles, definition, area);
          write(sequence, name, radius, ptmin, sorted_by_pt(sequence.inclusive_jets(ptmin)), &sequence);
          if (algorithm == antikt_algorithm) {  // no measure of a diffuse background
            std::printf("}");
            continue;
          }
          double rho, sigma, mean;
          sequence.get_median_rho_and_sigma(SelectorAbsRapMax(3), false, rho, sigma, mean);
          std::printf(", \"density\": [%.17g, %.17g, %.17g]}", rho, sigma, mean);
        } else {
          ClusterSequence sequence(particles, definition);
          write(sequence, name, radius, ptmin, sorted_by_pt(sequence.inclusive_jets(ptmin)), nullptr);
          std::printf("}");
        }
      }
    }
    std::printf("]}");
  }
  std::printf("]}\n");
}
