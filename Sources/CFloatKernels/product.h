// The three products of a dense layer: blocks of the operands that stay in the caches, cut into
// register tiles (product_tile.h). No blocking changes the order of a sum.
#define MOST_ROWS 12
#define MOST_SUMS 24

#include "product_tile.h"
#include "product_pack.h"
#include "product_narrow.h"

/// One matrix product; see multiply_tile for `a`. b[p, j] is at b[p · ldb + j], or where
/// `transposed` at b[j · ldb + p].
typedef struct {
  const real *a;
  size_t stride;
  int by_columns;
  const real *b;
  size_t ldb;
  int transposed;
  real *c;
  size_t ldc;
  size_t rows, inner, columns;
  const real *bias;
  int accumulate;
  int leaky;
  real slope;
  real *scratch;
} product_problem;

/// Asks for rows that will be used soon and which the hardware does not foresee.
ALWAYS void prefetch_rows(const real *p, size_t stride, size_t rows, size_t count) {
  for (size_t i = 0; i < rows; i++, p += stride)
    for (size_t j = 0; j < count; j += 64 / sizeof(real)) __builtin_prefetch(p + j, 0, 2);
}

/// What a block of sums asks for while it is worked on, a part with every tile.
typedef struct {
  /// Of a, behind the current tile, where a is read by rows.
  int next_rows;
  /// Otherwise the operands' next steps: this many with each tile.
  size_t steps_per_tile, step, end;
} product_prefetch;

/// The rows `first ..< end` of one panel of up to MOST_COLUMNS vectors.
static void multiply_panel(
    const product_problem *x, product_tile tile, size_t vectors, size_t first, size_t end,
    product_prefetch *ahead) {
  const multiply_tile_function *functions =
      x->by_columns ? tiles_by_columns[vectors - 1] : tiles_by_rows[vectors - 1];
  const size_t most = tile_rows[vectors - 1];
  // Tiles of nearly the same height: a low one leaves the multiply-adds waiting for each other.
  for (size_t tiles = (end - first + most - 1) / most; tiles > 0; tiles--) {
    const size_t rows = (end - first) / tiles;
    product_tile t = tile;
    t.a = tile.a + (x->by_columns ? first : first * x->stride);
    t.c = tile.c + first * x->ldc;
    first += rows;
    if (ahead->next_rows)
      prefetch_rows(
          t.a + rows * x->stride, x->stride, smaller(most, x->rows - first), t.inner);
    if (ahead->step < ahead->end) {
      const size_t steps = smaller(ahead->steps_per_tile, ahead->end - ahead->step);
      prefetch_rows(x->a + ahead->step * x->stride, x->stride, steps, x->rows);
      prefetch_rows(x->b + ahead->step * x->ldb, x->ldb, steps, x->columns);
      ahead->step += steps;
    }
    functions[rows - 1](&t);
  }
}

/// One panel's part of b: packed or, where that is good enough, in place.
static const real *panel_of_b(
    const product_problem *x, size_t at, size_t width, size_t padded, size_t step, size_t inner,
    real *pack, int is_first, size_t *ldb) {
  const real *b = x->transposed ? x->b + at * x->ldb + step : x->b + step * x->ldb + at;
  if (!x->transposed && width == padded && x->rows < ROWS_WORTH_PACKING) {
    *ldb = x->ldb;
    return b;
  }
  if (is_first && x->transposed)
    pack_transposed(b, x->ldb, pack, padded, inner, width);
  else if (is_first)
    pack_rows(b, x->ldb, pack, padded, inner, width);
  *ldb = padded;
  return pack;
}

/// The columns `column ..< column + width` and the steps `step ..< step + inner` of the sums.
static void multiply_block(
    const product_problem *x, size_t column, size_t width, size_t step, size_t inner) {
  const size_t vectors = (width + LANES - 1) / LANES;
  const size_t panels = (vectors + MOST_COLUMNS - 1) / MOST_COLUMNS;
  const size_t last_tail = width - (vectors - 1) * LANES;
  const int begins = step == 0, ends = step + inner == x->inner;
  // Beyond a level 2 cache data come late; below, asking costs more than it gives.
  const int is_large =
      (x->rows + x->columns) * x->inner * sizeof(real) > BYTES_WORTH_PREFETCHING;
  const size_t tiles = panels * (x->rows / tile_rows[MOST_COLUMNS - 1] + 1);
  product_prefetch ahead = {
      .steps_per_tile = inner / tiles + 1,
      .step = step + inner,
      .end = is_large && x->by_columns ? smaller(step + 2 * inner, x->inner) : 0,
  };
  for (size_t row = 0; row < x->rows; row += ROWS_OF_BLOCK) {
    const size_t end = smaller(row + ROWS_OF_BLOCK, x->rows);
    size_t done = 0;
    for (size_t panel = 0; panel < panels; panel++) {
      const size_t here = (vectors - done + panels - panel - 1) / (panels - panel);
      const size_t at = column + done * LANES, padded = here * LANES;
      const size_t real_width = smaller(padded, width - done * LANES);
      size_t ldb;
      const real *b = panel_of_b(
          x, at, real_width, padded, step, inner, x->scratch + done * LANES * inner, row == 0,
          &ldb);
      done += here;
      const product_tile tile = {
          .a = x->a + (x->by_columns ? step * x->stride : step),
          .stride = x->stride,
          .b = b,
          .ldb = ldb,
          .c = x->c + at,
          .ldc = x->ldc,
          .inner = inner,
          .tail = done == vectors ? last_tail : LANES,
          .from_c = !begins || x->accumulate,
          .bias = begins && x->bias ? x->bias + at : 0,
          .leaky = ends && x->leaky,
          .slope = x->slope,
      };
      ahead.next_rows = is_large && !x->by_columns && panel == 0;
      multiply_panel(x, tile, here, row, end, &ahead);
    }
  }
}

static void multiply(const product_problem *x) {
  const size_t steps = x->by_columns ? INNER_OF_COLUMNS : INNER_OF_BLOCK;
  for (size_t column = 0; column < x->columns; column += COLUMNS_OF_BLOCK) {
    const size_t width = smaller(COLUMNS_OF_BLOCK, x->columns - column);
    size_t step = 0;
    do {
      const size_t inner = smaller(steps, x->inner - step);
      multiply_block(x, column, width, step, inner);
      step += inner;
    } while (step < x->inner);
  }
}

static void product(
    const void *a, size_t lda, const void *b, size_t ldb, void *c, size_t ldc, size_t rows,
    size_t inner, size_t columns, const void *bias, int32_t accumulate, winnow_epilogue epilogue,
    double slope, void *scratch) {
  const product_problem x = {
      .a = a, .stride = lda, .by_columns = 0, .b = b, .ldb = ldb, .transposed = 0, .c = c,
      .ldc = ldc, .rows = rows, .inner = inner, .columns = columns, .bias = bias,
      .accumulate = accumulate, .leaky = epilogue == winnow_epilogue_leaky, .slope = (real)slope,
      .scratch = scratch};
  if (!is_narrow(inner, columns)) {
    multiply(&x);
    return;
  }
  transpose(b, ldb, scratch, inner, inner, columns);
  multiply_narrow(
      a, lda, scratch, inner, c, ldc, rows, inner, columns, bias, accumulate, x.leaky, x.slope);
}

static void product_transposed_right(
    const void *dy, size_t lddy, const void *w, size_t ldw, void *dx, size_t lddx, size_t rows,
    size_t inner, size_t columns, int32_t accumulate, void *scratch) {
  // The sum runs over dy's columns.
  if (is_narrow(columns, inner)) {
    multiply_narrow(dy, lddy, w, ldw, dx, lddx, rows, columns, inner, 0, accumulate, 0, 0);
    return;
  }
  if (4 * rows > columns || rows < LANES || rows > 512) {
    multiply(&(product_problem){
        .a = dy, .stride = lddy, .b = w, .ldb = ldw, .transposed = 1, .c = dx, .ldc = lddx,
        .rows = rows, .inner = columns, .columns = inner, .accumulate = accumulate,
        .scratch = scratch});
    return;
  }
  // With few rows it is cheaper to turn dx than w: dxᵀ = w dyᵀ, some of its rows at a time.
  real *other = (real *)scratch + INNER_OF_BLOCK * COLUMNS_OF_BLOCK;
  const size_t most = LARGEST_TURNED / rows;
  for (size_t first = 0; first < inner; first += most) {
    const size_t count = smaller(most, inner - first);
    real *part = (real *)dx + first;
    if (accumulate) transpose(part, lddx, other, rows, rows, count);
    multiply(&(product_problem){
        .a = (const real *)w + first * ldw, .stride = ldw, .b = dy, .ldb = lddy, .transposed = 1,
        .c = other, .ldc = rows, .rows = count, .inner = columns, .columns = rows,
        .accumulate = accumulate, .scratch = scratch});
    transpose(other, rows, part, lddx, count, rows);
  }
}

static void product_transposed_left(
    const void *x, size_t ldx, const void *dy, size_t lddy, void *dw, size_t lddw, size_t rows,
    size_t inner, size_t columns, int32_t accumulate, void *scratch) {
  // dw or its transpose, whichever wastes fewer lanes.
  const size_t direct = inner * ((columns + LANES - 1) / LANES);
  const size_t turned = columns * ((inner + LANES - 1) / LANES);
  if (4 * turned >= 3 * direct || inner * columns > LARGEST_TURNED) {
    multiply(&(product_problem){
        .a = x, .stride = ldx, .by_columns = 1, .b = dy, .ldb = lddy, .c = dw, .ldc = lddw,
        .rows = inner, .inner = rows, .columns = columns, .accumulate = accumulate,
        .scratch = scratch});
    return;
  }
  real *other = (real *)scratch + INNER_OF_BLOCK * COLUMNS_OF_BLOCK;
  if (accumulate) transpose(dw, lddw, other, inner, inner, columns);
  multiply(&(product_problem){
      .a = dy, .stride = lddy, .by_columns = 1, .b = x, .ldb = ldx, .c = other, .ldc = inner,
      .rows = columns, .inner = rows, .columns = inner, .accumulate = accumulate,
      .scratch = scratch});
  transpose(other, inner, dw, lddw, columns, inner);
}
