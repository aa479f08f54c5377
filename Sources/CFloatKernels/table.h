// What one translation unit (instruction set and scalar type) provides: a table of kernels.
#ifndef WINNOW_FLOAT_TABLE_H
#define WINNOW_FLOAT_TABLE_H

#include "CWinnowFloatKernels.h"

#if defined(REAL_IS_FLOAT)
typedef float real;
typedef int32_t integer;
#define TYPE_NAME float
#elif defined(REAL_IS_DOUBLE)
typedef double real;
typedef int64_t integer;
#define TYPE_NAME double
#endif

/// Blocks of a product in scalars: `inner` x `columns` of b lie packed in scratch (256 KB in float,
/// within a level 2 cache), and so many rows of a pass over them before the next ones.
enum {
  INNER_OF_BLOCK = 256,
  /// Steps of a block whose a is read by columns, many rows of it at once.
  INNER_OF_COLUMNS = 96,
  COLUMNS_OF_BLOCK = 256,
  ROWS_OF_BLOCK = 120,
  /// From so many rows on, b is packed although it could be read in place.
  ROWS_WORTH_PACKING = 96,
  /// Operands larger than this are asked for in advance.
  BYTES_WORTH_PREFETCHING = 1 << 19,
  /// The largest transposed operand or result kept in scratch.
  LARGEST_TURNED = 32768,
  winnow_product_scratch = INNER_OF_BLOCK * COLUMNS_OF_BLOCK + LARGEST_TURNED,
};

#define JOIN3(a, b, c) a##_##b##_##c
#define JOIN(a, b, c) JOIN3(a, b, c)
#define TABLE JOIN(winnow_kernels, TYPE_NAME, ISA)

extern const winnow_float_kernels winnow_kernels_float_generic, winnow_kernels_double_generic;
#if defined(__x86_64__)
extern const winnow_float_kernels winnow_kernels_float_avx2, winnow_kernels_double_avx2;
extern const winnow_float_kernels winnow_kernels_float_avx512, winnow_kernels_double_avx512;
#endif

#endif
