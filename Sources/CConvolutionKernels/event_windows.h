// Windows that act on each channel alone: averages, upsampling, padding; maxima.

static void NAME(combine)(
    int32_t channels, const winnow_event_window *window, const float *factors, int32_t events,
    const float *x, float *y) {
  for (int c = 0; c < channels; c++, x += (ptrdiff_t)window->inputs * events)
    for (int p = 0; p < window->outputs; p++, y += events)
      for (int e = 0; e < events; e += LANES) {
        vec sum = 0;
        for (int t = window->starts[p]; t < window->starts[p + 1]; t++)
          sum += factors[t] * LOAD(x + (ptrdiff_t)window->sources[t] * events + e);
        STORE(y + e, sum);
      }
}

INLINE void NAME(clear)(float *p, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) STORE(p + i, (vec)0);
}

static void NAME(combine_gradient)(
    int32_t channels, const winnow_event_window *window, const float *factors, int32_t events,
    const float *dy, float *dx) {
  const ptrdiff_t channel = (ptrdiff_t)window->inputs * events;
  NAME(clear)(dx, channels * channel);
  for (int c = 0; c < channels; c++, dx += channel)
    for (int p = 0; p < window->outputs; p++, dy += events)
      for (int t = window->starts[p]; t < window->starts[p + 1]; t++) {
        float *q = dx + (ptrdiff_t)window->sources[t] * events;
        for (int e = 0; e < events; e += LANES)
          STORE(q + e, LOAD(q + e) + factors[t] * LOAD(dy + e));
      }
}

static void NAME(maximum)(
    int32_t channels, const winnow_event_window *window, int32_t events, const float *x,
    float *y) {
  for (int c = 0; c < channels; c++, x += (ptrdiff_t)window->inputs * events)
    for (int p = 0; p < window->outputs; p++, y += events)
      for (int e = 0; e < events; e += LANES) {
        const int first = window->starts[p];
        vec best = LOAD(x + (ptrdiff_t)window->sources[first] * events + e);
        for (int t = first + 1; t < window->starts[p + 1]; t++) {
          const vec other = LOAD(x + (ptrdiff_t)window->sources[t] * events + e);
          best = other > best ? other : best;
        }
        STORE(y + e, best);
      }
}

static void NAME(maximum_gradient)(
    int32_t channels, const winnow_event_window *window, int32_t events, const float *x,
    const float *y, const float *dy, float *dx) {
  const ptrdiff_t channel = (ptrdiff_t)window->inputs * events;
  NAME(clear)(dx, channels * channel);
  for (int c = 0; c < channels; c++, x += channel, dx += channel)
    for (int p = 0; p < window->outputs; p++, y += events, dy += events)
      for (int e = 0; e < events; e += LANES) {
        const vec best = LOAD(y + e);
        vec left = LOAD(dy + e);
        for (int t = window->starts[p]; t < window->starts[p + 1]; t++) {
          const ptrdiff_t at = (ptrdiff_t)window->sources[t] * events + e;
          const ivec won = LOAD(x + at) == best;
          STORE(dx + at, LOAD(dx + at) + (won ? left : (vec)0));
          left = won ? (vec)0 : left;
        }
      }
}
