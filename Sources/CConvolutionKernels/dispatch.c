// The table of instruction sets and their choice at run time; compiled without any of them.
#include "table.h"

static int32_t always(void) { return 1; }

#if defined(__x86_64__)
static int32_t has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int32_t has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#endif

static const struct {
  const char *name;
  int32_t (*is_supported)(void);
  const winnow_image_kernels *images;
  const winnow_event_kernels *events;
} sets[] = {
#if defined(__x86_64__)
    {"avx512", has_avx512, &winnow_image_kernels_avx512,
     &winnow_event_kernels_avx512},
    {"avx2", has_avx2, &winnow_image_kernels_avx2,
     &winnow_event_kernels_avx2},
#endif
    {"generic", always, &winnow_image_kernels_generic,
     &winnow_event_kernels_generic},
};

int32_t winnow_convolution_instruction_set_count(void) { return sizeof sets / sizeof sets[0]; }
const char *winnow_convolution_instruction_set_name(int32_t set) { return sets[set].name; }
int32_t winnow_convolution_instruction_set_is_supported(int32_t set) {
  return sets[set].is_supported();
}
const winnow_image_kernels *winnow_image_kernels_of(int32_t set) { return sets[set].images; }
const winnow_event_kernels *winnow_event_kernels_of(int32_t set) { return sets[set].events; }
