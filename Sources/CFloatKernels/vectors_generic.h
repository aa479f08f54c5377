#define VECTOR_BYTES 16
#include "vectors.h"

#if defined(__aarch64__)
ALWAYS vec fused(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }
#else
// Without the instruction a fused product would be a call of the C library per lane.
#pragma STDC FP_CONTRACT OFF
ALWAYS vec fused(vec a, vec b, vec c) { return a * b + c; }
#endif

ALWAYS vec load_first(const real *p, size_t count) {
  vec x = (vec)(0);
  for (size_t i = 0; i < count && i < LANES; i++) x[i] = p[i];
  return x;
}
ALWAYS void store_first(real *p, vec x, size_t count) {
  for (size_t i = 0; i < count && i < LANES; i++) p[i] = x[i];
}
