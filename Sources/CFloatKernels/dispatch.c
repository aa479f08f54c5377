// The table of instruction sets and their choice at run time; compiled without any of them.
#include "table.h"

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#endif

static const struct {
  const char *name;
  int (*is_supported)(void);
  const winnow_float_kernels *of_float, *of_double;
} sets[] = {
#if defined(__x86_64__)
    {"avx512", has_avx512, &winnow_kernels_float_avx512, &winnow_kernels_double_avx512},
    {"avx2", has_avx2, &winnow_kernels_float_avx2, &winnow_kernels_double_avx2},
#endif
    {"generic", always, &winnow_kernels_float_generic, &winnow_kernels_double_generic},
};

int32_t winnow_float_instruction_set_count(void) { return sizeof sets / sizeof sets[0]; }
const char *winnow_float_instruction_set_name(int32_t set) { return sets[set].name; }
int32_t winnow_float_instruction_set_is_supported(int32_t set) { return sets[set].is_supported(); }

const winnow_float_kernels *winnow_float_kernels_of_float(int32_t set) {
  return sets[set].of_float;
}
const winnow_float_kernels *winnow_float_kernels_of_double(int32_t set) {
  return sets[set].of_double;
}

size_t winnow_float_product_scratch(size_t rows, size_t inner, size_t columns) {
  (void)rows, (void)inner, (void)columns;
  return winnow_product_scratch;
}
