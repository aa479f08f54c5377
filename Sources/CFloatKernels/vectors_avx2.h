#define VECTOR_BYTES 32
#include "vectors.h"

ALWAYS vec fused(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }

#if defined(REAL_IS_FLOAT)
ALWAYS vec load_first(const real *p, size_t count) {
  return (vec)_mm256_maskload_ps(p, (__m256i)first_lanes(count));
}
ALWAYS void store_first(real *p, vec x, size_t count) {
  _mm256_maskstore_ps(p, (__m256i)first_lanes(count), (__m256)x);
}
#else
ALWAYS vec load_first(const real *p, size_t count) {
  return (vec)_mm256_maskload_pd(p, (__m256i)first_lanes(count));
}
ALWAYS void store_first(real *p, vec x, size_t count) {
  _mm256_maskstore_pd(p, (__m256i)first_lanes(count), (__m256d)x);
}
#endif
