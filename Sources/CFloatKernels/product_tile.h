// The innermost loop of every matrix product: R rows times C vectors of columns in registers.
//
// Per step of the inner dimension: C loads of b, R broadcasts of a, R C multiply-adds. Every size
// is a constant where it is called, so the compiler keeps the sums in registers.

typedef struct {
  /// a[i, p] at a[i · stride] + p, or where `by_columns` at a[i] + p · stride.
  const real *a;
  size_t stride;
  /// b[p, j] at b[p · ldb + j].
  const real *b;
  size_t ldb;
  real *c;
  size_t ldc;
  size_t inner;
  /// Columns of the last vector.
  size_t tail;
  /// Sums start from the old c, from the bias, from both or from 0.
  int from_c;
  const real *bias;
  /// Whether `slope` applies to negative results.
  int leaky;
  real slope;
} product_tile;

ALWAYS vec leaky(vec z, real slope) {
  const vec low = slope == 0 ? (vec)(0) : (vec)(slope) * z;
  return choose(z < (vec)(0), low, z);
}

ALWAYS void multiply_tile(
    const product_tile *restrict t, const size_t R, const size_t C, const int by_columns) {
  vec sums[MOST_SUMS];
  const size_t tail = t->tail, full = tail == LANES ? C : C - 1;
  UNROLL for (size_t j = 0; j < C; j++) {
    vec start = (vec)(0);
    if (t->bias)
      start = j < full ? load(t->bias + j * LANES) : load_first(t->bias + j * LANES, tail);
    UNROLL for (size_t i = 0; i < R; i++) sums[i * C + j] = start;
  }
  if (t->from_c) {
    const real *c = t->c;
    UNROLL for (size_t i = 0; i < R; i++, c += t->ldc)
      UNROLL for (size_t j = 0; j < C; j++)
        sums[i * C + j] += j < full ? load(c + j * LANES) : load_first(c + j * LANES, tail);
  }

  const size_t ldb = t->ldb, stride = t->stride;
  const real *b = t->b;
  // Every third row has a pointer; the two behind it are one and two strides away.
  const real *a[(MOST_ROWS + 2) / 3];
  UNROLL for (size_t i = 0; i < R; i += 3) a[i / 3] = by_columns ? t->a + i : t->a + i * stride;
#pragma clang loop unroll(disable)
  for (size_t p = t->inner; p > 0; p--) {
    vec x[4];
    UNROLL for (size_t j = 0; j < C; j++) x[j] = load(b + j * LANES);
    UNROLL for (size_t i = 0; i < R; i++) {
      const vec y = (vec)(by_columns ? a[0][i] : a[i / 3][(i % 3) * stride]);
      UNROLL for (size_t j = 0; j < C; j++) sums[i * C + j] = fused(y, x[j], sums[i * C + j]);
    }
    b += ldb;
    if (by_columns)
      a[0] += stride;
    else
      UNROLL for (size_t i = 0; i < R; i += 3) a[i / 3]++;
  }

  if (t->leaky) {
    UNROLL for (size_t i = 0; i < R * C; i++) sums[i] = leaky(sums[i], t->slope);
  }
  real *c = t->c;
  UNROLL for (size_t i = 0; i < R; i++, c += t->ldc)
    UNROLL for (size_t j = 0; j < C; j++)
      if (j < full)
        store(c + j * LANES, sums[i * C + j]);
      else
        store_first(c + j * LANES, sums[i * C + j], tail);
}

typedef void (*multiply_tile_function)(const product_tile *);

#define TILE(R, C)                                                                                 \
  static void multiply_rows_##R##_##C(const product_tile *t) { multiply_tile(t, R, C, 0); }        \
  static void multiply_columns_##R##_##C(const product_tile *t) { multiply_tile(t, R, C, 1); }
#define ROW(R, C) multiply_rows_##R##_##C,
#define COLUMN(R, C) multiply_columns_##R##_##C,

#define UP_TO_4(X, C) X(1, C) X(2, C) X(3, C) X(4, C)
#define UP_TO_6(X, C) UP_TO_4(X, C) X(5, C) X(6, C)
#define UP_TO_8(X, C) UP_TO_6(X, C) X(7, C) X(8, C)
#define UP_TO_12(X, C) UP_TO_8(X, C) X(9, C) X(10, C) X(11, C) X(12, C)

// Rows by vectors: as many sums as the registers hold beside C vectors of b and one of a.
#if VECTOR_BYTES == 64 || defined(__aarch64__)
#define MOST_COLUMNS 4
#define TILES(X, LIST_END)                                                                         \
  {UP_TO_12(X, 1)} LIST_END {UP_TO_12(X, 2)} LIST_END {UP_TO_8(X, 3)} LIST_END {UP_TO_6(X, 4)}
UP_TO_12(TILE, 1) UP_TO_12(TILE, 2) UP_TO_8(TILE, 3) UP_TO_6(TILE, 4)
static const size_t tile_rows[MOST_COLUMNS] = {12, 12, 8, 6};
#else
#define MOST_COLUMNS 2
#define TILES(X, LIST_END) {UP_TO_12(X, 1)} LIST_END {UP_TO_6(X, 2)}
UP_TO_12(TILE, 1) UP_TO_6(TILE, 2)
static const size_t tile_rows[MOST_COLUMNS] = {12, 6};
#endif

#define COMMA ,
static const multiply_tile_function tiles_by_rows[MOST_COLUMNS][MOST_ROWS] = {TILES(ROW, COMMA)};
static const multiply_tile_function tiles_by_columns[MOST_COLUMNS][MOST_ROWS] = {
    TILES(COLUMN, COMMA)};
