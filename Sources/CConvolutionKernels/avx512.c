#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>

#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)
#define ISA avx512
#define LANES 16
#define TILE_COLUMNS 6
#define WIDE_COLUMNS 12
#define LONG_COLUMNS 14
#define EVENT_VECTORS 4
#define CHUNK_VECTORS 24
// Writes the values that are not zero and their offsets; the number of them.
#define COMPRESS(values, offsets, v, o) compress(values, offsets, (__m512)(v), (__m512i)(o))
static inline int compress(float *values, int32_t *offsets, __m512 v, __m512i o) {
  const __mmask16 mask = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  _mm512_storeu_ps(values, _mm512_maskz_compress_ps(mask, v));
  _mm512_storeu_si512(offsets, _mm512_maskz_compress_epi32(mask, o));
  return __builtin_popcount(mask);
}
#include "kernels.h"
#pragma clang attribute pop
#endif
