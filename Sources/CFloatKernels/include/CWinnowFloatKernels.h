/// Floating-point kernels on dense row-major arrays: what training and the float engine spend their
/// time in. One table of functions per instruction set and scalar type (float, double).
///
/// Pointers are to the table's scalar type and need no alignment beyond it. Nothing is allocated.
/// An element's bits depend on its inputs only: not on its place in the array, on alignment or on
/// how rows are shared among threads. They do depend on the instruction set.
#ifndef C_WINNOW_FLOAT_KERNELS_H
#define C_WINNOW_FLOAT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// What a product ends with.
typedef enum : int32_t {
  winnow_epilogue_none,
  /// z where z >= 0, else slope z; slope 0 is the rectifier. NaN stays.
  winnow_epilogue_leaky,
} winnow_epilogue;

/// Sizes count scalars; a leading dimension is the distance of two rows.
///
/// Every sum over the inner dimension is one chain of multiply-adds in order, starting from the
/// bias, the old c (where it accumulates) or 0; only where `columns` is small against `inner` it is
/// a dot product in lanes, which depends on those two sizes alone.
typedef struct {
  /// c[rows x columns] = a[rows x inner] b[inner x columns] (+ bias[columns]) (+ c), then the
  /// epilogue.
  void (*_Nonnull product)(
      const void *_Nonnull a, size_t lda, const void *_Nonnull b, size_t ldb, void *_Nonnull c,
      size_t ldc, size_t rows, size_t inner, size_t columns, const void *_Nullable bias,
      int32_t accumulate, winnow_epilogue epilogue, double slope, void *_Nonnull scratch);
  /// dx[rows x inner] (+)= dy[rows x columns] w[inner x columns]ᵀ
  void (*_Nonnull product_transposed_right)(
      const void *_Nonnull dy, size_t lddy, const void *_Nonnull w, size_t ldw, void *_Nonnull dx,
      size_t lddx, size_t rows, size_t inner, size_t columns, int32_t accumulate,
      void *_Nonnull scratch);
  /// dw[inner x columns] (+)= x[rows x inner]ᵀ dy[rows x columns]
  void (*_Nonnull product_transposed_left)(
      const void *_Nonnull x, size_t ldx, const void *_Nonnull dy, size_t lddy, void *_Nonnull dw,
      size_t lddw, size_t rows, size_t inner, size_t columns, int32_t accumulate,
      void *_Nonnull scratch);
} winnow_float_kernels;

/// Scalars of scratch that each of the three products needs, for every instruction set.
size_t winnow_float_product_scratch(size_t rows, size_t inner, size_t columns);

/// Instruction sets, best first; the last is generic and always supported.
int32_t winnow_float_instruction_set_count(void);
const char *_Nonnull winnow_float_instruction_set_name(int32_t set);
int32_t winnow_float_instruction_set_is_supported(int32_t set);

/// The kernels for float or double of an instruction set that this machine supports.
const winnow_float_kernels *_Nonnull winnow_float_kernels_of_float(int32_t set);
const winnow_float_kernels *_Nonnull winnow_float_kernels_of_double(int32_t set);

#endif
