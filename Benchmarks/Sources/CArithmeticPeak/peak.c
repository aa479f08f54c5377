#include "CArithmeticPeak.h"

// Twelve chains hide the latency of two multiply-adds a cycle. The asm statements keep the compiler
// from working the sums out.
#define PEAK(name, bytes, attribute, multiply_add)                                                 \
  typedef float name##_vector __attribute__((vector_size(bytes)));                                 \
  __attribute__((noinline)) attribute static double name(long rounds) {                            \
    name##_vector sums[12], x = {0}, y = {0};                                                      \
    for (int i = 0; i < 12; i++) sums[i] = x;                                                      \
    for (long r = 0; r < rounds; r++) {                                                            \
      __asm__ volatile("" : HOLD(x), HOLD(y));                                                     \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < 12; i++) sums[i] =                    \
          multiply_add(x, y, sums[i]);                                                             \
    }                                                                                              \
    for (int i = 0; i < 12; i++) __asm__ volatile("" : HOLD(sums[i]));                             \
    return 12.0 * 2 * (double)rounds * (bytes / 4);                                                \
  }
#define SEPARATE(a, b, c) ((a) * (b) + (c))

#if defined(__x86_64__)
#define HOLD(v) "+v"(v)
PEAK(wide, 64, __attribute__((target("avx512f"))), __builtin_elementwise_fma)
PEAK(middle, 32, __attribute__((target("avx2,fma"))), __builtin_elementwise_fma)
PEAK(narrow, 16, , SEPARATE)
#else
#define HOLD(v) "+w"(v)
PEAK(narrow, 16, , __builtin_elementwise_fma)
#define wide narrow
#define middle narrow
#endif

double winnow_arithmetic_peak(int vector_bytes, long rounds) {
  return vector_bytes == 64 ? wide(rounds) : vector_bytes == 32 ? middle(rounds) : narrow(rounds);
}
