#if defined(__x86_64__)
#include <immintrin.h>

#define REAL_IS_FLOAT
#define ISA avx512
#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#include "vectors_avx512.h"

#include "kernels.h"
#pragma clang attribute pop
#endif
