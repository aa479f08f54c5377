// Functions of one element and their derivatives.

/// √(2/π) and the cubic coefficient of GELU's tanh form (Hendrycks and Gimpel, arXiv 1606.08415).
#define GELU_SCALE 0.79788456080286536
#define GELU_CUBIC 0.044715

ALWAYS vec apply_unary(const winnow_unary operation, vec x, real parameter) {
  switch (operation) {
  case winnow_unary_relu: return choose(x < (vec)(0), (vec)(0), x);
  case winnow_unary_leaky_relu: return choose(x < (vec)(0), (vec)(parameter) * x, x);
  case winnow_unary_sigmoid: return logistic(x);
  case winnow_unary_tanh: return hyperbolic_tangent(x);
  case winnow_unary_exp: return exponential(x);
  case winnow_unary_log: return logarithm(x);
  case winnow_unary_erf: return error_function(x);
  case winnow_unary_gelu: return x * normal_cumulative(x);
  case winnow_unary_gelu_tanh: {
    const vec inner = splat(GELU_SCALE) * fused(splat(GELU_CUBIC) * x * x, x, x);
    const vec half = splat(0.5) * x;
    return fused(half, hyperbolic_tangent(inner), half);
  }
  case winnow_unary_softplus: return softplus(x);
  case winnow_unary_silu: return x * logistic(x);
  case winnow_unary_elu:
    return choose(x < (vec)(0), (vec)(parameter) * exponential_minus_one(x), x);
  case winnow_unary_abs: return magnitude(x);
  case winnow_unary_square: return x * x;
  case winnow_unary_sqrt: return __builtin_elementwise_sqrt(x);
  case winnow_unary_reciprocal: return 1 / x;
  case winnow_unary_negate: return -x;
  default: return x;
  }
}

/// dy times the derivative at x, where the function is y.
ALWAYS vec pull_unary(const winnow_unary operation, vec x, vec y, vec dy, real parameter) {
  switch (operation) {
  case winnow_unary_relu: return choose(x > (vec)(0), dy, (vec)(0));
  case winnow_unary_leaky_relu: return choose(x > (vec)(0), dy, (vec)(parameter) * dy);
  case winnow_unary_sigmoid: return dy * y * (1 - y);
  case winnow_unary_tanh: return dy * fused(-y, y, (vec)(1));
  case winnow_unary_exp: return dy * y;
  case winnow_unary_log: return dy / x;
  case winnow_unary_erf: return dy * splat(1.1283791670955126) * exponential(-x * x);
  case winnow_unary_gelu: return dy * fused(x, normal_density(x), normal_cumulative(x));
  case winnow_unary_gelu_tanh: {
    const vec square = x * x;
    const vec t = hyperbolic_tangent(
        splat(GELU_SCALE) * fused(splat(GELU_CUBIC) * square, x, x));
    const vec slope = splat(GELU_SCALE) * fused(splat(3 * GELU_CUBIC), square, (vec)(1));
    const vec half = splat(0.5) * x;
    return dy * fused(half * fused(-t, t, (vec)(1)), slope, fused(splat(0.5), t, splat(0.5)));
  }
  case winnow_unary_softplus: return dy * logistic(x);
  case winnow_unary_silu: {
    const vec s = logistic(x);
    return dy * s * fused(x, 1 - s, (vec)(1));
  }
  case winnow_unary_elu: return choose(x < (vec)(0), dy * (y + (vec)(parameter)), dy);
  case winnow_unary_abs:
    return choose(x > (vec)(0), dy, choose(x < (vec)(0), -dy, (vec)(0)));
  case winnow_unary_square: return dy * (2 * x);
  case winnow_unary_sqrt: return dy * splat(0.5) / y;
  case winnow_unary_reciprocal: return -dy * y * y;
  case winnow_unary_negate: return -dy;
  default: return dy;
  }
}

#define UNARY_CASE(name)                                                                           \
  case winnow_unary_##name:                                                                        \
    FOR_VECTORS(                                                                                   \
        count, put(y + i, apply_unary(winnow_unary_##name, get(x + i, lanes), p), lanes));         \
    break;

static void unary(
    winnow_unary operation, const void *input, void *output, size_t count, double parameter) {
  const real *x = input;
  real *y = output;
  const real p = (real)parameter;
  switch (operation) {
    WINNOW_UNARY(UNARY_CASE)
  default: break;
  }
}

#define UNARY_BACKWARD_CASE(name)                                                                  \
  case winnow_unary_##name:                                                                        \
    FOR_VECTORS(                                                                                   \
        count, put_or_add(                                                                         \
                   dx + i,                                                                         \
                   pull_unary(                                                                     \
                       winnow_unary_##name, get(x + i, lanes), get(y + i, lanes),                  \
                       get(dy + i, lanes), p),                                                     \
                   lanes, accumulate));                                                            \
    break;

static void unary_backward(
    winnow_unary operation, const void *input, const void *output, const void *output_gradient,
    void *input_gradient, size_t count, double parameter, int32_t accumulate) {
  const real *x = input, *y = output, *dy = output_gradient;
  real *dx = input_gradient;
  const real p = (real)parameter;
  switch (operation) {
    WINNOW_UNARY(UNARY_BACKWARD_CASE)
  default: break;
  }
}
