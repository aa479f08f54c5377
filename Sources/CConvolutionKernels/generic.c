#include <stdint.h>

#include "table.h"

#define ISA generic
#define LANES 4
#define TILE_COLUMNS 2
#define WIDE_COLUMNS 4
#define LONG_COLUMNS 4
#define EVENT_VECTORS 2
#define CHUNK_VECTORS 12
#include "kernels.h"
