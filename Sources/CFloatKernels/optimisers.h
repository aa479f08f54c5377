// One step of an optimiser over flat arrays.

static void adam(
    const winnow_adam *step, void *parameters, const void *gradients, void *first, void *second,
    void *largest, size_t count) {
  real *p = parameters, *m = first, *v = second, *most = largest;
  const real *g = gradients;
  const vec beta1 = splat(step->beta1), beta2 = splat(step->beta2);
  const vec rest1 = splat(1 - step->beta1), rest2 = splat(1 - step->beta2);
  const vec rate = splat(step->rate), root_scale = splat(step->root_scale);
  const vec epsilon = splat(step->epsilon), keep = splat(step->keep);
  const vec penalty = splat(step->penalty), gradient_scale = splat(step->gradient_scale);
  FOR_VECTORS(count, {
    const vec old = get(p + i, lanes);
    const vec d = fused(penalty, old, gradient_scale * get(g + i, lanes));
    const vec a = fused(beta1, get(m + i, lanes), rest1 * d);
    const vec b = fused(beta2, get(v + i, lanes), rest2 * d * d);
    put(m + i, a, lanes);
    put(v + i, b, lanes);
    vec square = b;
    if (most) {
      square = get(most + i, lanes);
      square = choose(b > square, b, square);
      put(most + i, square, lanes);
    }
    const vec root = __builtin_elementwise_sqrt(square);
    const vec change = rate * a / fused(root, root_scale, epsilon);
    put(p + i, fused(keep, old, -change), lanes);
  });
}

static void momentum_descent(
    const winnow_descent *step, void *parameters, const void *gradients, void *velocity,
    size_t count) {
  real *p = parameters, *u = velocity;
  const real *g = gradients;
  const vec rate = splat(-step->rate), momentum = splat(step->momentum);
  const vec share = splat(1 - step->dampening), keep = splat(step->keep);
  const vec penalty = splat(step->penalty), gradient_scale = splat(step->gradient_scale);
  FOR_VECTORS(count, {
    const vec old = get(p + i, lanes);
    vec d = fused(penalty, old, gradient_scale * get(g + i, lanes));
    if (u) {
      const vec a = fused(momentum, get(u + i, lanes), share * d);
      put(u + i, a, lanes);
      d = step->nesterov ? fused(momentum, a, d) : a;
    }
    put(p + i, fused(rate, d, keep * old), lanes);
  });
}
