// Sums in a fixed order. Long sums are cut into blocks, whose sums are then added: the error grows
// with the length of a block and the number of blocks, not with their product.

enum { ROWS_OF_SUM = 256, VECTORS_OF_SUM = 1024 };

/// What is summed: x, x·y, or (x − y)² with y a row.
typedef enum { sum_plain, sum_products, sum_squares_about } sum_kind;

ALWAYS vec summand(const sum_kind kind, vec x, vec other, vec sum) {
  switch (kind) {
  case sum_products: return fused(x, other, sum);
  case sum_squares_about: {
    const vec d = x - other;
    return fused(d, d, sum);
  }
  default: return sum + x;
  }
}

/// Up to four vectors of columns over all rows.
ALWAYS void column_sums_panel(
    const sum_kind kind, const size_t vectors, const real *x, const real *other, real *y,
    size_t rows, size_t stride, size_t tail, real factor, int accumulate) {
  vec totals[4];
  UNROLL for (size_t j = 0; j < vectors; j++) totals[j] = (vec)(0);
  for (size_t first = 0; first < rows; first += ROWS_OF_SUM) {
    const size_t end = smaller(first + ROWS_OF_SUM, rows);
    vec sums[4];
    UNROLL for (size_t j = 0; j < vectors; j++) sums[j] = (vec)(0);
    for (size_t r = first; r < end; r++)
      UNROLL for (size_t j = 0; j < vectors; j++) {
        const size_t lanes = j + 1 < vectors ? LANES : tail;
        const vec a = get(x + r * stride + j * LANES, lanes);
        const vec b = kind == sum_products ? get(other + r * stride + j * LANES, lanes)
            : kind == sum_squares_about    ? get(other + j * LANES, lanes)
                                           : a;
        sums[j] = summand(kind, a, b, sums[j]);
      }
    UNROLL for (size_t j = 0; j < vectors; j++) totals[j] += sums[j];
  }
  UNROLL for (size_t j = 0; j < vectors; j++)
    put_or_add(
        y + j * LANES, (vec)(factor) * totals[j], j + 1 < vectors ? LANES : tail, accumulate);
}

ALWAYS void column_sums_of(
    const sum_kind kind, const real *x, const real *other, real *y, size_t rows, size_t columns,
    real factor, int accumulate) {
  size_t j = 0;
#define COLUMN_SUMS_PANEL(vectors, tail)                                                           \
  column_sums_panel(                                                                               \
      kind, vectors, x + j, other ? other + j : 0, y + j, rows, columns, tail, factor, accumulate)
  for (; j + 4 * LANES <= columns; j += 4 * LANES) COLUMN_SUMS_PANEL(4, LANES);
  const size_t rest = columns - j, vectors = (rest + LANES - 1) / LANES;
  const size_t tail = rest - (vectors - 1) * LANES;
  switch (vectors) {
  case 1: COLUMN_SUMS_PANEL(1, tail); break;
  case 2: COLUMN_SUMS_PANEL(2, tail); break;
  case 3: COLUMN_SUMS_PANEL(3, tail); break;
  case 4: COLUMN_SUMS_PANEL(4, tail); break;
  default: break;
  }
#undef COLUMN_SUMS_PANEL
}

static void column_sums(
    const void *x, const void *other, void *y, size_t rows, size_t columns, double factor,
    int32_t accumulate) {
  if (other)
    column_sums_of(sum_products, x, other, y, rows, columns, (real)factor, accumulate);
  else
    column_sums_of(sum_plain, x, 0, y, rows, columns, (real)factor, accumulate);
}

static void column_squares_about(
    const void *x, const void *shift, void *y, size_t rows, size_t columns, int32_t accumulate) {
  column_sums_of(sum_squares_about, x, shift, y, rows, columns, 1, accumulate);
}

/// The sum of up to VECTORS_OF_SUM vectors: four chains, then their sum, then its lanes.
ALWAYS real sum_block(const sum_kind kind, const real *x, const real *other, size_t count) {
  vec sums[4];
  UNROLL for (size_t j = 0; j < 4; j++) sums[j] = (vec)(0);
  const vec about = (vec)(kind == sum_squares_about ? *other : 0);
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES)
    UNROLL for (size_t j = 0; j < 4; j++) {
      const size_t at = i + j * LANES;
      sums[j] = summand(
          kind, load(x + at), kind == sum_products ? load(other + at) : about, sums[j]);
    }
  for (size_t j = 0; i < count; i += LANES, j++) {
    const size_t lanes = smaller(LANES, count - i);
    const vec b = kind == sum_products ? get(other + i, lanes) : about;
    vec a = get(x + i, lanes);
    // Absent lanes must add nothing.
    if (kind == sum_squares_about) a = choose(first_lanes(lanes), a, about);
    sums[j] = summand(kind, a, b, sums[j]);
  }
  return sum_of_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

ALWAYS double total_of(const sum_kind kind, const real *x, const real *other, size_t count) {
  double total = 0;
  for (size_t i = 0; i < count; i += VECTORS_OF_SUM * LANES)
    total += sum_block(
        kind, x + i, kind == sum_products ? other + i : other,
        smaller(VECTORS_OF_SUM * LANES, count - i));
  return total;
}

/// Σ x, or Σ x·other.
static double sum(const void *x, const void *other, size_t count) {
  return other ? total_of(sum_products, x, other, count) : total_of(sum_plain, x, 0, count);
}

/// y[r] (+)= factor Σ over a row of x, or of x·other.
static void row_sums(
    const void *input, const void *other, void *output, size_t rows, size_t columns,
    double factor, int32_t accumulate) {
  const real *x = input, *b = other;
  real *y = output;
  for (size_t r = 0; r < rows; r++) {
    const double total = b ? total_of(sum_products, x + r * columns, b + r * columns, columns)
                           : total_of(sum_plain, x + r * columns, 0, columns);
    const real value = (real)factor * (real)total;
    y[r] = accumulate ? y[r] + value : value;
  }
}
