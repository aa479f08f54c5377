#define REAL_IS_FLOAT
#define ISA generic
#include "table.h"

#include "vectors_generic.h"

#include "kernels.h"
