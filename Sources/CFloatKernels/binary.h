// Functions of two operands: of the same shape, or the second one a row, a column or a scalar.

ALWAYS vec apply_binary(const winnow_binary operation, vec a, vec b) {
  switch (operation) {
  case winnow_binary_add: return a + b;
  case winnow_binary_subtract: return a - b;
  case winnow_binary_subtract_reversed: return b - a;
  case winnow_binary_multiply: return a * b;
  case winnow_binary_divide: return a / b;
  case winnow_binary_divide_reversed: return b / a;
  case winnow_binary_maximum: return choose(a > b, a, choose(a == a, b, a));
  case winnow_binary_minimum: return choose(a < b, a, choose(a == a, b, a));
  default: return a;
  }
}

/// One row of `columns` elements; `b` is another row, or where `uniform` one scalar.
ALWAYS void binary_row(
    const winnow_binary operation, const real *a, const real *b, const int uniform, real *y,
    size_t columns, int accumulate) {
  const vec same = (vec)(uniform ? *b : 0);
  FOR_VECTORS(
      columns, put_or_add(
                   y + i,
                   apply_binary(
                       operation, get(a + i, lanes), uniform ? same : get(b + i, lanes)),
                   lanes, accumulate));
}

#define BINARY_CASE(name)                                                                          \
  case winnow_binary_##name:                                                                       \
    for (size_t r = 0; r < rows; r++) {                                                            \
      const real *ar = a + r * columns, *br = b + r * row_step;                                    \
      if (uniform)                                                                                 \
        binary_row(winnow_binary_##name, ar, br, 1, y + r * columns, columns, accumulate);         \
      else                                                                                         \
        binary_row(winnow_binary_##name, ar, br, 0, y + r * columns, columns, accumulate);         \
    }                                                                                              \
    break;

static void binary(
    winnow_binary operation, const void *first, const void *second, winnow_broadcast broadcast,
    void *output, size_t rows, size_t columns, int32_t accumulate) {
  const real *a = first, *b = second;
  real *y = output;
  const int uniform = broadcast == winnow_broadcast_column || broadcast == winnow_broadcast_scalar;
  size_t row_step = 0;
  if (broadcast == winnow_broadcast_none || broadcast == winnow_broadcast_scalar) {
    columns *= rows;  // as one long row
    rows = 1;
  } else if (broadcast == winnow_broadcast_column) {
    row_step = 1;
  }
  switch (operation) {
    WINNOW_BINARY(BINARY_CASE)
  default: break;
  }
}

/// y (+)= factor x
static void scale(
    double factor, const void *input, void *output, size_t count, int32_t accumulate) {
  const real *x = input;
  real *y = output;
  const vec f = splat(factor);
  if (accumulate)
    FOR_VECTORS(count, put(y + i, fused(f, get(x + i, lanes), get(y + i, lanes)), lanes));
  else
    FOR_VECTORS(count, put(y + i, f * get(x + i, lanes), lanes));
}

static void fill(double value, void *output, size_t count) {
  real *y = output;
  const vec v = splat(value);
  FOR_VECTORS(count, put(y + i, v, lanes));
}
