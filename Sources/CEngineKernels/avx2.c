#if defined(__x86_64__)
#include <immintrin.h>

#include "table.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define ISA avx2
#define VECTOR_BYTES 32
#define MULTIPLY_ADD_PAIRS(sum, x, w) (sum) + (u32)_mm256_madd_epi16((__m256i)(x), (__m256i)(w))
#include "kernels.h"
#pragma clang attribute pop
#endif
