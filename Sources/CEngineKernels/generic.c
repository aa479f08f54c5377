#include "table.h"

#define ISA generic
#define VECTOR_BYTES 16
/// Both halves of each 32-bit lane, sign-extended, times those of w.
#define MULTIPLY_ADD_PAIRS(sum, x, w)                                                              \
  (sum) + (u32)(((s32)(x) << 16) >> 16) * (u32)(((s32)(w) << 16) >> 16) +                          \
      (u32)((s32)(x) >> 16) * (u32)((s32)(w) >> 16)
#include "kernels.h"
