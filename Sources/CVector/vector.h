#ifndef REPRO_CVECTOR_H
#define REPRO_CVECTOR_H

// Vectors of sixteen and of eight numbers, as Swift's SIMD16<Float> and SIMD8<Float>, for the kernels.
//
// Two reasons for C: Swift's standard library spells the fused product and the comparisons as loops over the lanes, of
// which the optimiser makes halves and quarters of vectors in functions with many; and what stands here is inlined into
// every file of every build, while a debug build inlines no Swift from one file into another.

#define REPRO_INLINE static inline __attribute__((always_inline))

typedef float v16 __attribute__((ext_vector_type(16)));
typedef float v16_anywhere __attribute__((ext_vector_type(16), aligned(4)));
typedef int v16_counts __attribute__((ext_vector_type(16)));
typedef _Bool v16_flags __attribute__((ext_vector_type(16)));
typedef float v8 __attribute__((ext_vector_type(8)));
typedef float v8_anywhere __attribute__((ext_vector_type(8), aligned(4)));
typedef double v8_double __attribute__((ext_vector_type(8)));

// Sixteen numbers from p on, of any alignment.
REPRO_INLINE v16 v16_load(const float *_Nonnull p) { return *(const v16_anywhere *)p; }
REPRO_INLINE void v16_store(v16 a, float *_Nonnull p) { *(v16_anywhere *)p = a; }
// The first eight lanes.
REPRO_INLINE void v16_store_half(v16 a, float *_Nonnull p) { *(v8_anywhere *)p = a.lo; }
// *p in all lanes.
REPRO_INLINE v16 v16_splat(const float *_Nonnull p) { return (v16)(*p); }
// a * b + c, rounded once.
REPRO_INLINE v16 v16_fused(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }
// a + factor * b, rounded once.
REPRO_INLINE v16 v16_plus(v16 a, float factor, v16 b) { return __builtin_elementwise_fma((v16)(factor), b, a); }
// The larger of zero and a; NaN stays.
REPRO_INLINE v16 v16_rectified(v16 a) {
  v16 zero = 0;
  return zero > a ? zero : a;
}
// a where mask is positive, else zero.
REPRO_INLINE v16 v16_masked(v16 a, v16 mask) {
  v16 zero = 0;
  return mask > zero ? a : zero;
}

// A bit for each lane, the first the lowest: whether it is above the bound.
REPRO_INLINE unsigned v16_lanes_above(v16 a, float bound) {
  v16_flags flags = __builtin_convertvector(a > (v16)(bound), v16_flags);
  unsigned short bits;
  __builtin_memcpy(&bits, &flags, sizeof bits);
  return bits;
}

// counts + 1 in the lanes that are at least the bound.
REPRO_INLINE v16_counts v16_count_from(v16_counts counts, v16 a, float bound) { return counts - (a >= (v16)(bound)); }

// The first count lanes, zeros in the others; nothing is read or written beyond them.
static inline __attribute__((noinline)) v16 v16_load_first(const float *_Nonnull p, long count) {
  float lanes[16] = {0};
  for (long lane = 0; lane < count; lane++) lanes[lane] = p[lane];
  return v16_load(lanes);
}
static inline __attribute__((noinline)) void v16_store_first(v16 a, float *_Nonnull p, long count) {
  float lanes[16];
  v16_store(a, lanes);
  for (long lane = 0; lane < count; lane++) p[lane] = lanes[lane];
}

REPRO_INLINE v8 v8_load(const float *_Nonnull p) { return *(const v8_anywhere *)p; }
REPRO_INLINE void v8_store(v8 a, float *_Nonnull p) { *(v8_anywhere *)p = a; }
REPRO_INLINE v8 v8_fused(v8 a, v8 b, v8 c) { return __builtin_elementwise_fma(a, b, c); }
REPRO_INLINE v8 v8_rectified(v8 a) {
  v8 zero = 0;
  return zero > a ? zero : a;
}
REPRO_INLINE v8 v8_masked(v8 a, v8 mask) {
  v8 zero = 0;
  return mask > zero ? a : zero;
}
// sum + a * b in double precision, where the product of two floats is exact.
REPRO_INLINE v8_double v8_plus_exactly(v8_double sum, v8 a, v8 b) {
  return sum + __builtin_convertvector(a, v8_double) * __builtin_convertvector(b, v8_double);
}
// Asks for the cache line of p ahead of its use.
REPRO_INLINE void v_prefetch(const float *_Nonnull p) { __builtin_prefetch(p, 0, 3); }
// The same, into the second-level cache, to be read and to be written.
REPRO_INLINE void v_prefetch_far(const float *_Nonnull p) { __builtin_prefetch(p, 0, 2); }
REPRO_INLINE void v_prefetch_written(const float *_Nonnull p) { __builtin_prefetch(p, 1, 2); }

#endif
