// Rounding to fixed-point numbers: clamp(round(x 2^f), low, high) 2^−f.

/// The nearest integer, halves to the even one; exact for every x.
ALWAYS vec nearest_even(vec x) {
  // 2^23 or 2^52: from there on every number is an integer.
  const vec limit = splat(sizeof(real) == 4 ? 0x1p23 : 0x1p52), a = magnitude(x);
  return choose(a < limit, with_sign_of((a + limit) - limit, x), x);
}

ALWAYS vec round_to_integer(const winnow_rounding mode, vec x) {
  const vec q = nearest_even(x), one = (vec)(1), zero = (vec)(0), half = splat(0.5);
  // Exact, so a tie is where it is exactly a half.
  const vec rest = x - q;
  const ivec positive = x > zero;
  const vec up = choose(rest == half, one, zero), down = choose(rest == -half, one, zero);
  switch (mode) {
  case winnow_rounding_truncate: return q - choose(rest < zero, one, zero);
  case winnow_rounding_truncate_to_zero:
    return choose(
        positive, q - choose(rest < zero, one, zero), q + choose(rest > zero, one, zero));
  case winnow_rounding_nearest: return q + up;
  case winnow_rounding_nearest_to_minus_infinity: return q - down;
  case winnow_rounding_nearest_to_zero: return choose(positive, q - down, q + up);
  case winnow_rounding_nearest_to_infinity: return choose(positive, q + up, q - down);
  default: return q;
  }
}

/// q modulo the width of [low, high], exactly; 0 for infinities.
ALWAYS vec wrap_around(vec q, vec low, vec high, size_t lanes) {
  for (size_t i = 0; i < lanes; i++) {
    const double width = (double)high[i] - (double)low[i] + 1, value = q[i];
    if (value != value) continue;
    const double r = value - width * __builtin_floor(value / width);
    q[i] = __builtin_isinf(value) ? 0 : (real)(r > (double)high[i] ? r - width : r);
  }
  return q;
}

ALWAYS vec quantise_vector(
    const winnow_rounding mode, winnow_overflow overflow, vec x, vec factor, vec inverse, vec low,
    vec high, size_t lanes) {
  vec q = round_to_integer(mode, x * factor);
  switch (overflow) {
  case winnow_overflow_wrap: q = wrap_around(q, low, high, lanes); break;
  case winnow_overflow_saturate_to_zero:
    q = choose((q < low) | (q > high), (vec)(0), q);
    break;
  default: q = choose(q < low, low, choose(q > high, high, q));
  }
  // No negative zero.
  return q * inverse + splat(0.0);
}

#define FORMAT(pointer) (uniform ? (vec)(*(pointer)) : get((pointer) + i, lanes))

ALWAYS void quantise_rows(
    const winnow_rounding mode, winnow_overflow overflow, const real *x, real *y, size_t rows,
    size_t columns, const real *factor, const real *inverse, const real *low, const real *high,
    const int uniform) {
  for (size_t r = 0; r < rows; r++, x += columns, y += columns)
    FOR_VECTORS(
        columns, put(
                     y + i,
                     quantise_vector(
                         mode, overflow, get(x + i, lanes), FORMAT(factor), FORMAT(inverse),
                         FORMAT(low), FORMAT(high), lanes),
                     lanes));
}

#define QUANTISE_CASE(name)                                                                        \
  case winnow_rounding_##name:                                                                     \
    if (per_column)                                                                                \
      quantise_rows(                                                                               \
          winnow_rounding_##name, overflow, x, y, rows, columns, factor, inverse, low, high, 0);   \
    else                                                                                           \
      quantise_rows(                                                                               \
          winnow_rounding_##name, overflow, x, y, 1, rows *columns, factor, inverse, low, high,    \
          1);                                                                                      \
    break;

static void quantise(
    winnow_rounding rounding, winnow_overflow overflow, const void *x, void *y, size_t rows,
    size_t columns, const void *factor, const void *inverse, const void *low, const void *high,
    int32_t per_column) {
  switch (rounding) {
    WINNOW_ROUNDING(QUANTISE_CASE)
  default: break;
  }
}

ALWAYS void quantise_backward_rows(
    const real *x, const real *dy, real *dx, size_t rows, size_t columns, const real *factor,
    const real *low, const real *high, const int uniform, int accumulate) {
  for (size_t r = 0; r < rows; r++, x += columns, dy += columns, dx += columns)
    FOR_VECTORS(columns, {
      const vec scaled = get(x + i, lanes) * FORMAT(factor);
      const ivec inside = (scaled >= FORMAT(low)) & (scaled <= FORMAT(high));
      put_or_add(dx + i, choose(inside, get(dy + i, lanes), (vec)(0)), lanes, accumulate);
    });
}

static void quantise_backward(
    const void *x, const void *dy, void *dx, size_t rows, size_t columns, const void *factor,
    const void *low, const void *high, int32_t per_column, int32_t accumulate) {
  if (per_column)
    quantise_backward_rows(
        x, dy, dx, rows, columns, factor, low, high, 0, accumulate);
  else
    quantise_backward_rows(
        x, dy, dx, 1, rows * columns, factor, low, high, 1, accumulate);
}
#undef FORMAT
