// A tile of O output channels x V vectors of events at one output position stays in registers.

#define EVENT_TILE(O, V)                                                                           \
  static void NAME(event_tile_##O##_##V)(                                                          \
      const winnow_event_product *c, const winnow_event_window *window, int p, ptrdiff_t events,   \
      const float *x, const float *w, const float *bias, float *y) {                               \
    vec sum[O][V];                                                                                 \
    _Pragma("clang loop unroll(full)") for (int o = 0; o < O; o++)                                 \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) sum[o][v] =                   \
          bias ? (vec)bias[o] : (vec)0;                                                            \
    const ptrdiff_t channel = window->inputs * events;                                             \
    for (int t = window->starts[p]; t < window->starts[p + 1]; t++) {                              \
      const float *q = x + window->sources[t] * events;                                            \
      const float *u = w + window->kernel[t];                                                      \
      for (int i = 0; i < c->inputs; i++, q += channel, u += c->input_stride) {                    \
        vec value[V];                                                                              \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) value[v] =                  \
            LOAD(q + v * LANES);                                                                   \
        _Pragma("clang loop unroll(full)") for (int o = 0; o < O; o++) {                           \
          const vec weight = u[(ptrdiff_t)o * c->output_stride];                                   \
          _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) sum[o][v] +=              \
              weight * value[v];                                                                   \
        }                                                                                          \
      }                                                                                            \
    }                                                                                              \
    _Pragma("clang loop unroll(full)") for (int o = 0; o < O; o++)                                 \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) {                             \
        vec z = sum[o][v];                                                                         \
        if (c->rectified) z = z <= 0 ? (c->slope == 0 ? (vec)0 : z * c->slope) : z;                \
        STORE(y + o * window->outputs * events + v * LANES, z);                                    \
      }                                                                                            \
  }

typedef void (*NAME(event_tile))(
    const winnow_event_product *, const winnow_event_window *, int, ptrdiff_t, const float *,
    const float *, const float *, float *);

// Tiles of 1, 2 and 4 channels; EVENT_VECTORS is the most that registers hold beside 4 channels.
#define TILES(V) EVENT_TILE(1, V) EVENT_TILE(2, V) EVENT_TILE(4, V)
#define TILE_ROW(V)                                                                                \
  { 0, NAME(event_tile_1_##V), NAME(event_tile_2_##V), 0, NAME(event_tile_4_##V) }
TILES(1)
TILES(2)
TILES(4)
static const NAME(event_tile) NAME(event_tiles)[5][5] = {
    {0}, TILE_ROW(1), TILE_ROW(2), {0}, TILE_ROW(4)};

INLINE int NAME(event_vectors)(int events) {
  return events / LANES < EVENT_VECTORS ? events / LANES : EVENT_VECTORS;
}

static void NAME(product)(
    const winnow_event_product *c, const winnow_event_window *window, int32_t events,
    const float *x, const float *weights, const float *bias, float *y) {
  const int vectors = NAME(event_vectors)(events);
  for (int g = 0; g < c->groups; g++) {
    const float *in = x + (ptrdiff_t)g * c->inputs * window->inputs * events;
    float *out = y + (ptrdiff_t)g * c->outputs * window->outputs * events;
    const float *w = weights + (ptrdiff_t)g * c->group_stride;
    const float *b = bias ? bias + (ptrdiff_t)g * c->outputs : 0;
    for (int o = 0, width; o < c->outputs; o += width) {
      width = c->outputs - o >= 4 ? 4 : c->outputs - o >= 2 ? 2 : 1;
      const NAME(event_tile) tile = NAME(event_tiles)[vectors][width];
      for (int p = 0; p < window->outputs; p++)
        for (int e = 0; e < events; e += vectors * LANES)
          tile(
              c, window, p, events, in + e, w + (ptrdiff_t)o * c->output_stride, b ? b + o : 0,
              out + ((ptrdiff_t)o * window->outputs + p) * events + e);
    }
  }
}
