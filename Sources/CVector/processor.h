#ifndef REPRO_CPROCESSOR_H
#define REPRO_CPROCESSOR_H

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// Whether the processor can round a product and a sum once. Kernels round once everywhere, without it by way of the system's
// library; that library's own functions (exp, log, cos) are computed in one way with it and in another without.
static inline __attribute__((noinline)) _Bool processor_fuses(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 12));
#else
  return 1;
#endif
}

#endif
