// Vectors of LANES floats. Included once per instruction set, under its target attribute.
#define JOIN2(a, b) a##_##b
#define JOIN1(a, b) JOIN2(a, b)
#define NAME(name) JOIN1(name, ISA)

typedef float NAME(vec) __attribute__((ext_vector_type(LANES)));
typedef float NAME(unaligned) __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int32_t NAME(ivec) __attribute__((ext_vector_type(LANES)));
typedef uint8_t NAME(bytes) __attribute__((ext_vector_type(LANES), aligned(1)));
#define vec NAME(vec)
#define ivec NAME(ivec)
#define bytes NAME(bytes)
#define INLINE static inline __attribute__((always_inline))

INLINE vec NAME(load)(const float *p) { return *(const NAME(unaligned) *)p; }
INLINE void NAME(store)(float *p, vec v) { *(NAME(unaligned) *)p = v; }
#define LOAD NAME(load)
#define STORE NAME(store)

#if LANES == 16
// 16 x 16 in place, in four stages of exchanges between rows that are 8, 4, 2 and 1 apart.
INLINE void NAME(transpose)(vec *t) {
#define EXCHANGE(A, B, LOW, HIGH)                                                                  \
  do {                                                                                             \
    const vec a = t[A], b = t[B];                                                                  \
    t[A] = LOW(a, b);                                                                              \
    t[B] = HIGH(a, b);                                                                             \
  } while (0)
#define LOW8(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH8(a, b) __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LOW4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define HIGH4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define LOW2(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH2(a, b) __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define LOW1(a, b) __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define HIGH1(a, b) __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 8; i++) EXCHANGE(i, i + 8, LOW8, HIGH8);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++)
    if (!(i & 4)) EXCHANGE(i, i + 4, LOW4, HIGH4);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++)
    if (!(i & 2)) EXCHANGE(i, i + 2, LOW2, HIGH2);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i += 2) EXCHANGE(i, i + 1, LOW1, HIGH1);
}
#endif
