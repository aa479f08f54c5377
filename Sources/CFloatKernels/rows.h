// Functions of whole rows: softmax and layer normalisation.

/// y = e^(x − max) / Σ e^(x − max) per row.
static void softmax(const void *input, void *output, size_t rows, size_t columns) {
  const vec lowest = splat(-__builtin_inf());
  for (size_t r = 0; r < rows; r++) {
    const real *x = (const real *)input + r * columns;
    real *y = (real *)output + r * columns;
    vec most = lowest, sums = (vec)(0);
    FOR_VECTORS(columns, {
      const vec a = choose(first_lanes(lanes), get(x + i, lanes), lowest);
      most = choose(a > most, a, most);
    });
    const vec top = (vec)(largest_lane(most));
    FOR_VECTORS(columns, {
      const vec e = exponential(get(x + i, lanes) - top);
      put(y + i, e, lanes);
      sums += choose(first_lanes(lanes), e, (vec)(0));
    });
    const vec factor = (vec)(1 / sum_of_lanes(sums));
    FOR_VECTORS(columns, put(y + i, get(y + i, lanes) * factor, lanes));
  }
}

/// dx (+)= y (dy − Σ dy y) per row.
static void softmax_backward(
    const void *output, const void *output_gradient, void *input_gradient, size_t rows,
    size_t columns, int32_t accumulate) {
  for (size_t r = 0; r < rows; r++) {
    const real *y = (const real *)output + r * columns;
    const real *dy = (const real *)output_gradient + r * columns;
    real *dx = (real *)input_gradient + r * columns;
    const vec mean = (vec)((real)total_of(sum_products, dy, y, columns));
    FOR_VECTORS(
        columns,
        put_or_add(
            dx + i, get(y + i, lanes) * (get(dy + i, lanes) - mean), lanes, accumulate));
  }
}

/// Keeps each row's mean and 1/√(variance + epsilon) for the backward pass.
static void layer_normalize(
    const void *input, const void *scale_row, const void *bias_row, void *output, void *row_mean,
    void *row_inverse, size_t rows, size_t columns, double epsilon) {
  const real *scale = scale_row, *bias = bias_row;
  real *means = row_mean, *inverses = row_inverse;
  for (size_t r = 0; r < rows; r++) {
    const real *x = (const real *)input + r * columns;
    real *y = (real *)output + r * columns;
    means[r] = (real)(total_of(sum_plain, x, 0, columns) / (double)columns);
    const double square = total_of(sum_squares_about, x, means + r, columns);
    inverses[r] = (real)(1 / __builtin_sqrt(square / (double)columns + epsilon));
    const vec mean = (vec)(means[r]), inverse = (vec)(inverses[r]);
    FOR_VECTORS(columns, {
      vec a = (get(x + i, lanes) - mean) * inverse;
      if (scale) a *= get(scale + i, lanes);
      if (bias) a += get(bias + i, lanes);
      put(y + i, a, lanes);
    });
  }
}

/// With g = dy scale: dx (+)= inverse (g − mean(g) − x̂ mean(g x̂)); dscale (+)= Σ dy x̂ and
/// dbias (+)= Σ dy over rows in order.
static void layer_normalize_backward(
    const void *input, const void *scale_row, const void *row_mean, const void *row_inverse,
    const void *output_gradient, void *input_gradient, void *scale_gradient, void *bias_gradient,
    size_t rows, size_t columns, int32_t accumulate, int32_t accumulate_parameters) {
  const real *scale = scale_row, *means = row_mean, *inverses = row_inverse;
  real *dscale = scale_gradient, *dbias = bias_gradient;
  if (!accumulate_parameters) {
    if (dscale) FOR_VECTORS(columns, put(dscale + i, (vec)(0), lanes));
    if (dbias) FOR_VECTORS(columns, put(dbias + i, (vec)(0), lanes));
  }
  for (size_t r = 0; r < rows; r++) {
    const real *x = (const real *)input + r * columns;
    const real *dy = (const real *)output_gradient + r * columns;
    const vec mean = (vec)(means[r]), inverse = (vec)(inverses[r]);
    vec plain = (vec)(0), tilted = (vec)(0);
    FOR_VECTORS(columns, {
      const vec d = get(dy + i, lanes), normal = (get(x + i, lanes) - mean) * inverse;
      const vec g = scale ? d * get(scale + i, lanes) : d;
      plain += g;
      tilted = fused(g, normal, tilted);
      if (dscale) put(dscale + i, fused(d, normal, get(dscale + i, lanes)), lanes);
      if (dbias) put(dbias + i, d + get(dbias + i, lanes), lanes);
    });
    if (!input_gradient) continue;
    real *dx = (real *)input_gradient + r * columns;
    const vec offset = (vec)(sum_of_lanes(plain) / (real)columns);
    const vec tilt = (vec)(sum_of_lanes(tilted) / (real)columns);
    FOR_VECTORS(columns, {
      const vec d = get(dy + i, lanes), normal = (get(x + i, lanes) - mean) * inverse;
      const vec g = scale ? d * get(scale + i, lanes) : d;
      put_or_add(dx + i, inverse * (g - offset - normal * tilt), lanes, accumulate);
    });
  }
}
