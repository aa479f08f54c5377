// Backward: per band of cell rows the gradients that are not zero are listed by filter; each list
// then drives rank-one updates of the filter's weight gradient (in registers) and of dx (in the
// first-level cache). Both packed forms are [filter][kernel row][run rounded up to vectors].

INLINE int NAME(run_vectors)(const winnow_image_convolution *c) {
  return (c->run + LANES - 1) / LANES;
}

#define CHUNK(K, R)                                                                                \
  static void NAME(weights_##K##_##R)(                                                             \
      const float *x, ptrdiff_t row, const int32_t *offsets, const float *values, int count,       \
      float *gradient,                                                                             \
      ptrdiff_t stride) {                                                                          \
    vec sum[K][R];                                                                                 \
    _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)                                 \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) sum[k][r] =                   \
          LOAD(gradient + k * stride + r * LANES);                                                 \
    for (int i = 0; i < count; i++) {                                                              \
      const vec g = values[i];                                                                     \
      const float *p = x + offsets[i];                                                            \
      _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)                               \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) sum[k][r] +=                \
            g * LOAD(p + k * row + r * LANES);                                                     \
    }                                                                                              \
    _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)                                 \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
          STORE(gradient + k * stride + r * LANES, sum[k][r]);                                     \
  }                                                                                                \
  static void NAME(data_##K##_##R)(                                                                \
      float *dx, ptrdiff_t row, const int32_t *offsets, const float *values, int count,             \
      const float *weights,                                                                        \
      ptrdiff_t stride) {                                                                          \
    vec w[K][R];                                                                                   \
    _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)                                 \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) w[k][r] =                     \
          LOAD(weights + k * stride + r * LANES);                                                  \
    for (int i = 0; i < count; i++) {                                                              \
      const vec g = values[i];                                                                     \
      float *p = dx + offsets[i];                                                                 \
      _Pragma("clang loop unroll(full)") for (int k = 0; k < K; k++)                               \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                           \
          float *q = p + k * row + r * LANES;                                                      \
          STORE(q, LOAD(q) + g * w[k][r]);                                                         \
        }                                                                                          \
    }                                                                                              \
  }

CHUNK(1, 1) CHUNK(1, 2) CHUNK(1, 3) CHUNK(1, 4) CHUNK(1, 6) CHUNK(1, 8) CHUNK(1, 12)
CHUNK(2, 1) CHUNK(2, 2) CHUNK(2, 3) CHUNK(2, 4) CHUNK(2, 6) CHUNK(2, 8)
CHUNK(3, 1) CHUNK(3, 2) CHUNK(3, 3) CHUNK(3, 4) CHUNK(3, 6) CHUNK(3, 8)

typedef void (*NAME(weights_function))(
    const float *, ptrdiff_t, const int32_t *, const float *, int, float *, ptrdiff_t);
typedef void (*NAME(data_function))(
    float *, ptrdiff_t, const int32_t *, const float *, int, const float *, ptrdiff_t);

#define NONE {0, 0}
#define PAIR(K, R) {NAME(weights_##K##_##R), NAME(data_##K##_##R)}
static const struct {
  NAME(weights_function) weights;
  NAME(data_function) data;
} NAME(chunks)[4][13] = {
    {NONE},
    {NONE, PAIR(1, 1), PAIR(1, 2), PAIR(1, 3), PAIR(1, 4), NONE, PAIR(1, 6), NONE, PAIR(1, 8), NONE, NONE, NONE, PAIR(1, 12)},
    {NONE, PAIR(2, 1), PAIR(2, 2), PAIR(2, 3), PAIR(2, 4), NONE, PAIR(2, 6), NONE, PAIR(2, 8)},
    {NONE, PAIR(3, 1), PAIR(3, 2), PAIR(3, 3), PAIR(3, 4), NONE, PAIR(3, 6), NONE, PAIR(3, 8)},
};

// The widest chunk that fits into what is left and into the registers.
INLINE int NAME(chunk_width)(int rows, int left) {
  for (int width = left < 12 ? left : 12; width > 1; width--)
    if (rows * width <= CHUNK_VECTORS && NAME(chunks)[rows][width].weights) return width;
  return 1;
}

// Rows of cells whose input rows stay in the first-level cache.
INLINE int NAME(band_rows)(const winnow_image_convolution *c) {
  if (c->pool_rows == 1 && c->rows <= 4) return 1;  // so that halo rows are skipped
  const int most = 11000 / c->input_row, step = c->pool_rows * c->stride_rows;
  const int rows = (most - c->kernel_rows + c->stride_rows) / step;
  return rows < 1 ? 1 : rows > c->rows ? c->rows : rows;
}

// Room for a list of one filter; the last vector of a list may be written in full.
INLINE ptrdiff_t NAME(capacity)(const winnow_image_convolution *c) {
  return (ptrdiff_t)NAME(band_rows)(c) * c->columns + 16;
}

// Chunk by chunk of the window, all filters: the chunk's part of the band stays in cache.
INLINE void NAME(update)(
    const winnow_image_convolution *c, const float *x, const float *weights, float *gradient,
    float *dx, NAME(kernel_rows) kernel, winnow_image_gradients lists) {
  const int vectors = NAME(run_vectors)(c);
  const ptrdiff_t stride = (ptrdiff_t)vectors * LANES, row = c->input_row;
  const ptrdiff_t window = c->kernel_rows * stride, capacity = NAME(capacity)(c);
  // Many vectors a row: one kernel row at a time lets a chunk be wide.
  const int most = vectors > CHUNK_VECTORS / 3 ? 1 : 3;
  for (int k = kernel.first, rows; k < kernel.last; k += rows) {
    rows = kernel.last - k < most ? kernel.last - k : most;
    for (int v = 0, width; v < vectors; v += width) {
      width = NAME(chunk_width)(rows, vectors - v);
      const ptrdiff_t at = k * stride + v * LANES, shift = k * row + v * LANES;
      for (int f = 0; f < c->filters; f++) {
        const int32_t *offsets = lists.offsets + f * capacity;
        const float *values = lists.values + f * capacity;
        if (dx)
          NAME(chunks)[rows][width].data(
              dx + shift, row, offsets, values, lists.counts[f], weights + at + f * window, stride);
        else
          NAME(chunks)[rows][width].weights(
              x + shift, row, offsets, values, lists.counts[f], gradient + at + f * window, stride);
      }
    }
  }
}

static void NAME(backward)(
    const winnow_image_convolution *c, const float *x, const float *weights, float *dy,
    const uint8_t *places, float *weight_gradient, float *bias_gradient, float *dx,
    winnow_image_gradients lists) {
  const int band = NAME(band_rows)(c);
  const ptrdiff_t capacity = NAME(capacity)(c);
  const NAME(cell_steps) steps = NAME(steps)(c);
  for (int first = 0; first < c->rows; first += band) {
    const int last = first + band < c->rows ? first + band : c->rows;
    for (int f = 0; f < c->filters; f++) lists.counts[f] = 0;
    for (int f = 0; f < c->filters; f += 16) {
      const int lanes = c->filters - f < 16 ? c->filters - f : 16;
      const winnow_image_gradients part = {
          lists.offsets + f * capacity, lists.values + f * capacity, lists.counts + f};
      NAME(list)(
          c, &steps, first, last, lanes, dy + f, places + f, part, capacity, bias_gradient + f);
    }
    const NAME(kernel_rows) kernel = NAME(clip)(c, first * c->pool_rows, last * c->pool_rows);
    NAME(update)(c, x, weights, weight_gradient, 0, kernel, lists);
    if (dx) NAME(update)(c, x, weights, weight_gradient, dx, kernel, lists);
  }
}
