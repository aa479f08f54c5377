// Batch normalisation of [rows x channels x inner] with a leaky rectifier behind it; slope 1 is
// none. The rectifier's derivative is 1 where z > 0, else the slope; z is computed again, which
// costs less than to read it.

typedef struct {
  const real *x, *dy;
  real *out;
  size_t rows, channels, inner;
  /// Per channel.
  const real *mean;
  real slope, total;
  int accumulate;
  const real *factor, *bias;
  const real *inverse, *sum, *projection;  // backward
} channel_problem;

/// Per-channel constants in lanes.
typedef struct {
  vec mean, factor, bias, b, c;
} channel_constants;

/// The gradient before the rectifier of z = away factor + bias.
ALWAYS vec before_rectifier(vec g, vec away, vec factor, vec bias, real slope) {
  return slope == 1 ? g : choose(fused(away, factor, bias) > (vec)(0), g, (vec)(slope) * g);
}

/// Constants of `lanes` channels at `channel`, or where `uniform` of that one in every lane.
#define CHANNEL(pointer) (uniform ? (vec)((pointer)[channel]) : get((pointer) + channel, lanes))
ALWAYS channel_constants constants_of(
    const channel_problem *p, const int backward, const int uniform, size_t channel,
    size_t lanes) {
  channel_constants k;
  k.mean = CHANNEL(p->mean);
  k.factor = CHANNEL(p->factor);
  k.bias = CHANNEL(p->bias);
  k.b = k.c = (vec)(0);
  if (!backward) return k;
  // factor (g − sum/total − (x − mean) inverse projection/total)
  k.b = -(k.factor * (CHANNEL(p->sum) / p->total));
  k.c = -(k.factor * CHANNEL(p->inverse) * (CHANNEL(p->projection) / p->total));
  return k;
}

ALWAYS void normalise_vector(
    const channel_problem *p, const int backward, channel_constants k, size_t at, size_t lanes) {
  const vec away = get(p->x + at, lanes) - k.mean;
  if (backward) {
    const vec g = before_rectifier(get(p->dy + at, lanes), away, k.factor, k.bias, p->slope);
    put_or_add(p->out + at, fused(k.factor, g, fused(away, k.c, k.b)), lanes, p->accumulate);
    return;
  }
  const vec z = fused(away, k.factor, k.bias);
  const vec y = p->slope == 1 ? z : choose(z > (vec)(0), z, (vec)(p->slope) * z);
  put(p->out + at, y, lanes);
}

enum { ROWS_OF_PANEL = 64 };

/// Channels in lanes, up to four vectors of them; their constants stay in registers over the rows.
ALWAYS void normalise_panel(
    const channel_problem *p, const int backward, const size_t vectors, size_t first, size_t end,
    size_t channel, size_t tail) {
  channel_constants k[4];
  UNROLL for (size_t j = 0; j < vectors; j++)
    k[j] = constants_of(
        p, backward, 0, channel + j * LANES, j + 1 < vectors ? LANES : tail);
  for (size_t r = first; r < end; r++)
    UNROLL for (size_t j = 0; j < vectors; j++)
      normalise_vector(
          p, backward, k[j], r * p->channels + channel + j * LANES,
          j + 1 < vectors ? LANES : tail);
}

ALWAYS void normalise(const channel_problem *p, const int backward) {
  if (p->inner == 1) {
    for (size_t first = 0; first < p->rows; first += ROWS_OF_PANEL) {
      const size_t end = smaller(first + ROWS_OF_PANEL, p->rows);
      size_t j = 0;
      for (; j + 4 * LANES <= p->channels; j += 4 * LANES)
        normalise_panel(p, backward, 4, first, end, j, LANES);
      for (; j + LANES <= p->channels; j += LANES)
        normalise_panel(p, backward, 1, first, end, j, LANES);
      if (j < p->channels) normalise_panel(p, backward, 1, first, end, j, p->channels - j);
    }
    return;
  }
  for (size_t channel = 0; channel < p->channels; channel++) {
    const channel_constants k = constants_of(p, backward, 1, channel, LANES);
    for (size_t r = 0; r < p->rows; r++) {
      const size_t start = (r * p->channels + channel) * p->inner;
      FOR_VECTORS(p->inner, normalise_vector(p, backward, k, start + i, lanes));
    }
  }
}

static void channel_normalize(
    const void *x, void *y, size_t rows, size_t channels, size_t inner, const void *mean,
    const void *factor, const void *bias, double slope) {
  const channel_problem p = {
      .x = x, .out = y, .rows = rows, .channels = channels, .inner = inner, .mean = mean,
      .factor = factor, .bias = bias, .slope = (real)slope};
  normalise(&p, 0);
}

static void channel_pull(
    const void *dy, const void *x, void *dx, size_t rows, size_t channels, size_t inner,
    const void *mean, const void *inverse, const void *factor, const void *bias, const void *sum,
    const void *projection, double slope, double total, int32_t accumulate) {
  const channel_problem p = {
      .x = x, .dy = dy, .out = dx, .rows = rows, .channels = channels, .inner = inner,
      .mean = mean, .inverse = inverse, .factor = factor, .bias = bias, .sum = sum,
      .projection = projection, .slope = (real)slope, .total = (real)total,
      .accumulate = accumulate};
  normalise(&p, 1);
}

static void channel_statistics(
    const void *input, size_t rows, size_t channels, size_t inner, void *mean_output,
    void *squares_output) {
  const real *x = input;
  real *mean = mean_output, *squares = squares_output;
  const real count = (real)(rows * inner > 0 ? rows * inner : 1);
  if (inner == 1) {
    column_sums_of(sum_plain, x, 0, mean, rows, channels, 1, 0);
    FOR_VECTORS(channels, put(mean + i, get(mean + i, lanes) / count, lanes));
    column_sums_of(sum_squares_about, x, mean, squares, rows, channels, 1, 0);
    return;
  }
  for (size_t channel = 0; channel < channels; channel++) {
    double sum = 0, square = 0;
    for (size_t r = 0; r < rows; r++)
      sum += total_of(sum_plain, x + (r * channels + channel) * inner, 0, inner);
    mean[channel] = (real)(sum / count);
    for (size_t r = 0; r < rows; r++)
      square += total_of(
          sum_squares_about, x + (r * channels + channel) * inner, mean + channel, inner);
    squares[channel] = (real)square;
  }
}

/// Adds Σ g and Σ g (x − mean) of one panel of channels.
ALWAYS void pull_sums_panel(
    const channel_problem *p, real *sum, real *projection, const size_t vectors, size_t channel,
    size_t tail) {
  vec totals[4], tilted[4], mean[4], factor[4], bias[4];
  UNROLL for (size_t j = 0; j < vectors; j++) {
    const size_t lanes = j + 1 < vectors ? LANES : tail, at = channel + j * LANES;
    totals[j] = tilted[j] = (vec)(0);
    mean[j] = get(p->mean + at, lanes);
    factor[j] = get(p->factor + at, lanes);
    bias[j] = get(p->bias + at, lanes);
  }
  for (size_t first = 0; first < p->rows; first += ROWS_OF_SUM) {
    const size_t end = smaller(first + ROWS_OF_SUM, p->rows);
    vec a[4], b[4];
    UNROLL for (size_t j = 0; j < vectors; j++) a[j] = b[j] = (vec)(0);
    for (size_t r = first; r < end; r++)
      UNROLL for (size_t j = 0; j < vectors; j++) {
        const size_t lanes = j + 1 < vectors ? LANES : tail;
        const size_t at = r * p->channels + channel + j * LANES;
        const vec away = get(p->x + at, lanes) - mean[j];
        const vec g =
            before_rectifier(get(p->dy + at, lanes), away, factor[j], bias[j], p->slope);
        a[j] += g;
        b[j] = fused(g, away, b[j]);
      }
    UNROLL for (size_t j = 0; j < vectors; j++) {
      totals[j] += a[j];
      tilted[j] += b[j];
    }
  }
  UNROLL for (size_t j = 0; j < vectors; j++) {
    const size_t lanes = j + 1 < vectors ? LANES : tail, at = channel + j * LANES;
    put(sum + at, totals[j], lanes);
    put(projection + at, tilted[j] * get(p->inverse + at, lanes), lanes);
  }
}

static void channel_pull_sums(
    const void *dy, const void *x, size_t rows, size_t channels, size_t inner, const void *mean,
    const void *inverse, const void *factor, const void *bias, double slope, void *sum_output,
    void *projection_output) {
  const channel_problem problem = {
      .x = x, .dy = dy, .rows = rows, .channels = channels, .inner = inner, .mean = mean,
      .inverse = inverse, .factor = factor, .bias = bias, .slope = (real)slope};
  const channel_problem *p = &problem;
  real *sum = sum_output, *projection = projection_output;
  if (inner == 1) {
    size_t j = 0;
    for (; j + 4 * LANES <= channels; j += 4 * LANES)
      pull_sums_panel(p, sum, projection, 4, j, LANES);
    for (; j + LANES <= channels; j += LANES) pull_sums_panel(p, sum, projection, 1, j, LANES);
    if (j < channels) pull_sums_panel(p, sum, projection, 1, j, channels - j);
    return;
  }
  for (size_t channel = 0; channel < channels; channel++) {
    double total = 0, tilted = 0;
    const channel_constants k = constants_of(p, 0, 1, channel, LANES);
    for (size_t r = 0; r < rows; r++) {
      const size_t start = (r * channels + channel) * inner;
      vec a = (vec)(0), b = (vec)(0);
      FOR_VECTORS(inner, {
        const size_t at = start + i;
        // Absent lanes have a gradient of 0, so they add nothing.
        const vec away = get(p->x + at, lanes) - k.mean;
        const vec g =
            before_rectifier(get(p->dy + at, lanes), away, k.factor, k.bias, p->slope);
        a += g;
        b = fused(g, away, b);
      });
      total += sum_of_lanes(a);
      tilted += sum_of_lanes(b);
    }
    sum[channel] = (real)total;
    projection[channel] = (real)tilted * p->inverse[channel];
  }
}
