// Rows of events to blocks with events in lanes, and back.

static void NAME(from_rows)(
    const float *rows, size_t stride, int32_t count, int32_t features, int32_t events,
    float *block) {
  int first = 0;
#if LANES == 16
  for (; first + 16 <= features; first += 16)
    for (int e = 0; e < events; e += 16) {
      vec t[16];
      for (int i = 0; i < 16; i++)
        t[i] = e + i < count ? LOAD(rows + (size_t)(e + i) * stride + first) : (vec)0;
      NAME(transpose)(t);
      for (int i = 0; i < 16; i++) STORE(block + (size_t)(first + i) * events + e, t[i]);
    }
#endif
  for (int f = first; f < features; f++)
    for (int e = 0; e < events; e++)
      block[(size_t)f * events + e] = e < count ? rows[(size_t)e * stride + f] : 0;
}

static void NAME(to_rows)(
    const float *block, int32_t features, int32_t events, float *rows, size_t stride,
    int32_t count, int32_t accumulates) {
  int first = 0;
#if LANES == 16
  for (; first + 16 <= features; first += 16)
    for (int e = 0; e < count; e += 16) {
      vec t[16];
      for (int i = 0; i < 16; i++) t[i] = LOAD(block + (size_t)(first + i) * events + e);
      NAME(transpose)(t);
      for (int i = 0; i < 16 && e + i < count; i++) {
        float *row = rows + (size_t)(e + i) * stride + first;
        STORE(row, accumulates ? LOAD(row) + t[i] : t[i]);
      }
    }
#endif
  for (int e = 0; e < count; e++)
    for (int f = first; f < features; f++) {
      const float value = block[(size_t)f * events + e];
      rows[(size_t)e * stride + f] = accumulates ? rows[(size_t)e * stride + f] + value : value;
    }
}
