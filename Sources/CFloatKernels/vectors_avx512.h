#define VECTOR_BYTES 64
#include "vectors.h"

ALWAYS vec fused(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }

#if defined(REAL_IS_FLOAT)
ALWAYS vec load_first(const real *p, size_t count) {
  return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
ALWAYS void store_first(real *p, vec x, size_t count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)x);
}
#else
ALWAYS vec load_first(const real *p, size_t count) {
  return (vec)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
}
ALWAYS void store_first(real *p, vec x, size_t count) {
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), (__m512d)x);
}
#endif
