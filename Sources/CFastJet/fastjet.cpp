#include "CWinnowFastJet.h"

#ifdef WINNOW_FASTJET

#include <fastjet/ClusterSequence.hh>
#include <fastjet/ClusterSequenceArea.hh>

#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace {

struct Jets : winnow_fastjet_jets {
  Jets() : winnow_fastjet_jets{} {}
  std::vector<double> momentum_values;
  std::vector<double> rapidity_values;
  std::vector<double> area_values;
  std::vector<int32_t> owners;
};

// FastJet greets once. Its authors ask that programs which link it don't turn that off; standard
// output stays ours. The greeting's flag has no lock in Debian's build.
void greet() {
  static std::once_flag once;
  std::call_once(once, [] {
    fastjet::Error::set_print_errors(false);
    fastjet::ClusterSequence::set_fastjet_banner_stream(&std::cerr);
    fastjet::ClusterSequence::print_banner();
    std::cerr.flush();
  });
}

fastjet::JetAlgorithm algorithm(winnow_fastjet_algorithm algorithm) {
  switch (algorithm) {
    case winnow_fastjet_kt: return fastjet::kt_algorithm;
    case winnow_fastjet_cambridge_aachen: return fastjet::cambridge_algorithm;
    case winnow_fastjet_anti_kt: return fastjet::antikt_algorithm;
  }
  throw fastjet::Error("unknown jet algorithm");
}

// Particles as FastJet holds them, and where they lie in the event.
struct Inputs {
  std::vector<fastjet::PseudoJet> particles;
  std::vector<int32_t> places;
};

Inputs read(const double *momenta, size_t particles, bool has_ghosts) {
  Inputs inputs;
  inputs.particles.reserve(particles);
  inputs.places.reserve(particles);
  for (size_t particle = 0; particle < particles; ++particle) {
    const double *p = momenta + 4 * particle;
    // As soft as ghosts: FastJet warns of these, through a list that threads share.
    if (has_ghosts && p[0] * p[0] + p[1] * p[1] < 1e-160) continue;
    inputs.particles.emplace_back(p[0], p[1], p[2], p[3]);
    inputs.places.push_back(int32_t(particle));
  }
  return inputs;
}

// Marks each particle with its jet by one walk back through the recombinations: cheaper than
// asking each jet for its constituents, which copies them.
std::vector<int32_t> owners(
  const fastjet::ClusterSequence &sequence, const std::vector<fastjet::PseudoJet> &jets,
  size_t particles
) {
  const auto &history = sequence.history();
  std::vector<int32_t> owner(history.size(), -1);
  for (size_t jet = 0; jet < jets.size(); ++jet) {
    owner[jets[jet].cluster_hist_index()] = int32_t(jet);
  }
  for (size_t step = history.size(); step-- > particles;) {
    if (owner[step] < 0) continue;
    if (history[step].parent1 >= 0) owner[history[step].parent1] = owner[step];
    if (history[step].parent2 >= 0) owner[history[step].parent2] = owner[step];
  }
  owner.resize(particles);
  return owner;
}

void collect(
  const fastjet::ClusterSequence &sequence, double minimum_pt, size_t particles, Jets &result,
  std::vector<fastjet::PseudoJet> &jets
) {
  jets = fastjet::sorted_by_pt(sequence.inclusive_jets(minimum_pt));
  result.owners = owners(sequence, jets, particles);
  result.momentum_values.reserve(4 * jets.size());
  result.rapidity_values.reserve(jets.size());
  for (const auto &jet : jets) {
    result.momentum_values.insert(
      result.momentum_values.end(), {jet.px(), jet.py(), jet.pz(), jet.E()});
    result.rapidity_values.push_back(jet.rap());
  }
}

void find(
  const winnow_fastjet_request &request, const std::vector<fastjet::PseudoJet> &particles,
  Jets &result
) {
  const fastjet::JetDefinition definition(algorithm(request.algorithm), request.radius);
  std::vector<fastjet::PseudoJet> jets;
  if (request.ghost_area <= 0) {
    const fastjet::ClusterSequence sequence(particles, definition);
    collect(sequence, request.minimum_pt, particles.size(), result, jets);
    return;
  }
  // Ghosts from seeds of their own: FastJet's common generator is one for all threads.
  const auto ghosts =
    fastjet::GhostedAreaSpec(request.ghost_rapidity, 1, request.ghost_area)
      .with_fixed_seed({request.ghost_seeds[0], request.ghost_seeds[1]});
  const fastjet::ClusterSequenceArea sequence(
    particles, definition, fastjet::AreaDefinition(fastjet::active_area, ghosts));
  collect(sequence, request.minimum_pt, particles.size(), result, jets);
  result.area_values.reserve(jets.size());
  for (const auto &jet : jets) result.area_values.push_back(sequence.area(jet));
  if (request.density_rapidity > 0) {
    // Its warnings go through a list that threads share.
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    sequence.get_median_rho_and_sigma(
      fastjet::SelectorAbsRapMax(request.density_rapidity), false, result.density,
      result.density_fluctuation, result.density_mean_area);
  }
}

}  // namespace

const winnow_fastjet_jets *winnow_fastjet_find(
  const winnow_fastjet_request *request, const double *momenta, size_t particles, char *error,
  size_t error_capacity
) {
  try {
    greet();
    const Inputs inputs = read(momenta, particles, request->ghost_area > 0);
    auto result = std::make_unique<Jets>();
    find(*request, inputs.particles, *result);
    if (inputs.places.size() < particles) {
      std::vector<int32_t> owners(particles, -1);
      for (size_t input = 0; input < inputs.places.size(); ++input) {
        owners[inputs.places[input]] = result->owners[input];
      }
      result->owners = std::move(owners);
    }
    result->count = result->momentum_values.size() / 4;
    result->momenta = result->momentum_values.data();
    result->rapidities = result->rapidity_values.data();
    result->areas = request->ghost_area > 0 ? result->area_values.data() : nullptr;
    result->jet_of_particle = result->owners.data();
    return result.release();
  } catch (const fastjet::Error &problem) {
    std::snprintf(error, error_capacity, "%s", problem.message().c_str());
  } catch (const std::exception &problem) {
    std::snprintf(error, error_capacity, "%s", problem.what());
  }
  return nullptr;
}

void winnow_fastjet_release(const winnow_fastjet_jets *jets) {
  delete static_cast<const Jets *>(jets);
}

#endif
