#ifndef REPRO_CPNG_SHIM_H
#define REPRO_CPNG_SHIM_H
#include <png.h>
#endif
