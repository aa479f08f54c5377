// What an instruction set provides: one row of the table in dispatch.c.
#ifndef WINNOW_ENGINE_TABLE_H
#define WINNOW_ENGINE_TABLE_H

#include "CWinnowEngineKernels.h"

typedef __int128 i128;
typedef unsigned __int128 u128;

/// Rows are read and written by the bytes of a mantissa: 1, 2, 4, 8.
typedef struct {
  void (*steps[winnow_engine_operation_count])(
      char *workspace, const char *data, const winnow_engine_step *step, size_t events);
  int (*read[4])(
      const void *rows, size_t stride, size_t events, char *workspace, const char *data,
      size_t tiles, size_t singles, uint8_t *flags);
  void (*write[4])(
      void *rows, size_t stride, size_t events, const char *workspace, const char *data);
} winnow_engine_kernels;

extern const winnow_engine_kernels winnow_engine_kernels_generic;
#if defined(__x86_64__)
extern const winnow_engine_kernels winnow_engine_kernels_avx2;
extern const winnow_engine_kernels winnow_engine_kernels_avx512;
#endif

#endif
