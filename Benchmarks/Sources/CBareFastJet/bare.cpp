#include "CBareFastJet.h"

#include <fastjet/ClusterSequence.hh>

#include <ctime>
#include <iostream>
#include <vector>

size_t bare_fastjet(
  const double *momenta, size_t particles, double radius, double minimum_pt, int constituents
) {
  fastjet::ClusterSequence::set_fastjet_banner_stream(&std::cerr);
  std::vector<fastjet::PseudoJet> inputs;
  inputs.reserve(particles);
  for (size_t i = 0; i < particles; ++i) {
    const double *p = momenta + 4 * i;
    inputs.emplace_back(p[0], p[1], p[2], p[3]);
  }
  fastjet::ClusterSequence sequence(
    inputs, fastjet::JetDefinition(fastjet::antikt_algorithm, radius));
  const auto jets = fastjet::sorted_by_pt(sequence.inclusive_jets(minimum_pt));
  if (!constituents) return jets.size();
  size_t count = 0;
  for (const auto &jet : jets) count += sequence.constituents(jet).size();
  return count;
}

double thread_seconds(void) {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}
