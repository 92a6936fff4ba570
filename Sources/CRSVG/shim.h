#ifndef REPRO_CRSVG_SHIM_H
#define REPRO_CRSVG_SHIM_H
#include <cairo-pdf.h>
#include <cairo.h>
#include <librsvg/rsvg.h>
#endif
