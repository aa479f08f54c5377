// The table of instruction sets and their choice at run time; compiled without any of them.
#include "table.h"

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2");
}

static int has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#endif

static const struct {
  const char *name;
  int (*is_supported)(void);
  const winnow_engine_kernels *kernels;
} sets[] = {
#if defined(__x86_64__)
    {"avx512", has_avx512, &winnow_engine_kernels_avx512},
    {"avx2", has_avx2, &winnow_engine_kernels_avx2},
#endif
    {"generic", always, &winnow_engine_kernels_generic},
};

int winnow_engine_instruction_set_count(void) { return sizeof sets / sizeof sets[0]; }
const char *winnow_engine_instruction_set_name(int set) { return sets[set].name; }
int winnow_engine_instruction_set_is_supported(int set) { return sets[set].is_supported(); }

void winnow_engine_run(
    int set, const winnow_engine_step *steps, size_t count, char *workspace, const char *data,
    size_t events) {
  for (size_t i = 0; i < count; i++)
    sets[set].kernels->steps[steps[i].operation](workspace, data, &steps[i], events);
}

static int size_class(int bytes) { return __builtin_ctz((unsigned)bytes); }

int winnow_engine_read_rows(
    int set, int bytes, const void *rows, size_t stride, size_t events, char *workspace,
    const char *data, size_t tiles, size_t singles, uint8_t *flags) {
  return sets[set].kernels->read[size_class(bytes)](
      rows, stride, events, workspace, data, tiles, singles, flags);
}

void winnow_engine_write_rows(
    int set, int bytes, void *rows, size_t stride, size_t events, const char *workspace,
    const char *data) {
  sets[set].kernels->write[size_class(bytes)](rows, stride, events, workspace, data);
}
