/// FastJet behind plain C: one event in, its jets out. Calls share nothing, so that any number of
/// threads may call at once.
///
/// FastJet is under the GNU General Public License, version 2 or later. This target is empty where
/// the package's trait `FastJet` is off.
#ifndef C_WINNOW_FAST_JET_H
#define C_WINNOW_FAST_JET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum : int32_t {
  winnow_fastjet_kt,
  winnow_fastjet_cambridge_aachen,
  winnow_fastjet_anti_kt,
} winnow_fastjet_algorithm;

/// GeV, radian. E-scheme recombination.
typedef struct {
  winnow_fastjet_algorithm algorithm;
  double radius;
  /// Jets below are left out.
  double minimum_pt;
  /// 0: no areas; else the area of one ghost, spread to this |rapidity| from these seeds, which
  /// lie in 1...2147483562 and 1...2147483398.
  double ghost_area;
  double ghost_rapidity;
  int32_t ghost_seeds[2];
  /// 0: no density; else the median of pT over area of all jets up to this |rapidity|. Needs areas.
  double density_rapidity;
} winnow_fastjet_request;

/// Memory belongs to the result, until `winnow_fastjet_release`.
typedef struct {
  size_t count;
  /// [count x 4] px, py, pz, E; falling pT.
  const double *_Nullable momenta;
  /// [count]; a negative m² counts as 0.
  const double *_Nullable rapidities;
  /// [count]; null without ghosts.
  const double *_Nullable areas;
  /// [particles]: the jet that a particle belongs to, −1 for none.
  const int32_t *_Nullable jet_of_particle;
  double density;
  /// What 15.9 % of the jets lie below the median, times the root of the mean area.
  double density_fluctuation;
  double density_mean_area;
} winnow_fastjet_jets;

/// Finds the jets of an event.
///
/// `momenta` is [particles x 4]: px, py, pz, E, all finite. Returns null with a message in `error`
/// (ended by 0) where FastJet refuses.
const winnow_fastjet_jets *_Nullable winnow_fastjet_find(
  const winnow_fastjet_request *_Nonnull request, const double *_Nullable momenta,
  size_t particles, char *_Nonnull error, size_t error_capacity);

void winnow_fastjet_release(const winnow_fastjet_jets *_Nullable jets);

#ifdef __cplusplus
}
#endif

#endif
