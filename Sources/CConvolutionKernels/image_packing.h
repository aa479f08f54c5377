static void NAME(sizes)(const winnow_image_convolution *c, winnow_image_sizes *s) {
  const size_t vectors = (c->filters + LANES - 1) / LANES;
  s->lanes = LANES;
  s->forward_weights = vectors * LANES * c->kernel_rows * c->run;
  s->backward_weights = (size_t)c->filters * c->kernel_rows * NAME(run_vectors)(c) * LANES;
  s->entries = (size_t)c->filters * NAME(capacity)(c);
  s->slack = (size_t)2 * c->stride_rows * c->input_row
      + (size_t)32 * c->stride_columns * c->input_pixel + c->run + LANES;
}

// Where a weight stands in the forward form, the panel's first filter first.
INLINE float *NAME(packed)(
    const winnow_image_convolution *c, float *forward, int filter, int row, int at) {
  const int vectors = (c->filters + LANES - 1) / LANES, panel = filter / LANES / 2 * 2;
  const int width = panel + 1 < vectors ? 2 * LANES : LANES;
  return forward + (ptrdiff_t)panel * LANES * c->kernel_rows * c->run
      + (ptrdiff_t)(row * c->run + at) * width + filter - panel * LANES;
}

static void NAME(pack)(
    const winnow_image_convolution *c, int32_t channels, const float *weights, float *forward,
    float *backward) {
  const int columns = c->run / c->input_pixel, run = NAME(run_vectors)(c) * LANES;
  for (int f = 0; f < c->filters; f++)
    for (int i = 0; i < channels; i++)
      for (int k = 0; k < c->kernel_rows; k++)
        for (int j = 0; j < columns; j++) {
          const float value = *weights++;
          const int at = j * c->input_pixel + i;
          *NAME(packed)(c, forward, f, k, at) = value;
          if (backward) backward[((ptrdiff_t)f * c->kernel_rows + k) * run + at] = value;
        }
}

static void NAME(pack_turned)(
    const winnow_image_convolution *c, int32_t channels, const float *weights, float *forward) {
  const int columns = c->run / c->input_pixel;
  for (int i = 0; i < channels; i++)
    for (int f = 0; f < c->filters; f++)
      for (int k = c->kernel_rows - 1; k >= 0; k--)
        for (int j = columns - 1; j >= 0; j--)
          *NAME(packed)(c, forward, f, k, j * c->input_pixel + i) = *weights++;
}

static void NAME(unpack)(
    const winnow_image_convolution *c, int32_t channels, const float *packed, float *gradient) {
  const int columns = c->run / c->input_pixel, run = NAME(run_vectors)(c) * LANES;
  for (int f = 0; f < c->filters; f++)
    for (int i = 0; i < channels; i++)
      for (int k = 0; k < c->kernel_rows; k++)
        for (int j = 0; j < columns; j++)
          gradient[(((ptrdiff_t)f * channels + i) * c->kernel_rows + k) * columns + j] +=
              packed[((ptrdiff_t)f * c->kernel_rows + k) * run + j * c->input_pixel + i];
}

static void NAME(from_planes)(
    int32_t channels, int32_t rows, int32_t columns, const float *planes, float *image,
    int32_t row, int32_t pixel) {
  const ptrdiff_t plane = (ptrdiff_t)rows * columns;
  for (int r = 0; r < rows; r++, planes += columns, image += row) {
    int first = 0;
#if LANES == 16
    for (; first + 16 <= channels; first += 16)
      for (int j = 0; j < columns; j += 16) {
        const int count = columns - j < 16 ? columns - j : 16;
        vec t[16];
        for (int i = 0; i < 16; i++) {
          const float *p = planes + (first + i) * plane + j;
          if (count == 16) {
            t[i] = LOAD(p);
          } else {
            t[i] = 0;
            for (int l = 0; l < count; l++) t[i][l] = p[l];
          }
        }
        NAME(transpose)(t);
        for (int l = 0; l < count; l++) STORE(image + (ptrdiff_t)(j + l) * pixel + first, t[l]);
      }
#endif
    for (int c = first; c < channels; c++)
      for (int j = 0; j < columns; j++) image[(ptrdiff_t)j * pixel + c] = planes[c * plane + j];
  }
}

static void NAME(to_planes)(
    int32_t channels, int32_t rows, int32_t columns, const float *image, int32_t row,
    int32_t pixel, float *planes, int32_t accumulates) {
  const ptrdiff_t plane = (ptrdiff_t)rows * columns;
  for (int r = 0; r < rows; r++, planes += columns, image += row) {
    int first = 0;
#if LANES == 16
    if (!accumulates)
      for (; first + 16 <= channels; first += 16)
        for (int j = 0; j < columns; j += 16) {
          const int count = columns - j < 16 ? columns - j : 16;
          vec t[16];
          for (int l = 0; l < 16; l++)
            t[l] = l < count ? LOAD(image + (ptrdiff_t)(j + l) * pixel + first) : (vec)0;
          NAME(transpose)(t);
          for (int i = 0; i < 16; i++) {
            float *p = planes + (first + i) * plane + j;
            if (count == 16)
              STORE(p, t[i]);
            else
              for (int l = 0; l < count; l++) p[l] = t[i][l];
          }
        }
#endif
    for (int c = first; c < channels; c++)
      for (int j = 0; j < columns; j++) {
        const float value = image[(ptrdiff_t)j * pixel + c];
        planes[c * plane + j] = accumulates ? planes[c * plane + j] + value : value;
      }
  }
}
