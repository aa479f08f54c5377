// Lists the gradients of up to 16 filters over a band of cells that are not zero.

// Steps in the input from one cell, and from a cell's first pixel to its others.
typedef struct {
  int32_t down, across, pixels, offsets[64];
} NAME(cell_steps);

INLINE NAME(cell_steps) NAME(steps)(const winnow_image_convolution *c) {
  const int row = c->stride_rows * c->input_row, column = c->stride_columns * c->input_pixel;
  NAME(cell_steps) s = {c->pool_rows * row, c->pool_columns * column, 0, {0}};
  for (int a = 0; a < c->pool_rows; a++)
    for (int b = 0; b < c->pool_columns; b++) s.offsets[s.pixels++] = a * row + b * column;
  return s;
}

// dy is multiplied by the rectifier's slope where its cell was negative.
INLINE void NAME(list)(
    const winnow_image_convolution *c, const NAME(cell_steps) *s, int first, int last, int lanes,
    float *dy, const uint8_t *places, winnow_image_gradients lists, ptrdiff_t capacity, float *sums) {
  for (int r = first; r < last; r++) {
    float *g = dy + (ptrdiff_t)r * c->output_row;
    const uint8_t *place = places + (ptrdiff_t)r * c->columns * c->output_pixel;
    int corner = r * s->down;
    int j = 0;
#ifdef COMPRESS
    if (lanes == 16)
      for (; j < c->columns; j += 16, corner += 16 * s->across) {
        const int cells = c->columns - j < 16 ? c->columns - j : 16;
        vec values[16], offsets[16], sum = LOAD(sums);
        for (int i = 0; i < cells; i++, g += c->output_pixel, place += c->output_pixel) {
          const ivec winner = __builtin_convertvector(*(const bytes *)place, ivec);
          const vec slope = (winner >= NEGATIVE) ? (vec)c->slope : (vec)1;
          values[i] = LOAD(g) * slope;
          STORE(g, values[i]);
          sum += values[i];
          ivec offset = 0;
          for (int k = 1; k < s->pixels; k++)
            offset = (winner & 63) == k ? (ivec)s->offsets[k] : offset;
          offsets[i] = (vec)offset;
        }
        STORE(sums, sum);
        for (int i = cells; i < 16; i++) values[i] = offsets[i] = 0;
        NAME(transpose)(values);
        NAME(transpose)(offsets);
        const ivec ramp = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        const ivec corners = corner + ramp * s->across;
        for (int l = 0; l < 16; l++) {
          const ptrdiff_t at = l * capacity + lists.counts[l];
          lists.counts[l] +=
              COMPRESS(lists.values + at, lists.offsets + at, values[l], (ivec)offsets[l] + corners);
        }
      }
#endif
    for (; j < c->columns; j++, g += c->output_pixel, place += c->output_pixel, corner += s->across)
      for (int l = 0; l < lanes; l++) {
        const float value = g[l] *= place[l] & NEGATIVE ? c->slope : 1;
        const ptrdiff_t at = l * capacity + lists.counts[l];
        lists.values[at] = value;
        lists.offsets[at] = corner + s->offsets[place[l] & 63];
        lists.counts[l] += value != 0;
        sums[l] += value;
      }
  }
}
