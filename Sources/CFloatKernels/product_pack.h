// Panels of b for the tiles: [inner][width], padded with zeros to whole vectors.

/// to[j · ldto + i] = from[i · ldfrom + j] for four rows and four columns of `from`.
ALWAYS void transpose_four(const real *from, size_t ldfrom, real *to, size_t ldto) {
  typedef real quad __attribute__((ext_vector_type(4)));
  typedef real unaligned_quad
      __attribute__((ext_vector_type(4), aligned(sizeof(real)), may_alias));
  const quad a = *(const unaligned_quad *)from;
  const quad b = *(const unaligned_quad *)(from + ldfrom);
  const quad c = *(const unaligned_quad *)(from + 2 * ldfrom);
  const quad d = *(const unaligned_quad *)(from + 3 * ldfrom);
  const quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(unaligned_quad *)to = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(unaligned_quad *)(to + ldto) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(unaligned_quad *)(to + 2 * ldto) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(unaligned_quad *)(to + 3 * ldto) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

/// Columns of a source that are transposed before the next ones: their place in `to` stays in the
/// level 1 cache.
enum { COLUMNS_OF_TRANSPOSE = 64 };

/// to[j · ldto + i] = from[i · ldfrom + j] for `rows` x `columns` of `from`.
static void transpose(
    const real *from, size_t ldfrom, real *to, size_t ldto, size_t rows, size_t columns) {
  for (size_t first = 0; first < columns; first += COLUMNS_OF_TRANSPOSE) {
    const size_t end = smaller(first + COLUMNS_OF_TRANSPOSE, columns);
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      const real *f = from + i * ldfrom;
      size_t j = first;
      for (; j + 4 <= end; j += 4) transpose_four(f + j, ldfrom, to + j * ldto + i, ldto);
      for (; j < end; j++)
        for (size_t k = 0; k < 4; k++) to[j * ldto + i + k] = f[k * ldfrom + j];
    }
    for (; i < rows; i++)
      for (size_t j = first; j < end; j++) to[j * ldto + i] = from[i * ldfrom + j];
  }
}

static void pack_transposed(
    const real *b, size_t ldb, real *pack, size_t width, size_t inner, size_t columns) {
  transpose(b, ldb, pack, width, columns, inner);
  for (size_t p = 0; columns < width && p < inner; p++)
    for (size_t j = columns; j < width; j++) pack[p * width + j] = 0;
}

static void pack_rows(
    const real *b, size_t ldb, real *pack, size_t width, size_t inner, size_t columns) {
  for (size_t p = 0; p < inner; p++, b += ldb, pack += width) {
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) store(pack + j, load(b + j));
    if (j < columns) store(pack + j, load_first(b + j, columns - j));
  }
}
