#if defined(__x86_64__)
#include <stdint.h>

#include "table.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx2,fma"))), apply_to = function)
#define ISA avx2
#define LANES 8
#define TILE_COLUMNS 2
#define WIDE_COLUMNS 4
#define LONG_COLUMNS 4
#define EVENT_VECTORS 2
#define CHUNK_VECTORS 12
#include "kernels.h"
#pragma clang attribute pop
#endif
