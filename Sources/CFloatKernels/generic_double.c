#define REAL_IS_DOUBLE
#define ISA generic
#include "table.h"

#include "vectors_generic.h"

#include "kernels.h"
