// Products with few columns: dot products of rows, the inner dimension in lanes.

/// Whether lanes along the inner dimension beat lanes along the columns, most of them empty.
static int is_narrow(size_t inner, size_t columns) {
  return columns <= 4 && columns * ((inner + LANES - 1) / LANES + 8) < inner
      && inner * columns <= LARGEST_TURNED;
}

/// R rows of a times C rows of b.
ALWAYS void multiply_narrow_rows(
    const size_t R, const size_t C, const real *a, size_t lda, const real *b, size_t ldb, real *c,
    size_t ldc, size_t inner, const real *bias, int accumulate, int is_leaky, real slope) {
  vec sums[16];
  UNROLL for (size_t i = 0; i < R * C; i++) sums[i] = (vec)(0);
  size_t p = 0;
  for (; p + LANES <= inner; p += LANES) {
    UNROLL for (size_t i = 0; i < R; i++)
      UNROLL for (size_t j = 0; j < C; j++)
        sums[i * C + j] = fused(load(a + i * lda + p), load(b + j * ldb + p), sums[i * C + j]);
  }
  if (p < inner) {
    UNROLL for (size_t i = 0; i < R; i++)
      UNROLL for (size_t j = 0; j < C; j++)
        sums[i * C + j] = fused(
            load_first(a + i * lda + p, inner - p), load_first(b + j * ldb + p, inner - p),
            sums[i * C + j]);
  }
  UNROLL for (size_t i = 0; i < R; i++)
    UNROLL for (size_t j = 0; j < C; j++) {
      real z = sum_of_lanes(sums[i * C + j]);
      if (bias) z += bias[j];
      if (accumulate) z += c[i * ldc + j];
      if (is_leaky) z = z < 0 ? (slope == 0 ? 0 : slope * z) : z;
      c[i * ldc + j] = z;
    }
}

#define MULTIPLY_NARROW(C)                                                                         \
  static void multiply_narrow_##C(                                                                 \
      const real *a, size_t lda, const real *b, size_t ldb, real *c, size_t ldc, size_t rows,      \
      size_t inner, const real *bias, int accumulate, int is_leaky, real slope) {                  \
    size_t i = 0;                                                                                  \
    for (; i + 4 <= rows; i += 4)                                                                  \
      multiply_narrow_rows(                                                                        \
          4, C, a + i * lda, lda, b, ldb, c + i * ldc, ldc, inner, bias, accumulate, is_leaky,     \
          slope);                                                                                  \
    for (; i < rows; i++)                                                                          \
      multiply_narrow_rows(                                                                        \
          1, C, a + i * lda, lda, b, ldb, c + i * ldc, ldc, inner, bias, accumulate, is_leaky,     \
          slope);                                                                                  \
  }
MULTIPLY_NARROW(1)
MULTIPLY_NARROW(2)
MULTIPLY_NARROW(3)
MULTIPLY_NARROW(4)

/// c[i, j] = Σ_p a[i, p] b[j, p], for at most 4 columns j.
static void multiply_narrow(
    const real *a, size_t lda, const real *b, size_t ldb, real *c, size_t ldc, size_t rows,
    size_t inner, size_t columns, const real *bias, int accumulate, int is_leaky, real slope) {
  static void (*const functions[])(
      const real *, size_t, const real *, size_t, real *, size_t, size_t, size_t, const real *,
      int, int, real) = {
      multiply_narrow_1, multiply_narrow_2, multiply_narrow_3, multiply_narrow_4};
  functions[columns - 1](
      a, lda, b, ldb, c, ldc, rows, inner, bias, accumulate, is_leaky, slope);
}
