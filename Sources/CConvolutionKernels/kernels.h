// Every kernel of one instruction set. ISA, LANES and the tile sizes are set by the includer.
#include "vectors.h"

#include "image_forward.h"
#include "image_list.h"
#include "image_backward.h"
#include "image_packing.h"

#include "event_rows.h"
#include "event_product.h"
#include "event_weights.h"
#include "event_windows.h"

const winnow_image_kernels NAME(winnow_image_kernels) = {
    NAME(sizes), NAME(pack), NAME(unpack), NAME(pack_turned), NAME(from_planes), NAME(to_planes),
    NAME(forward), NAME(backward)};

const winnow_event_kernels NAME(winnow_event_kernels) = {
    NAME(from_rows), NAME(to_rows), NAME(product), NAME(weight_gradient), NAME(bias_gradient),
    NAME(rectifier_gradient), NAME(combine), NAME(combine_gradient), NAME(maximum),
    NAME(maximum_gradient)};
