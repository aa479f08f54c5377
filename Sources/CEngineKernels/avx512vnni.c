#if defined(__x86_64__)
#include <immintrin.h>

#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))), apply_to = function)
#define ISA avx512vnni
#define VECTOR_BYTES 64
#define MULTIPLY_ADD_PAIRS(sum, x, w)                                                              \
  (u32)_mm512_dpwssd_epi32((__m512i)(sum), (__m512i)(x), (__m512i)(w))
#include "kernels.h"
#pragma clang attribute pop
#endif
