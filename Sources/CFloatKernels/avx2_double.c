#if defined(__x86_64__)
#include <immintrin.h>

#define REAL_IS_DOUBLE
#define ISA avx2
#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx2,fma"))), apply_to = function)
#include "vectors_avx2.h"

#include "kernels.h"
#pragma clang attribute pop
#endif
