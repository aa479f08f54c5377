// Losses that are a mean over an event's elements, and the divergence of Gaussians.

/// The target of a cross-entropy with label smoothing s.
ALWAYS vec smoothed(vec t, vec s) { return fused(t, 1 - s, splat(0.5) * s); }

/// ln(1 + max(x, low))
ALWAYS vec logarithm_above(vec x, vec low) { return logarithm(choose(x < low, low, x) + 1); }

ALWAYS vec error_value(const winnow_error error, const vec *k, vec p, vec t) {
  const vec d = p - t;
  switch (error) {
  case winnow_error_squared: return d * d;
  case winnow_error_absolute: return magnitude(d);
  case winnow_error_log_cosh: {
    const vec size = magnitude(d);
    return size + logarithm_of_one_plus(exponential(-2 * size)) - splat(0.693147180559945309);
  }
  case winnow_error_huber: {
    const vec size = magnitude(d);
    return choose(
        size > k[0], k[0] * (size - splat(0.5) * k[0]), splat(0.5) * size * size);
  }
  case winnow_error_squared_logarithmic: {
    const vec away = logarithm_above(p, k[0]) - logarithm_above(t, k[0]);
    return away * away;
  }
  case winnow_error_hinge:
  case winnow_error_squared_hinge: {
    const vec margin = 1 - choose(t == (vec)(0), (vec)(-1), t) * p;
    const vec above = choose(margin < (vec)(0), (vec)(0), margin);
    return error == winnow_error_hinge ? above : above * above;
  }
  case winnow_error_logit_entropy: return softplus(p) - p * smoothed(t, k[0]);
  case winnow_error_entropy: {
    const vec s = smoothed(t, k[0]), high = 1 - k[1];
    const vec low = choose(p < k[1], k[1], p), q = choose(low > high, high, low);
    return -(s * logarithm(q + k[2]) + (1 - s) * logarithm(1 - q + k[2]));
  }
  default: return d;
  }
}

/// The derivative by p.
ALWAYS vec error_slope(const winnow_error error, const vec *k, vec p, vec t) {
  const vec d = p - t, zero = (vec)(0);
  switch (error) {
  case winnow_error_squared: return 2 * d;
  case winnow_error_absolute: return choose(d > zero, (vec)(1), choose(d < zero, (vec)(-1), d));
  case winnow_error_log_cosh: return hyperbolic_tangent(d);
  case winnow_error_huber: return choose(d > k[0], k[0], choose(d < -k[0], -k[0], d));
  case winnow_error_squared_logarithmic: {
    const vec away = logarithm_above(p, k[0]) - logarithm_above(t, k[0]);
    return choose(p < k[0], zero, 2 * away / (p + 1));
  }
  case winnow_error_hinge:
  case winnow_error_squared_hinge: {
    const vec sign = choose(t == zero, (vec)(-1), t), margin = 1 - sign * p;
    return choose(
        margin <= zero, zero, error == winnow_error_hinge ? -sign : -2 * sign * margin);
  }
  case winnow_error_logit_entropy: return logistic(p) - smoothed(t, k[0]);
  case winnow_error_entropy: {
    const vec s = smoothed(t, k[0]);
    const vec slope = (1 - s) / (1 - p + k[2]) - s / (p + k[2]);
    return choose(p < k[1], zero, choose(p > 1 - k[1], zero, slope));
  }
  default: return d;
  }
}

typedef struct {
  const real *p, *t, *mask, *bounds, *seeds;
  real *out;
  real factor;
  size_t rows, width;
  int mean_of_kept;
} error_problem;

/// The mean of a row, or its gradient.
ALWAYS real error_row(
    const winnow_error error, const vec *k, const error_problem *e, size_t row, const int backward,
    const int plain) {
  const size_t start = row * e->width;
  const real *p = e->p + start, *t = e->t + start;
  const real *m = !plain && e->mask ? e->mask + start : 0;
  real divisor = (real)e->width;
  if (m && e->mean_of_kept) divisor = (real)total_of(sum_plain, m, 0, e->width);
  // Rows of which nothing is kept have loss 0.
  if (m && divisor == 0) divisor = (real)__builtin_inf();
  const vec scale = (vec)(backward ? e->factor * e->seeds[row] / divisor : 0);
  vec sums = (vec)(0);
  FOR_VECTORS(e->width, {
    vec x = get(p + i, lanes), slope = (vec)(1);
    if (!plain && e->bounds) {
      const vec bound = get(e->bounds + i, lanes), tangent = hyperbolic_tangent(x);
      const ivec is_free = bound == (vec)(0);
      slope = choose(is_free, slope, bound * (1 - tangent * tangent));
      x = choose(is_free, x, bound * tangent);
    }
    const vec f = backward ? error_slope(error, k, x, get(t + i, lanes)) * slope * scale
                           : error_value(error, k, x, get(t + i, lanes));
    vec weighted = f;
    if (m) {
      // A masked element may hold anything.
      const vec weight = get(m + i, lanes);
      weighted = choose(weight == (vec)(0), (vec)(0), weight * f);
    }
    if (backward)
      put(e->out + start + i, weighted, lanes);
    else
      sums += lanes == LANES ? weighted : choose(first_lanes(lanes), weighted, (vec)(0));
  });
  return backward ? 0 : e->factor * (sum_of_lanes(sums) / divisor);
}

ALWAYS void errors_of(
    const winnow_error error, const vec *k, const error_problem *e, const int backward) {
  if (e->width == 1 && !e->mask && !e->bounds) {
    // Events in lanes.
    FOR_VECTORS(e->rows, {
      const vec p = get(e->p + i, lanes), t = get(e->t + i, lanes);
      put(e->out + i,
          backward ? error_slope(error, k, p, t) * (e->factor * get(e->seeds + i, lanes))
                   : e->factor * error_value(error, k, p, t),
          lanes);
    });
    return;
  }
  const int plain = !e->mask && !e->bounds;
  for (size_t row = 0; row < e->rows; row++) {
    const real loss = plain ? error_row(error, k, e, row, backward, 1)
                            : error_row(error, k, e, row, backward, 0);
    if (!backward) e->out[row] = loss;
  }
}

#define ERROR_CASE(name)                                                                           \
  case winnow_error_##name: errors_of(winnow_error_##name, k, &e, BACKWARD); break;

static void error_means(
    const winnow_error_mean *mean, const void *prediction, const void *target, const void *mask,
    size_t rows, size_t width, void *losses) {
  const vec k[3] = {
      splat(mean->parameters[0]), splat(mean->parameters[1]), splat(mean->parameters[2])};
  const error_problem e = {
      .p = prediction, .t = target, .mask = mask, .bounds = mean->bounds, .out = losses,
      .rows = rows, .width = width, .mean_of_kept = mean->mean_of_kept,
      .factor = (real)mean->factor};
  switch (mean->error) {
#define BACKWARD 0
    WINNOW_ERROR(ERROR_CASE)
#undef BACKWARD
  default: break;
  }
}

static void error_means_backward(
    const winnow_error_mean *mean, const void *prediction, const void *target, const void *mask,
    const void *seeds, size_t rows, size_t width, void *gradient) {
  const vec k[3] = {
      splat(mean->parameters[0]), splat(mean->parameters[1]), splat(mean->parameters[2])};
  const error_problem e = {
      .p = prediction, .t = target, .mask = mask, .bounds = mean->bounds, .seeds = seeds,
      .out = gradient, .rows = rows, .width = width, .mean_of_kept = mean->mean_of_kept,
      .factor = (real)mean->factor};
  switch (mean->error) {
#define BACKWARD 1
    WINNOW_ERROR(ERROR_CASE)
#undef BACKWARD
  default: break;
  }
}

/// Rows shorter than a vector are done a block of them at a time, as one long row.
enum { ELEMENTS_OF_DIVERGENCE = 32 * LANES };

ALWAYS vec divergence_term(vec m, vec l) { return fused(m, m, exponential_minus_one(l) - l); }

/// losses = keep losses + factor Σ (μ² + σ² − 1 − ln σ²) per row.
static void gaussian_divergence(
    const void *means, const void *log_variances, size_t rows, size_t width, double keep,
    double factor, void *output) {
  const real *mu = means, *l = log_variances;
  real *losses = output;
  real terms[ELEMENTS_OF_DIVERGENCE];
  const size_t rows_of_block = width < LANES ? ELEMENTS_OF_DIVERGENCE / width : 1;
  for (size_t first = 0; first < rows; first += rows_of_block) {
    const size_t end = smaller(first + rows_of_block, rows);
    if (width < LANES) {
      const size_t count = (end - first) * width;
      FOR_VECTORS(
          count,
          put(terms + i,
              divergence_term(
                  get(mu + first * width + i, lanes), get(l + first * width + i, lanes)),
              lanes));
    }
    for (size_t row = first; row < end; row++) {
      real sum = 0;
      if (width < LANES) {
        for (size_t i = 0; i < width; i++) sum += terms[(row - first) * width + i];
      } else {
        vec sums = (vec)(0);
        // Absent lanes are zeros and add nothing.
        FOR_VECTORS(
            width, sums += divergence_term(
                       get(mu + row * width + i, lanes), get(l + row * width + i, lanes)));
        sum = sum_of_lanes(sums);
      }
      const real own = (real)factor * sum;
      losses[row] = keep == 0 ? own : (real)keep * losses[row] + own;
    }
  }
}

/// dμ = 2 factor seed μ, d ln σ² = factor seed (σ² − 1); either may be absent.
static void gaussian_divergence_backward(
    const void *means, const void *log_variances, const void *seeds, size_t rows, size_t width,
    double factor, void *mean_gradient, void *variance_gradient) {
  const real *mu = means, *l = log_variances, *seed = seeds;
  real *dm = mean_gradient, *dl = variance_gradient;
  const size_t count = rows * width;
  if (dl) FOR_VECTORS(count, put(dl + i, exponential_minus_one(get(l + i, lanes)), lanes));
  for (size_t row = 0, i = 0; row < rows; row++) {
    const real scale = (real)factor * seed[row];
    for (const size_t end = i + width; i < end; i++) {
      if (dm) dm[i] = 2 * scale * mu[i];
      if (dl) dl[i] *= scale;
    }
  }
}
