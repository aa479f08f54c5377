// The weights' gradient: a tile of O x I channels at one place of the kernel stays in registers
// while all positions and events pass; then the lanes are added, in a fixed order.

INLINE float NAME(lane_sum)(vec v) {
  float sum[LANES];
  STORE(sum, v);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) sum[i] += sum[i + half];
  return sum[0];
}

INLINE void NAME(add_sums)(
    const winnow_event_product *c, int outputs, int inputs, const vec *sums, float *gradient) {
#if LANES == 16
  if (outputs * inputs > 4) {
    vec t[16];
    for (int i = 0; i < 16; i++) t[i] = i < outputs * inputs ? sums[i] : (vec)0;
    NAME(transpose)(t);
    for (int half = 8; half > 0; half /= 2)
      for (int i = 0; i < half; i++) t[i] += t[i + half];
    for (int o = 0; o < outputs; o++)
      for (int i = 0; i < inputs; i++)
        gradient[(ptrdiff_t)o * c->output_stride + (ptrdiff_t)i * c->input_stride] +=
            t[0][o * inputs + i];
    return;
  }
#endif
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < inputs; i++)
      gradient[(ptrdiff_t)o * c->output_stride + (ptrdiff_t)i * c->input_stride] +=
          NAME(lane_sum)(sums[o * inputs + i]);
}

#define WEIGHTS_TILE(O, I)                                                                         \
  static void NAME(weights_tile_##O##_##I)(                                                        \
      const winnow_event_product *c, const winnow_event_places *places, int place,                 \
      ptrdiff_t events, const float *x, const float *dy, float *gradient) {                        \
    vec sum[O][I];                                                                                 \
    _Pragma("clang loop unroll(full)") for (int o = 0; o < O; o++)                                 \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < I; i++) sum[o][i] = 0;                \
    const ptrdiff_t in = places->inputs * events, out = places->outputs * events;                  \
    for (int t = places->starts[place]; t < places->starts[place + 1]; t++) {                      \
      const float *a = dy + places->targets[t] * events, *b = x + places->sources[t] * events;     \
      for (ptrdiff_t e = 0; e < events; e += LANES) {                                              \
        vec value[I];                                                                              \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < I; i++) value[i] =                  \
            LOAD(b + i * in + e);                                                                  \
        _Pragma("clang loop unroll(full)") for (int o = 0; o < O; o++) {                           \
          const vec g = LOAD(a + o * out + e);                                                     \
          _Pragma("clang loop unroll(full)") for (int i = 0; i < I; i++) sum[o][i] +=              \
              g * value[i];                                                                        \
        }                                                                                          \
      }                                                                                            \
    }                                                                                              \
    NAME(add_sums)(c, O, I, &sum[0][0], gradient);                                                 \
  }

WEIGHTS_TILE(1, 1) WEIGHTS_TILE(1, 2) WEIGHTS_TILE(1, 4)
WEIGHTS_TILE(2, 1) WEIGHTS_TILE(2, 2) WEIGHTS_TILE(2, 4)
WEIGHTS_TILE(4, 1) WEIGHTS_TILE(4, 2) WEIGHTS_TILE(4, 4)

typedef void (*NAME(weights_tile))(
    const winnow_event_product *, const winnow_event_places *, int, ptrdiff_t, const float *,
    const float *, float *);
static const NAME(weights_tile) NAME(weights_tiles)[5][5] = {
    {0},
    {0, NAME(weights_tile_1_1), NAME(weights_tile_1_2), 0, NAME(weights_tile_1_4)},
    {0, NAME(weights_tile_2_1), NAME(weights_tile_2_2), 0, NAME(weights_tile_2_4)},
    {0},
    {0, NAME(weights_tile_4_1), NAME(weights_tile_4_2), 0, NAME(weights_tile_4_4)}};

static void NAME(weight_gradient)(
    const winnow_event_product *c, const winnow_event_places *places, int32_t events,
    const float *x, const float *dy, float *gradient) {
  for (int g = 0; g < c->groups; g++) {
    const float *in = x + (ptrdiff_t)g * c->inputs * places->inputs * events;
    const float *out = dy + (ptrdiff_t)g * c->outputs * places->outputs * events;
    float *sums = gradient + (ptrdiff_t)g * c->group_stride;
    for (int o = 0, rows; o < c->outputs; o += rows) {
      rows = c->outputs - o >= 4 ? 4 : c->outputs - o >= 2 ? 2 : 1;
      for (int i = 0, columns; i < c->inputs; i += columns) {
        columns = c->inputs - i >= 4 ? 4 : c->inputs - i >= 2 ? 2 : 1;
        for (int k = 0; k < places->places; k++)
          NAME(weights_tiles)[rows][columns](
              c, places, k, events, in + (ptrdiff_t)i * places->inputs * events,
              out + (ptrdiff_t)o * places->outputs * events,
              sums + (ptrdiff_t)o * c->output_stride + (ptrdiff_t)i * c->input_stride + k);
      }
    }
  }
}

static void NAME(bias_gradient)(
    int32_t channels, int32_t positions, int32_t events, const float *dy, float *gradient) {
  const ptrdiff_t count = (ptrdiff_t)positions * events;
  for (int c = 0; c < channels; c++, dy += count) {
    vec sum = 0;
    for (ptrdiff_t i = 0; i < count; i += LANES) sum += LOAD(dy + i);
    gradient[c] += NAME(lane_sum)(sum);
  }
}

static void NAME(rectifier_gradient)(size_t count, float slope, const float *y, float *dy) {
  for (size_t i = 0; i < count; i += LANES) {
    const vec g = LOAD(dy + i);
    STORE(dy + i, LOAD(y + i) <= 0 ? g * slope : g);
  }
}
