#ifndef C_BARE_FAST_JET_H
#define C_BARE_FAST_JET_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Anti-kt as FastJet's manual shows it: particles in, jets above `minimum_pt` sorted, nothing kept.
///
/// - Returns: the number of jets, or of their particles where `constituents` is not 0.
size_t bare_fastjet(
  const double *_Nonnull momenta, size_t particles, double radius, double minimum_pt,
  int constituents);

/// Seconds that this thread has computed: other programs on the core don't count.
double thread_seconds(void);

#ifdef __cplusplus
}
#endif

#endif
