// Every kernel of one instruction set. ISA, LANES and the tile sizes are set by the includer.
#include "vectors.h"

#include "image_forward.h"
#include "image_list.h"
#include "image_backward.h"
#include "image_packing.h"

const winnow_image_kernels NAME(winnow_image_kernels) = {
    NAME(sizes), NAME(pack), NAME(unpack), NAME(forward), NAME(backward)};
