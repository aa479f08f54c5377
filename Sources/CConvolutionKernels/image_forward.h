// Forward: a tile of TILE_ROWS x TILE_COLUMNS output pixels of V vectors of filters in registers.
// Weights are packed [panel of 2 vectors][kernel row][run][filter of the panel].

// The kernel's rows that meet more than halo under output rows first ..< last.
typedef struct {
  int first, last;
} NAME(kernel_rows);

INLINE NAME(kernel_rows) NAME(clip)(const winnow_image_convolution *c, int first, int last) {
  const int lowest = c->halo_rows - (last - 1) * c->stride_rows;
  const int highest = c->halo_rows + c->input_rows - first * c->stride_rows;
  return (NAME(kernel_rows)){
      lowest > 0 ? lowest : 0, highest < c->kernel_rows ? highest : c->kernel_rows};
}

#define TILE(V, TR, TC)                                                                            \
  INLINE void NAME(tile_##V##_##TR##_##TC)(                                                        \
      const winnow_image_convolution *c, const float *x, const float *w, const float *bias,        \
      NAME(kernel_rows) kernel, vec *out) {                                                        \
    vec sum[TR][TC][V];                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < TR; r++)                                \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < TC; j++)                              \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) sum[r][j][v] =              \
            LOAD(bias + v * LANES);                                                                \
    const ptrdiff_t row = c->input_row;                                                            \
    const ptrdiff_t down = (ptrdiff_t)c->stride_rows * row;                                        \
    const ptrdiff_t pixel = (ptrdiff_t)c->stride_columns * c->input_pixel;                         \
    x += kernel.first * row;                                                                       \
    w += (ptrdiff_t)kernel.first * c->run * V * LANES;                                             \
    for (int k = kernel.first; k < kernel.last; k++, x += row) {                                   \
      const float *p = x;                                                                          \
      for (int i = 0; i < c->run; i++, p++, w += V * LANES) {                                      \
        vec weight[V];                                                                             \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) weight[v] =                 \
            LOAD(w + v * LANES);                                                                   \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < TR; r++)                            \
          _Pragma("clang loop unroll(full)") for (int j = 0; j < TC; j++) {                        \
            const vec value = p[r * down + j * pixel];                                             \
            _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) sum[r][j][v] +=         \
                value * weight[v];                                                                 \
          }                                                                                        \
      }                                                                                            \
    }                                                                                              \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < TR; r++)                                \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < TC; j++)                              \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++)                             \
            out[(r * TC + j) * V + v] = sum[r][j][v];                                              \
  }

TILE(1, 2, WIDE_COLUMNS)
TILE(1, 1, WIDE_COLUMNS)
TILE(2, 2, TILE_COLUMNS)
TILE(2, 1, LONG_COLUMNS)

// Bit 7 marks a negative winner; the rest is its pixel within the cell.
#define NEGATIVE 128

INLINE void NAME(finish)(
    const winnow_image_convolution *c, const vec *tile, int tile_columns, int vectors, int rows,
    int cells, float *y, uint8_t *places) {
  for (int r = 0; r < rows; r++)
    for (int j = 0; j < cells; j++)
      for (int v = 0; v < vectors; v++) {
        const vec *corner = tile + ((r * c->pool_rows) * tile_columns + j * c->pool_columns) * vectors + v;
        vec best = *corner;
        ivec place = 0;
        int pixel = 0;
        for (int a = 0; a < c->pool_rows; a++)
          for (int b = 0; b < c->pool_columns; b++, pixel++) {
            const vec other = corner[(a * tile_columns + b) * vectors];
            const ivec larger = other > best;
            best = larger ? other : best;
            place = larger ? (ivec)pixel : place;
          }
        if (c->rectified) {
          const ivec negative = best <= 0;
          best = negative ? (c->slope == 0 ? (vec)0 : best * c->slope) : best;
          place = negative ? place | NEGATIVE : place;
        }
        const ptrdiff_t at = (ptrdiff_t)r * c->output_row + (ptrdiff_t)j * c->output_pixel + v * LANES;
        STORE(y + at, best);
        *(bytes *)(places + ((ptrdiff_t)r * c->columns + j) * c->output_pixel + v * LANES) =
            __builtin_convertvector(place, bytes);
      }
}

#define PANEL(V, TR, TC)                                                                           \
  static void NAME(panel_##V##_##TR##_##TC)(                                                       \
      const winnow_image_convolution *c, const float *x, const float *w, const float *bias,        \
      float *y, uint8_t *places) {                                                                 \
    const int cell_rows = TR / c->pool_rows, cells = TC / c->pool_columns;                         \
    const ptrdiff_t down = (ptrdiff_t)c->pool_rows * c->stride_rows * c->input_row;                \
    const ptrdiff_t across = (ptrdiff_t)c->pool_columns * c->stride_columns * c->input_pixel;      \
    vec tile[TR * TC * V];                                                                         \
    for (int r = 0; r < c->rows; r += cell_rows) {                                                 \
      const int rows = c->rows - r < cell_rows ? c->rows - r : cell_rows;                          \
      const NAME(kernel_rows) kernel =                                                             \
          NAME(clip)(c, r * c->pool_rows, (r + rows) * c->pool_rows);                              \
      for (int j = 0; j < c->columns; j += cells) {                                                \
        NAME(tile_##V##_##TR##_##TC)(c, x + r * down + j * across, w, bias, kernel, tile);         \
        const int columns = c->columns - j < cells ? c->columns - j : cells;                       \
        NAME(finish)(c, tile, TC, V, rows, columns,                                                \
                     y + (ptrdiff_t)r * c->output_row + (ptrdiff_t)j * c->output_pixel,            \
                     places + ((ptrdiff_t)r * c->columns + j) * c->output_pixel);                  \
      }                                                                                            \
    }                                                                                              \
  }

PANEL(1, 2, WIDE_COLUMNS)
PANEL(1, 1, WIDE_COLUMNS)
PANEL(2, 2, TILE_COLUMNS)
PANEL(2, 1, LONG_COLUMNS)

static void NAME(forward)(
    const winnow_image_convolution *c, const float *x, const float *weights, const float *bias,
    float *y, uint8_t *places) {
  const int vectors = (c->filters + LANES - 1) / LANES;
  const ptrdiff_t window = (ptrdiff_t)c->kernel_rows * c->run;
  const int single = c->pool_rows == 1;
  for (int v = 0; v < vectors; v += 2) {
    const float *w = weights + window * v * LANES;
    const int at = v * LANES;
    if (v + 1 < vectors)
      (single ? NAME(panel_2_1_LONG_COLUMNS) : NAME(panel_2_2_TILE_COLUMNS))(c, x, w, bias + at, y + at, places + at);
    else
      (single ? NAME(panel_1_1_WIDE_COLUMNS) : NAME(panel_1_2_WIDE_COLUMNS))(c, x, w, bias + at, y + at, places + at);
  }
}
