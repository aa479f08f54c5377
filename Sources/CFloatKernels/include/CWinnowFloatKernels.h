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

/// Functions of one element; `parameter` is the slope of leaky_relu or elu's factor.
#define WINNOW_UNARY(X)                                                                            \
  X(relu) X(leaky_relu) X(sigmoid) X(tanh) X(exp) X(log) X(erf)                                    \
  X(gelu) /* x Φ(x), with erf */ X(gelu_tanh) /* its tanh form */                                  \
  X(softplus) X(silu) X(elu) X(abs) X(square) X(sqrt) X(reciprocal) X(negate)
typedef enum : int32_t {
#define X(name) winnow_unary_##name,
  WINNOW_UNARY(X)
#undef X
      winnow_unary_count
} winnow_unary;

/// Functions of two elements. Maximum and minimum keep NaN.
#define WINNOW_BINARY(X)                                                                           \
  X(add) X(subtract) X(subtract_reversed) X(multiply) X(divide) X(divide_reversed) X(maximum)      \
  X(minimum)
typedef enum : int32_t {
#define X(name) winnow_binary_##name,
  WINNOW_BINARY(X)
#undef X
      winnow_binary_count
} winnow_binary;

/// What the second operand of a binary function is, against [rows x columns].
typedef enum : int32_t {
  winnow_broadcast_none,
  /// [columns], the same for every row.
  winnow_broadcast_row,
  /// [rows], the same for every column.
  winnow_broadcast_column,
  winnow_broadcast_scalar,
} winnow_broadcast;

/// What becomes of a fraction below a fixed-point number's step (WinnowFixedPoint.RoundingMode).
#define WINNOW_ROUNDING(X)                                                                         \
  X(truncate) X(truncate_to_zero) X(nearest) X(nearest_to_zero) X(nearest_to_infinity)             \
  X(nearest_to_minus_infinity) X(nearest_to_even)
typedef enum : int32_t {
#define X(name) winnow_rounding_##name,
  WINNOW_ROUNDING(X)
#undef X
} winnow_rounding;

/// What becomes of a mantissa outside [low, high]; symmetric saturation is a matter of `low`.
typedef enum : int32_t {
  winnow_overflow_saturate,
  winnow_overflow_wrap,
  winnow_overflow_saturate_to_zero,
} winnow_overflow;

/// The error of one element p against its target t; `parameters` of winnow_error_mean behind it.
#define WINNOW_ERROR(X)                                                                            \
  X(squared) X(absolute) X(log_cosh) X(huber) /* size from which it is a straight line */          \
  X(squared_logarithmic) /* smallest value */                                                      \
  X(hinge) X(squared_hinge) X(logit_entropy) /* label smoothing */                                 \
  X(entropy) /* label smoothing, clip, what is added inside the logarithms */
typedef enum : int32_t {
#define X(name) winnow_error_##name,
  WINNOW_ERROR(X)
#undef X
} winnow_error;

/// A loss that is a mean of errors over an event's elements.
typedef struct {
  winnow_error error;
  /// With a mask: divide by the sum of the mask instead of the width.
  int32_t mean_of_kept;
  /// The mean is multiplied by this.
  double factor;
  double parameters[3];
  /// Per element b: the prediction is b tanh(p), or p where b is 0. Absent: p everywhere.
  const void *_Nullable bounds;
} winnow_error_mean;

/// One step of Adam (Kingma and Ba, arXiv 1412.6980) on d = gradient_scale g + penalty p:
///
///     m = beta1 m + (1 − beta1) d;  v = beta2 v + (1 − beta2) d²
///     p = keep p − rate m / (root_scale √v + epsilon)
///
/// rate = learning rate / (1 − beta1^t) and root_scale = 1/√(1 − beta2^t) correct the bias;
/// keep = 1 − learning rate · decay is AdamW's decoupled decay (arXiv 1711.05101).
typedef struct {
  double rate, beta1, beta2, root_scale, epsilon, keep, penalty, gradient_scale;
} winnow_adam;

/// One step of gradient descent on d = gradient_scale g + penalty p, with momentum as PyTorch's:
///
///     u = momentum u + (1 − dampening) d;  p = keep p − rate u   (Nesterov: d + momentum u)
typedef struct {
  double rate, momentum, dampening, keep, penalty, gradient_scale;
  int32_t nesterov;
} winnow_descent;

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

  /// y = f(x); y may be x.
  void (*_Nonnull unary)(
      winnow_unary operation, const void *_Nonnull x, void *_Nonnull y, size_t count,
      double parameter);
  /// dx (+)= f'(x) dy. Some derivatives come from y = f(x), so both must be there.
  void (*_Nonnull unary_backward)(
      winnow_unary operation, const void *_Nonnull x, const void *_Nonnull y,
      const void *_Nonnull dy, void *_Nonnull dx, size_t count, double parameter,
      int32_t accumulate);
  /// y[rows x columns] (+)= f(a, b); y may be a or, without broadcast, b.
  void (*_Nonnull binary)(
      winnow_binary operation, const void *_Nonnull a, const void *_Nonnull b,
      winnow_broadcast broadcast, void *_Nonnull y, size_t rows, size_t columns,
      int32_t accumulate);
  /// y (+)= factor x
  void (*_Nonnull scale)(
      double factor, const void *_Nonnull x, void *_Nonnull y, size_t count, int32_t accumulate);
  void (*_Nonnull fill)(double value, void *_Nonnull y, size_t count);

  /// y[columns] (+)= factor Σ x over rows, or Σ x·other with `other` of x's shape. Rows are summed
  /// in order in blocks of 256, and those sums in order.
  void (*_Nonnull column_sums)(
      const void *_Nonnull x, const void *_Nullable other, void *_Nonnull y, size_t rows,
      size_t columns, double factor, int32_t accumulate);
  /// y[columns] (+)= Σ (x − shift[column])² over rows, in the same order.
  void (*_Nonnull column_squares_about)(
      const void *_Nonnull x, const void *_Nonnull shift, void *_Nonnull y, size_t rows,
      size_t columns, int32_t accumulate);
  /// y[rows] (+)= factor Σ x over columns, or Σ x·other.
  void (*_Nonnull row_sums)(
      const void *_Nonnull x, const void *_Nullable other, void *_Nonnull y, size_t rows,
      size_t columns, double factor, int32_t accumulate);
  /// Σ x, or Σ x·other: blocks in lanes, block sums added in double.
  double (*_Nonnull sum)(const void *_Nonnull x, const void *_Nullable other, size_t count);

  /// Of x[rows x channels x inner], per channel: the mean and Σ (x − mean)²; zeros without rows.
  void (*_Nonnull channel_statistics)(
      const void *_Nonnull x, size_t rows, size_t channels, size_t inner, void *_Nonnull mean,
      void *_Nonnull squares);
  /// z = (x − mean) factor + bias per channel; y = z where z > 0, else slope z. Slope 1: y = z.
  void (*_Nonnull channel_normalize)(
      const void *_Nonnull x, void *_Nonnull y, size_t rows, size_t channels, size_t inner,
      const void *_Nonnull mean, const void *_Nonnull factor, const void *_Nonnull bias,
      double slope);
  /// Per channel Σ dz and inverse Σ dz (x − mean), where dz is dy before the rectifier of
  /// z = (x − mean) factor + bias.
  void (*_Nonnull channel_pull_sums)(
      const void *_Nonnull dy, const void *_Nonnull x, size_t rows, size_t channels, size_t inner,
      const void *_Nonnull mean, const void *_Nonnull inverse, const void *_Nonnull factor,
      const void *_Nonnull bias, double slope, void *_Nonnull sum, void *_Nonnull projection);
  /// dx (+)= factor (dz − (sum + x̂ projection) / total) with x̂ = (x − mean) inverse.
  void (*_Nonnull channel_pull)(
      const void *_Nonnull dy, const void *_Nonnull x, void *_Nonnull dx, size_t rows,
      size_t channels, size_t inner, const void *_Nonnull mean, const void *_Nonnull inverse,
      const void *_Nonnull factor, const void *_Nonnull bias, const void *_Nonnull sum,
      const void *_Nonnull projection, double slope, double total, int32_t accumulate);

  /// Softmax of each row; y may be x.
  void (*_Nonnull softmax)(
      const void *_Nonnull x, void *_Nonnull y, size_t rows, size_t columns);
  /// dx (+)= y (dy − Σ dy y) per row.
  void (*_Nonnull softmax_backward)(
      const void *_Nonnull y, const void *_Nonnull dy, void *_Nonnull dx, size_t rows,
      size_t columns, int32_t accumulate);
  /// y = (x − mean) inverse scale + bias per row, inverse = 1/√(variance + epsilon); keeps mean
  /// and inverse [rows].
  void (*_Nonnull layer_normalize)(
      const void *_Nonnull x, const void *_Nullable scale, const void *_Nullable bias,
      void *_Nonnull y, void *_Nonnull mean, void *_Nonnull inverse, size_t rows, size_t columns,
      double epsilon);
  /// dx (+)= …, dscale[columns] (+)= Σ dy x̂, dbias[columns] (+)= Σ dy; each may be absent.
  void (*_Nonnull layer_normalize_backward)(
      const void *_Nonnull x, const void *_Nullable scale, const void *_Nonnull mean,
      const void *_Nonnull inverse, const void *_Nonnull dy, void *_Nullable dx,
      void *_Nullable dscale, void *_Nullable dbias, size_t rows, size_t columns,
      int32_t accumulate, int32_t accumulate_parameters);

  /// losses[rows]: the mean error of each row; a mask weighs the elements, and where it is 0 they
  /// may hold anything.
  void (*_Nonnull error_means)(
      const winnow_error_mean *_Nonnull mean, const void *_Nonnull prediction,
      const void *_Nonnull target, const void *_Nullable mask, size_t rows, size_t width,
      void *_Nonnull losses);
  /// gradient[rows x width] = seeds[row] times the derivative by the prediction.
  void (*_Nonnull error_means_backward)(
      const winnow_error_mean *_Nonnull mean, const void *_Nonnull prediction,
      const void *_Nonnull target, const void *_Nullable mask, const void *_Nonnull seeds,
      size_t rows, size_t width, void *_Nonnull gradient);
  /// losses = keep losses + factor Σ (μ² + σ² − 1 − ln σ²) per row.
  void (*_Nonnull gaussian_divergence)(
      const void *_Nonnull mu, const void *_Nonnull log_variance, size_t rows, size_t width,
      double keep, double factor, void *_Nonnull losses);
  /// dμ = 2 factor seed μ; d ln σ² = factor seed (σ² − 1); either may be absent.
  void (*_Nonnull gaussian_divergence_backward)(
      const void *_Nonnull mu, const void *_Nonnull log_variance, const void *_Nonnull seeds,
      size_t rows, size_t width, double factor, void *_Nullable dmu,
      void *_Nullable dlog_variance);

  /// noise[events x width]: standard normal numbers, a function of key, event and column alone; the
  /// same bits from every instruction set. Two words of SplitMix64 make two numbers by Box and
  /// Muller's transform.
  void (*_Nonnull gaussian_noise)(
      uint64_t key, uint64_t first_event, size_t events, size_t width, void *_Nonnull noise);

  /// y = overflow(round(x factor)) inverse; factor = 2^f, inverse = 2^−f. The format (factor,
  /// inverse, low, high; mantissas in the scalar type) is one for all or one per column. NaN stays.
  void (*_Nonnull quantise)(
      winnow_rounding rounding, winnow_overflow overflow, const void *_Nonnull x,
      void *_Nonnull y, size_t rows, size_t columns, const void *_Nonnull factor,
      const void *_Nonnull inverse, const void *_Nonnull low, const void *_Nonnull high,
      int32_t per_column);
  /// dx (+)= dy where low <= x factor <= high, else 0: the straight-through estimate with clipping.
  void (*_Nonnull quantise_backward)(
      const void *_Nonnull x, const void *_Nonnull dy, void *_Nonnull dx, size_t rows,
      size_t columns, const void *_Nonnull factor, const void *_Nonnull low,
      const void *_Nonnull high, int32_t per_column, int32_t accumulate);

  /// `largest`: AMSGrad's running maximum of v, or none.
  void (*_Nonnull adam)(
      const winnow_adam *_Nonnull step, void *_Nonnull parameters, const void *_Nonnull gradients,
      void *_Nonnull first, void *_Nonnull second, void *_Nullable largest, size_t count);
  /// `velocity` is absent without momentum.
  void (*_Nonnull momentum_descent)(
      const winnow_descent *_Nonnull step, void *_Nonnull parameters,
      const void *_Nonnull gradients, void *_Nullable velocity, size_t count);
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
