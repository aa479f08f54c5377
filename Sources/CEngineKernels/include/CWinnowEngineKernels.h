/// The integer engine's kernels: straight-line steps on columns of a workspace.
///
/// A column holds one scalar for a block of events in lanes of 16, 32, 64 or 128 bits, two's
/// complement. All arithmetic is modulo the lane. A workspace is one buffer, 64-byte aligned; a
/// column is named by its byte offset. The constant `data` of a plan is 16-byte aligned; offsets
/// into it count 16-byte words.
#ifndef C_WINNOW_ENGINE_KERNELS_H
#define C_WINNOW_ENGINE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Kernels run on multiples of this many events; the caller pads with copies of a real event.
enum { winnow_engine_padding = 32 };
/// Input tiles are this many events by this many elements.
enum { winnow_engine_tile_size = 8 };

/// One row per kernel family and lane; the order within a family is 16, 32, 64, 128.
#define WINNOW_ENGINE_LANES(X, name) X(name##_16) X(name##_32) X(name##_64) X(name##_128)
#define WINNOW_ENGINE_OPERATIONS(X)                                                              \
  WINNOW_ENGINE_LANES(X, affine)                                                                 \
  X(affine_pairs) /* 16-bit columns in pairs, 32-bit sum */                                      \
  X(affine_widening) /* 32-bit columns, 64-bit sum */                                            \
  X(pair)                                                                                        \
  WINNOW_ENGINE_LANES(X, convert_16)                                                             \
  WINNOW_ENGINE_LANES(X, convert_32)                                                             \
  WINNOW_ENGINE_LANES(X, convert_64)                                                             \
  WINNOW_ENGINE_LANES(X, convert_128)                                                            \
  WINNOW_ENGINE_LANES(X, maximum)                                                                \
  WINNOW_ENGINE_LANES(X, minimum)                                                                \
  WINNOW_ENGINE_LANES(X, multiply)                                                               \
  WINNOW_ENGINE_LANES(X, divide)                                                                 \
  WINNOW_ENGINE_LANES(X, less)                                                                   \
  WINNOW_ENGINE_LANES(X, equal)                                                                  \
  WINNOW_ENGINE_LANES(X, select)                                                                 \
  X(table_16) X(table_32) X(table_64)

typedef enum : uint32_t {
#define X(name) winnow_engine_##name,
  WINNOW_ENGINE_OPERATIONS(X)
#undef X
      winnow_engine_operation_count
} winnow_engine_operation;

typedef struct {
  uint32_t operation;
  /// Byte offsets of columns.
  uint32_t destination, a, b, c;
  /// Word offset of the step's constants: an affine step's parameters and terms, a divisor, a table.
  uint32_t data;
  /// Terms of an affine step.
  uint32_t count;
  /// An affine step's right shift; the left shifts of a and b otherwise.
  uint8_t shift_a, shift_b;
  /// Whether the right shift rounds ties to even, half a step having been added.
  uint8_t convergent;
  /// The lane an affine step stores: 0 to 3 for 16 to 128 bits.
  uint8_t result;
} winnow_engine_step;

/// Instruction sets, best first; the last is generic and always supported.
int winnow_engine_instruction_set_count(void);
const char *winnow_engine_instruction_set_name(int set);
int winnow_engine_instruction_set_is_supported(int set);

/// Runs steps in order. `events` is a multiple of the padding.
void winnow_engine_run(
    int set, const winnow_engine_step *steps, size_t count, char *workspace, const char *data,
    size_t events);

/// Brings rows of mantissas into columns and pads the block by repeating its last row.
///
/// At `data` stand `tiles` tiles of eight elements, then `singles` single elements (layout:
/// kernels.h). `flags` gets one byte per tile and eight events, then one per single element: not 0
/// where a mantissa is outside its type or finer than its step, and the columns hold nonsense.
///
/// - Parameter bytes: of a mantissa: 1, 2, 4 or 8.
/// - Returns: whether any flag is set.
int winnow_engine_read_rows(
    int set, int bytes, const void *rows, size_t stride, size_t events, char *workspace,
    const char *data, size_t tiles, size_t singles, uint8_t *flags);

/// Writes columns as rows of mantissas; every value must fit.
void winnow_engine_write_rows(
    int set, int bytes, void *rows, size_t stride, size_t events, const char *workspace,
    const char *data);

#endif
