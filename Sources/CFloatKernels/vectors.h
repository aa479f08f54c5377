// Vectors of one scalar type and one width. An instruction set's vectors_*.h gives VECTOR_BYTES
// and, behind this file, `load_first`, `store_first` (the first `count` lanes) and `fused`.
//
// Tails run the same vector operations as bodies, so an element's bits do not depend on its place.
#define ALWAYS static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("clang loop unroll(full)")
#define LANES (VECTOR_BYTES / sizeof(real))

typedef real vec __attribute__((ext_vector_type(VECTOR_BYTES / sizeof(real))));
typedef integer ivec __attribute__((ext_vector_type(VECTOR_BYTES / sizeof(real))));
typedef real unaligned_vec
    __attribute__((ext_vector_type(VECTOR_BYTES / sizeof(real)), aligned(sizeof(real)), may_alias));

ALWAYS vec load(const real *p) { return *(const unaligned_vec *)p; }
ALWAYS void store(real *p, vec x) { *(unaligned_vec *)p = x; }
ALWAYS size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// 0, 1, 2, …
ALWAYS ivec lane_numbers(void) {
  ivec numbers;
  UNROLL for (size_t i = 0; i < LANES; i++) numbers[i] = (integer)i;
  return numbers;
}
/// All bits set in the first `count` lanes.
ALWAYS ivec first_lanes(size_t count) { return lane_numbers() < (ivec)((integer)count); }

/// Lanes of `a` where the mask's bits are set, else of `b`.
ALWAYS vec choose(ivec mask, vec a, vec b) { return mask ? a : b; }

// The lanes of x joined into `result` by `join`: halves until one lane is left.
#if VECTOR_BYTES == 64 && defined(REAL_IS_FLOAT)
#define JOIN_LANES(join, x)                                                                        \
  const __auto_type eight = join(x.lo, x.hi);                                                      \
  const __auto_type four = join(eight.lo, eight.hi);                                               \
  const __auto_type two = join(four.lo, four.hi);
#elif VECTOR_BYTES == 64 || (VECTOR_BYTES == 32 && defined(REAL_IS_FLOAT))
#define JOIN_LANES(join, x)                                                                        \
  const __auto_type four = join(x.lo, x.hi);                                                       \
  const __auto_type two = join(four.lo, four.hi);
#elif VECTOR_BYTES == 32 || defined(REAL_IS_FLOAT)
#define JOIN_LANES(join, x) const __auto_type two = join(x.lo, x.hi);
#else
#define JOIN_LANES(join, x) const vec two = x;
#endif
#define ADD(a, b) ((a) + (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))

ALWAYS real sum_of_lanes(vec x) {
  JOIN_LANES(ADD, x)
  return two[0] + two[1];
}
ALWAYS real largest_lane(vec x) {
  JOIN_LANES(LARGER, x)
  return LARGER(two[0], two[1]);
}
