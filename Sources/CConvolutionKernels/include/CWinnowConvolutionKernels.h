/// Convolutions for training, forward and backward, in two layouts.
///
/// *Images* keep channels innermost (`[row][column][channel]`) with the zero padding stored as a
/// halo: channels are lanes. The backward pass walks lists of the gradients that are not zero: a
/// rectifier kills half of them and a 2 x 2 maximum three quarters of the rest.
///
/// *Events* keep a block of events innermost (`[channel][position][event]`): events are lanes, and
/// a window is a list of taps, so every stride, dilation, padding, group and number of axes costs
/// the same. For images too small or too narrow to fill a vector otherwise.
///
/// Nothing is allocated. Bits depend on the instruction set and the shapes only.
#ifndef C_WINNOW_CONVOLUTION_KERNELS_H
#define C_WINNOW_CONVOLUTION_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Scratch for one list per filter of the gradients that are not zero: where its window starts in
/// the input, and its value.
typedef struct {
  int32_t *_Nonnull offsets;
  float *_Nonnull values;
  int32_t *_Nonnull counts;
} winnow_image_gradients;

/// One convolution of an image with its bias, its rectifier and its maximum over cells.
///
/// Distances count floats. Buffers that are read by window need `slack` floats behind their end.
typedef struct {
  /// Distance of two pixels, two rows of the input, which includes its halo.
  int32_t input_pixel, input_row;
  /// Distance of two output cells, two rows of them.
  int32_t output_pixel, output_row;
  /// Output cells: of the pool where there is one, else of the convolution.
  int32_t rows, columns;
  int32_t pool_rows, pool_columns;
  int32_t stride_rows, stride_columns;
  int32_t kernel_rows;
  /// Rows of the input without its halo, rows of halo above them.
  int32_t input_rows, halo_rows;
  /// Floats of a window's row: kernel columns x input_pixel.
  int32_t run;
  int32_t filters;
  /// 1: negative sums are multiplied by slope.
  int32_t rectified;
  float slope;
} winnow_image_convolution;

/// Distances of the packed forms, in floats.
typedef struct {
  /// Lanes of a vector; filters are padded to a multiple of it.
  int32_t lanes;
  /// Weights for the forward pass, weights for the data gradient, weight gradient.
  size_t forward_weights, backward_weights;
  /// Entries of the lists; counts has one per filter.
  size_t entries;
  /// Floats that a window may read behind the end of an input.
  size_t slack;
} winnow_image_sizes;

typedef struct {
  void (*_Nonnull sizes)(const winnow_image_convolution *_Nonnull c, winnow_image_sizes *_Nonnull s);
  /// Weights `[filter][channel][row][column]` into both packed forms (backward may be null).
  void (*_Nonnull pack)(
      const winnow_image_convolution *_Nonnull c, int32_t channels, const float *_Nonnull weights,
      float *_Nonnull forward, float *_Nullable backward);
  /// Adds the packed weight gradient to one in `[filter][channel][row][column]`.
  void (*_Nonnull unpack)(
      const winnow_image_convolution *_Nonnull c, int32_t channels, const float *_Nonnull packed,
      float *_Nonnull gradient);
  /// Weights `[filter][channel][row][column]` of another convolution into the forward form of the
  /// one that pulls its gradient back to its input: filters and channels exchanged, kernel turned.
  /// `c` is the one that pulls back, `channels` its inputs.
  void (*_Nonnull pack_turned)(
      const winnow_image_convolution *_Nonnull c, int32_t channels, const float *_Nonnull weights,
      float *_Nonnull forward);
  /// One image `[channel][row][column]` to channels innermost, and back; `row` and `pixel` are
  /// distances of the latter.
  void (*_Nonnull from_planes)(
      int32_t channels, int32_t rows, int32_t columns, const float *_Nonnull planes,
      float *_Nonnull image, int32_t row, int32_t pixel);
  void (*_Nonnull to_planes)(
      int32_t channels, int32_t rows, int32_t columns, const float *_Nonnull image, int32_t row,
      int32_t pixel, float *_Nonnull planes, int32_t accumulates);
  /// One image. `places` keeps, per cell and filter, which pixel of the cell won and its sign.
  void (*_Nonnull forward)(
      const winnow_image_convolution *_Nonnull c, const float *_Nonnull x,
      const float *_Nonnull weights, const float *_Nonnull bias, float *_Nonnull y,
      uint8_t *_Nonnull places);
  /// One image: adds to the packed weight gradient, the bias gradient and (unless null) to dx;
  /// dy becomes the gradient before the rectifier.
  void (*_Nonnull backward)(
      const winnow_image_convolution *_Nonnull c, const float *_Nonnull x,
      const float *_Nonnull weights, float *_Nonnull dy, const uint8_t *_Nonnull places,
      float *_Nonnull weight_gradient, float *_Nonnull bias_gradient, float *_Nullable dx,
      winnow_image_gradients lists);
} winnow_image_kernels;

/// The positions that each output position of a window reads: taps starts[p] ..< starts[p + 1].
typedef struct {
  int32_t outputs, inputs;
  const int32_t *_Nonnull starts;
  /// Input position of each tap, and its weight's place in the kernel.
  const int32_t *_Nonnull sources;
  const int32_t *_Nonnull kernel;
} winnow_event_window;

/// The same taps by place in the kernel: starts[k] ..< starts[k + 1] for place k.
typedef struct {
  int32_t places, outputs, inputs;
  const int32_t *_Nonnull starts;
  /// Output and input position of each tap.
  const int32_t *_Nonnull targets;
  const int32_t *_Nonnull sources;
} winnow_event_places;

/// Sums of products of channels: y[o][p] = bias[o] + sum over i and taps of w x[i][source].
///
/// Channels are per group; strides count floats of the weights.
typedef struct {
  int32_t groups, outputs, inputs;
  int32_t group_stride, output_stride, input_stride;
  int32_t rectified;
  float slope;
} winnow_event_product;

/// Everything works on one block of `events` (16, 32 or 64) in lanes: `[channel][position][event]`.
typedef struct {
  /// Rows `[event][feature]` into a block `[feature][event]`; events that lack are zero.
  void (*_Nonnull from_rows)(
      const float *_Nonnull rows, size_t stride, int32_t count, int32_t features, int32_t events,
      float *_Nonnull block);
  void (*_Nonnull to_rows)(
      const float *_Nonnull block, int32_t features, int32_t events, float *_Nonnull rows,
      size_t stride, int32_t count, int32_t accumulates);
  void (*_Nonnull product)(
      const winnow_event_product *_Nonnull c, const winnow_event_window *_Nonnull window,
      int32_t events, const float *_Nonnull x, const float *_Nonnull weights,
      const float *_Nullable bias, float *_Nonnull y);
  /// Adds the sums over positions and events of dy[o][p] x[i][source] to the weights' gradient.
  void (*_Nonnull weight_gradient)(
      const winnow_event_product *_Nonnull c, const winnow_event_places *_Nonnull places,
      int32_t events, const float *_Nonnull x, const float *_Nonnull dy,
      float *_Nonnull gradient);
  void (*_Nonnull bias_gradient)(
      int32_t channels, int32_t positions, int32_t events, const float *_Nonnull dy,
      float *_Nonnull gradient);
  /// dy is multiplied by slope where y is not positive.
  void (*_Nonnull rectifier_gradient)(
      size_t count, float slope, const float *_Nonnull y, float *_Nonnull dy);
  /// y[c][p] = sum over taps of factor[tap] x[c][source].
  void (*_Nonnull combine)(
      int32_t channels, const winnow_event_window *_Nonnull window,
      const float *_Nonnull factors, int32_t events, const float *_Nonnull x, float *_Nonnull y);
  /// dx is written in full.
  void (*_Nonnull combine_gradient)(
      int32_t channels, const winnow_event_window *_Nonnull window,
      const float *_Nonnull factors, int32_t events, const float *_Nonnull dy,
      float *_Nonnull dx);
  /// The largest tap; the gradient goes to the first of equal ones.
  void (*_Nonnull maximum)(
      int32_t channels, const winnow_event_window *_Nonnull window, int32_t events,
      const float *_Nonnull x, float *_Nonnull y);
  void (*_Nonnull maximum_gradient)(
      int32_t channels, const winnow_event_window *_Nonnull window, int32_t events,
      const float *_Nonnull x, const float *_Nonnull y, const float *_Nonnull dy,
      float *_Nonnull dx);
} winnow_event_kernels;

/// Instruction sets, best first; the last is generic and always supported.
int32_t winnow_convolution_instruction_set_count(void);
const char *_Nonnull winnow_convolution_instruction_set_name(int32_t set);
int32_t winnow_convolution_instruction_set_is_supported(int32_t set);
const winnow_image_kernels *_Nonnull winnow_image_kernels_of(int32_t set);
const winnow_event_kernels *_Nonnull winnow_event_kernels_of(int32_t set);

#endif
