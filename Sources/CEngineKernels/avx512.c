#if defined(__x86_64__)
#include <immintrin.h>

#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))), apply_to = function)
#define ISA avx512
#define VECTOR_BYTES 64
#define MULTIPLY_ADD_PAIRS(sum, x, w) (sum) + (u32)_mm512_madd_epi16((__m512i)(x), (__m512i)(w))
#include "kernels.h"
#pragma clang attribute pop
#endif
