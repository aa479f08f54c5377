// All kernels of one translation unit and their table.
#include "product.h"

const winnow_float_kernels TABLE = {
    .product = product,
    .product_transposed_right = product_transposed_right,
    .product_transposed_left = product_transposed_left,
};
