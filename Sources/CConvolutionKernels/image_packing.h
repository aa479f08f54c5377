static void NAME(sizes)(const winnow_image_convolution *c, winnow_image_sizes *s) {
  const size_t vectors = (c->filters + LANES - 1) / LANES;
  s->lanes = LANES;
  s->forward_weights = vectors * LANES * c->kernel_rows * c->run;
  s->backward_weights = (size_t)c->filters * c->kernel_rows * NAME(run_vectors)(c) * LANES;
  s->entries = (size_t)c->filters * NAME(capacity)(c);
  s->slack = (size_t)2 * c->stride_rows * c->input_row
      + (size_t)32 * c->stride_columns * c->input_pixel + c->run + LANES;
}

static void NAME(pack)(
    const winnow_image_convolution *c, int32_t channels, const float *weights, float *forward,
    float *backward) {
  const int columns = c->run / c->input_pixel, window = c->kernel_rows * c->run;
  const int vectors = (c->filters + LANES - 1) / LANES, run = NAME(run_vectors)(c) * LANES;
  for (int f = 0; f < c->filters; f++) {
    const int panel = f / LANES / 2 * 2;
    const int width = panel + 1 < vectors ? 2 * LANES : LANES;
    float *out = forward + (ptrdiff_t)panel * LANES * window + f - panel * LANES;
    for (int k = 0; k < c->kernel_rows; k++)
      for (int j = 0; j < columns; j++)
        for (int i = 0; i < channels; i++) {
          const float value =
              weights[(((ptrdiff_t)f * channels + i) * c->kernel_rows + k) * columns + j];
          const int at = j * c->input_pixel + i;
          out[(ptrdiff_t)(k * c->run + at) * width] = value;
          if (backward) backward[((ptrdiff_t)f * c->kernel_rows + k) * run + at] = value;
        }
  }
}

static void NAME(unpack)(
    const winnow_image_convolution *c, int32_t channels, const float *packed, float *gradient) {
  const int columns = c->run / c->input_pixel, run = NAME(run_vectors)(c) * LANES;
  for (int f = 0; f < c->filters; f++)
    for (int i = 0; i < channels; i++)
      for (int k = 0; k < c->kernel_rows; k++)
        for (int j = 0; j < columns; j++)
          gradient[(((ptrdiff_t)f * channels + i) * c->kernel_rows + k) * columns + j] =
              packed[((ptrdiff_t)f * c->kernel_rows + k) * run + j * c->input_pixel + i];
}
