// All kernels of one translation unit and their table.
#include "loops.h"

#include "elementary.h"

#include "binary.h"
#include "product.h"
#include "reductions.h"
#include "unary.h"

#include "losses.h"
#include "noise.h"
#include "normalisation.h"
#include "optimisers.h"
#include "quantise.h"
#include "rows.h"

const winnow_float_kernels TABLE = {
    .product = product,
    .product_transposed_right = product_transposed_right,
    .product_transposed_left = product_transposed_left,
    .unary = unary,
    .unary_backward = unary_backward,
    .binary = binary,
    .scale = scale,
    .fill = fill,
    .column_sums = column_sums,
    .column_squares_about = column_squares_about,
    .row_sums = row_sums,
    .sum = sum,
    .channel_statistics = channel_statistics,
    .channel_normalize = channel_normalize,
    .channel_pull_sums = channel_pull_sums,
    .channel_pull = channel_pull,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .layer_normalize = layer_normalize,
    .layer_normalize_backward = layer_normalize_backward,
    .error_means = error_means,
    .error_means_backward = error_means_backward,
    .gaussian_divergence = gaussian_divergence,
    .gaussian_divergence_backward = gaussian_divergence_backward,
    .gaussian_noise = gaussian_noise,
    .quantise = quantise,
    .quantise_backward = quantise_backward,
    .adam = adam,
    .momentum_descent = momentum_descent,
};
