#include "include/CWinnowConvolutionKernels.h"

extern const winnow_image_kernels winnow_image_kernels_avx512, winnow_image_kernels_avx2,
    winnow_image_kernels_generic;
extern const winnow_event_kernels winnow_event_kernels_avx512, winnow_event_kernels_avx2,
    winnow_event_kernels_generic;
