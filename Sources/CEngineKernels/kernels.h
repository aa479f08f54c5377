// The kernels, written once on vectors of VECTOR_BYTES. Each instruction set includes this file with
// its ISA name, its vector width and its MULTIPLY_ADD_PAIRS, under its `target` attribute.
//
// Sums and products use unsigned lanes: they wrap around, which is harmless because a lane holds
// every bit that the result keeps (Sources/Engine/Compiler holds the bounds).

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
#define UNROLL _Pragma("clang loop unroll(full)")
#define ARGUMENTS                                                                                  \
  char *workspace, const char *data, const winnow_engine_step *step, size_t events

#define VECTOR(type, name, bytes, alignment)                                                       \
  typedef type name __attribute__((vector_size(bytes), aligned(alignment), may_alias))
VECTOR(int16_t, s16, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(uint16_t, u16, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(int32_t, s32, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(uint32_t, u32, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(int64_t, s64, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(uint64_t, u64, VECTOR_BYTES, VECTOR_BYTES);
VECTOR(int16_t, half16, VECTOR_BYTES / 2, 2);
VECTOR(int32_t, half32, VECTOR_BYTES / 2, 4);
VECTOR(int16_t, quarter16, VECTOR_BYTES / 4, 2);

static const char *JOIN(constants, ISA)(const char *data, const winnow_engine_step *step) {
  return data + 16 * (size_t)step->data;
}

// MARK: Affine steps
//
//     y = clamp(wrap((constant + Σ coefficient · x) >> shift))
//
// `wrap` and `clamp` get parameters that change nothing where the program has neither. The sums of
// up to eight vectors of events stay in registers while the loop goes over the terms.

typedef struct {
  i128 constant;
  /// The bits below the shift.
  i128 dropped;
  /// Wrap: `((y + offset) & mask) − offset`.
  i128 offset, mask;
  /// Clamp.
  i128 low, high;
} parameters;

typedef struct {
  int32_t coefficient;
  uint32_t column;
} narrow_term;

typedef struct {
  int64_t coefficient;
  uint64_t column;
} wide_term;

#define STORE(type) ((type *)(workspace + step->destination))[first + k]
#define STORE_16 STORE(s16) = y
#define STORE_32                                                                                   \
  if (step->result == 0)                                                                           \
    STORE(half16) = __builtin_convertvector(y, half16);                                            \
  else                                                                                             \
    STORE(s32) = y
#define STORE_64                                                                                   \
  if (step->result == 0)                                                                           \
    STORE(quarter16) = __builtin_convertvector(y, quarter16);                                      \
  else if (step->result == 1)                                                                      \
    STORE(half32) = __builtin_convertvector(y, half32);                                            \
  else                                                                                             \
    STORE(s64) = y

#define AFFINE(name, S, U, SCALAR, COLUMN, TERM, ACCUMULATE, STORE)                                \
  __attribute__((always_inline)) static inline void JOIN(name##_sum, ISA)(                         \
      char *workspace, const char *data, const winnow_engine_step *step, size_t first,             \
      const int vectors) {                                                                         \
    const parameters *p = (const parameters *)JOIN(constants, ISA)(data, step);                    \
    const TERM *terms = (const TERM *)(p + 1);                                                     \
    U sums[8];                                                                                     \
    UNROLL for (int k = 0; k < vectors; k++) sums[k] = (U){} + (SCALAR)p->constant;                \
    for (uint32_t i = 0; i < step->count; i++) {                                                   \
      const COLUMN *x = (const COLUMN *)(workspace + terms[i].column) + first;                     \
      const U w = (U){} + (SCALAR)terms[i].coefficient;                                            \
      UNROLL for (int k = 0; k < vectors; k++) sums[k] = ACCUMULATE(sums[k], x[k], w);             \
    }                                                                                              \
    const U dropped = (U){} + (SCALAR)p->dropped, offset = (U){} + (SCALAR)p->offset;              \
    const U mask = (U){} + (SCALAR)p->mask;                                                        \
    const S low = (S)((U){} + (SCALAR)p->low), high = (S)((U){} + (SCALAR)p->high);                \
    UNROLL for (int k = 0; k < vectors; k++) {                                                     \
      S y = (S)sums[k] >> step->shift_a;                                                           \
      if (step->convergent) y &= ~((S)((sums[k] & dropped) == 0) & 1);                             \
      y = (S)((((U)y + offset) & mask) - offset);                                                  \
      y = __builtin_elementwise_min(__builtin_elementwise_max(y, low), high);                      \
      STORE;                                                                                       \
    }                                                                                              \
  }                                                                                                \
  static void JOIN(name, ISA)(ARGUMENTS) {                                                         \
    const size_t count = events * sizeof(SCALAR) / VECTOR_BYTES;                                   \
    size_t first = 0;                                                                              \
    for (; first + 8 <= count; first += 8)                                                         \
      JOIN(name##_sum, ISA)(workspace, data, step, first, 8);                                      \
    for (; first + 4 <= count; first += 4)                                                         \
      JOIN(name##_sum, ISA)(workspace, data, step, first, 4);                                      \
    for (; first + 2 <= count; first += 2)                                                         \
      JOIN(name##_sum, ISA)(workspace, data, step, first, 2);                                      \
    for (; first < count; first++) JOIN(name##_sum, ISA)(workspace, data, step, first, 1);         \
  }

#define MULTIPLY_ADD(sum, x, w) (sum) + (x) * (w)
#define MULTIPLY_ADD_WIDENING(sum, x, w) (sum) + (u64)(__builtin_convertvector(x, s64)) * (w)

AFFINE(affine_16, s16, u16, uint16_t, u16, narrow_term, MULTIPLY_ADD, STORE_16)
AFFINE(affine_32, s32, u32, uint32_t, u32, narrow_term, MULTIPLY_ADD, STORE_32)
AFFINE(affine_pairs, s32, u32, uint32_t, s32, narrow_term, MULTIPLY_ADD_PAIRS, STORE_32)
AFFINE(affine_widening, s64, u64, uint64_t, half32, narrow_term, MULTIPLY_ADD_WIDENING, STORE_64)
AFFINE(affine_64, s64, u64, uint64_t, u64, wide_term, MULTIPLY_ADD, STORE_64)

static void JOIN(affine_128, ISA)(ARGUMENTS) {
  const parameters *p = (const parameters *)JOIN(constants, ISA)(data, step);
  const wide_term *terms = (const wide_term *)(p + 1);
  char *out = workspace + step->destination;
  for (size_t e = 0; e < events; e++) {
    u128 sum = (u128)p->constant;
    for (uint32_t i = 0; i < step->count; i++)
      sum += ((const u128 *)(workspace + terms[i].column))[e] * (u128)(i128)terms[i].coefficient;
    i128 y = (i128)sum >> step->shift_a;
    if (step->convergent && (sum & (u128)p->dropped) == 0) y &= ~(i128)1;
    y = (i128)((((u128)y + (u128)p->offset) & (u128)p->mask) - (u128)p->offset);
    y = y < p->low ? p->low : y > p->high ? p->high : y;
    switch (step->result) {
    case 0: ((int16_t *)out)[e] = (int16_t)y; break;
    case 1: ((int32_t *)out)[e] = (int32_t)y; break;
    case 2: ((int64_t *)out)[e] = (int64_t)y; break;
    default: ((i128 *)out)[e] = y;
    }
  }
}

/// Two 16-bit columns as one of 32 bits: a in the low half, b in the high half.
static void JOIN(pair, ISA)(ARGUMENTS) {
  const uint16_t *a = (const uint16_t *)(workspace + step->a);
  const uint16_t *b = (const uint16_t *)(workspace + step->b);
  uint32_t *restrict out = (uint32_t *)(workspace + step->destination);
  (void)data;
  for (size_t e = 0; e < events; e++) out[e] = a[e] | (uint32_t)b[e] << 16;
}

// MARK: Elementwise steps; the compiler makes the loops vectors.

#define ELEMENTWISE(name, A, R, EXPRESSION)                                                        \
  static void JOIN(name, ISA)(ARGUMENTS) {                                                         \
    const A *a = (const A *)(workspace + step->a), *b = (const A *)(workspace + step->b);          \
    const A *c = (const A *)(workspace + step->c);                                                 \
    const char *constants = JOIN(constants, ISA)(data, step);                                      \
    const int p = step->shift_a, q = step->shift_b;                                                \
    R *restrict out = (R *)(workspace + step->destination);                                        \
    (void)b, (void)c, (void)constants, (void)p, (void)q;                                           \
    for (size_t e = 0; e < events; e++) out[e] = (R)(EXPRESSION);                                  \
  }

#define CONVERSIONS(bits, A)                                                                       \
  ELEMENTWISE(convert_##bits##_16, A, int16_t, a[e])                                               \
  ELEMENTWISE(convert_##bits##_32, A, int32_t, a[e])                                               \
  ELEMENTWISE(convert_##bits##_64, A, int64_t, a[e])                                               \
  ELEMENTWISE(convert_##bits##_128, A, i128, a[e])

/// Left shifts are made on unsigned lanes, so that they are defined for negative numbers.
#define SHIFTED(T, U, x, bits) ((T)((U)(x) << (bits)))

/// `U` is at least as wide as `int`: a product of two promoted 16-bit lanes must not overflow one.
#define ARITHMETIC(bits, T, U, QUOTIENT)                                                           \
  ELEMENTWISE(maximum_##bits, T, T,                                                                \
      SHIFTED(T, U, a[e], p) > SHIFTED(T, U, b[e], q) ? SHIFTED(T, U, a[e], p)                     \
                                                      : SHIFTED(T, U, b[e], q))                    \
  ELEMENTWISE(minimum_##bits, T, T,                                                                \
      SHIFTED(T, U, a[e], p) < SHIFTED(T, U, b[e], q) ? SHIFTED(T, U, a[e], p)                     \
                                                      : SHIFTED(T, U, b[e], q))                    \
  ELEMENTWISE(multiply_##bits, T, T, (U)a[e] * (U)b[e])                                            \
  ELEMENTWISE(divide_##bits, T, T, QUOTIENT)                                                       \
  ELEMENTWISE(less_##bits, T, T, SHIFTED(T, U, a[e], p) < SHIFTED(T, U, b[e], q))                  \
  ELEMENTWISE(equal_##bits, T, T, SHIFTED(T, U, a[e], p) == SHIFTED(T, U, b[e], q))                \
  ELEMENTWISE(select_##bits, T, T,                                                                 \
      a[e] ? SHIFTED(T, U, b[e], p) : SHIFTED(T, U, c[e], q))

#define DIVISOR (*(const i128 *)constants)
/// A quotient of numbers below 2^32 that is not whole differs from the next integer by more than a
/// `double`'s step, so that its truncation is exact.
#define REAL_QUOTIENT ((double)a[e] / (double)DIVISOR)

CONVERSIONS(16, int16_t)
CONVERSIONS(32, int32_t)
CONVERSIONS(64, int64_t)
CONVERSIONS(128, i128)
ARITHMETIC(16, int16_t, uint32_t, REAL_QUOTIENT)
ARITHMETIC(32, int32_t, uint32_t, REAL_QUOTIENT)
ARITHMETIC(64, int64_t, uint64_t, a[e] / (int64_t)DIVISOR)
ARITHMETIC(128, i128, u128, a[e] / DIVISOR)

/// `entries[x − first]`; `first` stands before the entries.
#define TABLE(bits, T)                                                                             \
  ELEMENTWISE(table_##bits, uint32_t, T,                                                           \
      ((const T *)(constants + 16))[a[e] - (uint32_t) * (const i128 *)constants])
TABLE(16, int16_t)
TABLE(32, int32_t)
TABLE(64, int64_t)

// MARK: Rows to columns

/// Eight neighbouring elements whose columns have 16-bit lanes.
typedef struct {
  /// A mantissa is in range when `(x − low) ≤ span`, unsigned.
  int64_t low[8], span[8];
  /// Bits between the port's step and the element's.
  int64_t shift[8];
  /// The first one's place in the row, then the columns.
  uint64_t first;
  uint32_t columns[8], unused[2];
} tile;

typedef struct {
  int64_t low, span;
  uint64_t shift, element, column, lane;
} single;

typedef int64_t row64 __attribute__((vector_size(64)));
typedef uint64_t urow64 __attribute__((vector_size(64)));
typedef int64_t row64_data __attribute__((vector_size(64), aligned(8), may_alias));
typedef int16_t row16 __attribute__((vector_size(16), aligned(2), may_alias));

#define INTERLEAVE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

#define READ_ROWS(bits, T)                                                                         \
  typedef T JOIN(row_##bits, ISA) __attribute__((vector_size(8 * sizeof(T)), aligned(1), may_alias)); \
  static int JOIN(read_##bits, ISA)(                                                               \
      const void *rows, size_t stride, size_t events, char *workspace, const char *data,           \
      size_t tiles, size_t singles, uint8_t *flags) {                                              \
    const T *source = rows;                                                                        \
    const size_t padded = (events + winnow_engine_padding - 1) & ~(size_t)(winnow_engine_padding - 1); \
    int any = 0;                                                                                   \
    for (size_t e = 0; e < padded; e += 8) {                                                       \
      const T *row[8];                                                                             \
      for (size_t k = 0; k < 8; k++)                                                               \
        row[k] = source + (e + k < events ? e + k : events - 1) * stride;                          \
      const tile *t = (const tile *)data;                                                          \
      for (size_t i = 0; i < tiles; i++, t++) {                                                    \
        const urow64 low = (urow64) * (const row64_data *)t->low;                                  \
        const urow64 span = (urow64) * (const row64_data *)t->span;                                \
        const row64 shift = *(const row64_data *)t->shift;                                         \
        const row64 finer = ~((row64){} - 1 << shift); \
        row64 bad = {};                                                                            \
        row16 x[8];                                                                                \
        UNROLL for (int k = 0; k < 8; k++) {                                                       \
          const row64 m = __builtin_convertvector(                                                 \
              *(const JOIN(row_##bits, ISA) *)(row[k] + t->first), row64);                         \
          bad |= (row64)((urow64)m - low > span) | (m & finer);                                    \
          x[k] = (row16)__builtin_convertvector(m >> shift, row16);                                \
        }                                                                                          \
        row16 y[8], z[8];                                                                          \
        UNROLL for (int k = 0; k < 4; k++) {                                                       \
          y[2 * k] = INTERLEAVE(x[k], x[k + 4], 0, 8, 1, 9, 2, 10, 3, 11);                         \
          y[2 * k + 1] = INTERLEAVE(x[k], x[k + 4], 4, 12, 5, 13, 6, 14, 7, 15);                   \
        }                                                                                          \
        UNROLL for (int k = 0; k < 4; k++) {                                                       \
          z[2 * k] = INTERLEAVE(y[k], y[k + 4], 0, 8, 1, 9, 2, 10, 3, 11);                         \
          z[2 * k + 1] = INTERLEAVE(y[k], y[k + 4], 4, 12, 5, 13, 6, 14, 7, 15);                   \
        }                                                                                          \
        UNROLL for (int k = 0; k < 4; k++) {                                                       \
          *(row16 *)(workspace + t->columns[2 * k] + 2 * e) =                                      \
              INTERLEAVE(z[k], z[k + 4], 0, 8, 1, 9, 2, 10, 3, 11);                                \
          *(row16 *)(workspace + t->columns[2 * k + 1] + 2 * e) =                                  \
              INTERLEAVE(z[k], z[k + 4], 4, 12, 5, 13, 6, 14, 7, 15);                              \
        }                                                                                          \
        const uint8_t flag = __builtin_reduce_or(bad) != 0;                                        \
        *flags++ = flag;                                                                           \
        any |= flag;                                                                               \
      }                                                                                            \
    }                                                                                              \
    const single *s = (const single *)(data + tiles * sizeof(tile));                               \
    for (size_t i = 0; i < singles; i++, s++) {                                                    \
      char *out = workspace + s->column;                                                           \
      const int64_t finer = (int64_t)~(~(uint64_t)0 << s->shift);                                  \
      int flag = 0;                                                                                \
      for (size_t e = 0; e < padded; e++) {                                                        \
        const int64_t m = source[(e < events ? e : events - 1) * stride + s->element];             \
        flag |= (uint64_t)m - (uint64_t)s->low > (uint64_t)s->span || (m & finer) != 0;            \
        const int64_t value = m >> s->shift;                                                       \
        switch (s->lane) {                                                                         \
        case 0: ((int16_t *)out)[e] = (int16_t)value; break;                                       \
        case 1: ((int32_t *)out)[e] = (int32_t)value; break;                                       \
        case 2: ((int64_t *)out)[e] = value; break;                                                \
        default: ((i128 *)out)[e] = value;                                                         \
        }                                                                                          \
      }                                                                                            \
      *flags++ = (uint8_t)flag;                                                                    \
      any |= flag;                                                                                 \
    }                                                                                              \
    return any;                                                                                    \
  }

READ_ROWS(8, int8_t)
READ_ROWS(16, int16_t)
READ_ROWS(32, int32_t)
READ_ROWS(64, int64_t)

// MARK: Columns to rows

typedef struct {
  uint32_t column;
  uint16_t lane, shift;
  uint64_t unused;
} written;

#define WRITE_ROWS(bits, T)                                                                        \
  static void JOIN(write_##bits, ISA)(                                                             \
      void *rows, size_t stride, size_t events, const char *workspace, const char *data) {         \
    const written *elements = (const written *)data;                                               \
    for (size_t i = 0; i < stride; i++) {                                                          \
      const char *x = workspace + elements[i].column;                                              \
      const int shift = elements[i].shift;                                                         \
      T *out = (T *)rows + i;                                                                      \
      switch (elements[i].lane) {                                                                  \
      case 0: WRITE(T, int16_t); break;                                                            \
      case 1: WRITE(T, int32_t); break;                                                            \
      case 2: WRITE(T, int64_t); break;                                                            \
      default: WRITE(T, i128);                                                                     \
      }                                                                                            \
    }                                                                                              \
  }
#define WRITE(T, A)                                                                                \
  for (size_t e = 0; e < events; e++)                                                              \
  out[e * stride] = (T)((uint64_t)((const A *)x)[e] << shift)
WRITE_ROWS(8, int8_t)
WRITE_ROWS(16, int16_t)
WRITE_ROWS(32, int32_t)
WRITE_ROWS(64, int64_t)

/// This instruction set's row.
const winnow_engine_kernels JOIN(winnow_engine_kernels, ISA) = {
    {
#define X(name) JOIN(name, ISA),
        WINNOW_ENGINE_OPERATIONS(X)
#undef X
    },
    {JOIN(read_8, ISA), JOIN(read_16, ISA), JOIN(read_32, ISA), JOIN(read_64, ISA)},
    {JOIN(write_8, ISA), JOIN(write_16, ISA), JOIN(write_32, ISA), JOIN(write_64, ISA)},
};
