// Loops over arrays in vectors, the last one partial.

/// The vector at p of which `count` lanes exist: LANES, a constant, in a loop's body.
ALWAYS vec get(const real *p, size_t count) { return count == LANES ? load(p) : load_first(p, count); }
ALWAYS void put(real *p, vec x, size_t count) {
  if (count == LANES)
    store(p, x);
  else
    store_first(p, x, count);
}
/// p (+)= x
ALWAYS void put_or_add(real *p, vec x, size_t count, const int accumulate) {
  put(p, accumulate ? get(p, count) + x : x, count);
}

/// Runs a statement, which treats `lanes` elements from index `i` on, over `count` elements.
#define FOR_VECTORS(count, ...)                                                                    \
  do {                                                                                             \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= (count); i += LANES) {                                                     \
      const size_t lanes = LANES;                                                                  \
      __VA_ARGS__;                                                                                 \
    }                                                                                              \
    if (i < (count)) {                                                                             \
      const size_t lanes = (count) - i;                                                            \
      __VA_ARGS__;                                                                                 \
    }                                                                                              \
  } while (0)
