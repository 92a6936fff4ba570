#ifndef REPRO_CTILEPRODUCT_H
#define REPRO_CTILEPRODUCT_H

// The product of two matrices by tiles (tiles.h), both copied to blocks before.
//
// A block has 32 rows of the left factor, or 32 columns of the right one, at 32 depths: four tiles of 1,024 bytes, the
// high parts of the first and the last sixteen rows or columns, then the low parts. A tile of the left factor has one
// row's 32 depths on each of its lines; one of the right factor has a pair of depths of sixteen columns. Pairs are of depths
// sixteen apart, in both factors: whichever depths lie side by side in memory, two vectors then make a line of pairs.

#include "tiles.h"

#ifdef REPRO_TILES

// A bit for each of the first count lanes.
REPRO_INLINE __mmask16 tiles_first(long count) {
  return count >= 16 ? 0xffff : count <= 0 ? 0 : (__mmask16)((1u << count) - 1);
}

// A line of sixteen pairs of a's and b's leading parts, and one of what is left of them, where a and b are sixteen depths
// apart. High parts are rounded as integers, low ones as numbers: a NaN that the first makes zero of stays one in the second.
REPRO_INLINE void tiles_put_halves(v16 a, v16 b, __m512i order, void *_Nonnull high, void *_Nonnull low) {
  __m512i half = _mm512_set1_epi32(0x8000), leading = _mm512_set1_epi32(0xffff0000);
  __m512i x = _mm512_and_si512(_mm512_add_epi32((__m512i)a, half), leading);
  __m512i y = _mm512_and_si512(_mm512_add_epi32((__m512i)b, half), leading);
  __m512i left = (__m512i)_mm512_cvtne2ps_pbh((__m512)b - (__m512)y, (__m512)a - (__m512)x);
  _mm512_store_si512(high, _mm512_or_si512(_mm512_srli_epi32(x, 16), y));
  _mm512_store_si512(low, _mm512_permutexvar_epi16(order, left));
}
// Where tiles_put_halves takes each of the thirty-two low parts from.
REPRO_INLINE __m512i tiles_halves_order(void) {
  __m512i pairs = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  return _mm512_or_si512(pairs, _mm512_slli_epi32(_mm512_add_epi32(pairs, _mm512_set1_epi32(16)), 16));
}

// The high and the low tile of sixteen lines of thirty-two numbers times factor, as a left factor's that is stored row by
// row; with exchanges, as a right factor's that is stored column by column. Of the lines and their numbers the first ones
// are read; zeros stand for the others.
static inline __attribute__((noinline)) void tiles_pack_lines(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  char cells[2048] __attribute__((aligned(64)));
  char *h = exchanges ? cells : (char *)high;
  char *l = exchanges ? cells + 1024 : (char *)low;
  __mmask16 first = tiles_first(numbers), second = tiles_first(numbers - 16);
  __m512i order = tiles_halves_order();
  for (long i = 0; i < 16; i++) {
    v16 a = 0, b = 0;
    if (i < lines) {
      const float *line = source + i * stride;
      a = (v16)_mm512_maskz_loadu_ps(first, line) * factor;
      if (second) b = (v16)_mm512_maskz_loadu_ps(second, line + 16) * factor;
    }
    tiles_put_halves(a, b, order, h + 64 * i, l + 64 * i);
  }
  if (!exchanges) return;
  tiles_transpose(h, 64, high, 64);
  tiles_transpose(l, 64, low, 64);
}

// The same of thirty-two lines of sixteen numbers, as a right factor's that is stored row by row; with exchanges, as a left
// factor's that is stored column by column.
static inline __attribute__((noinline)) void tiles_pack_pairs(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  char cells[2048] __attribute__((aligned(64)));
  char *h = exchanges ? cells : (char *)high;
  char *l = exchanges ? cells + 1024 : (char *)low;
  __mmask16 first = tiles_first(numbers);
  __m512i order = tiles_halves_order();
  for (long i = 0; i < 16; i++) {
    v16 a = 0, b = 0;
    if (i < lines) a = (v16)_mm512_maskz_loadu_ps(first, source + i * stride) * factor;
    if (i + 16 < lines) b = (v16)_mm512_maskz_loadu_ps(first, source + (i + 16) * stride) * factor;
    tiles_put_halves(a, b, order, h + 64 * i, l + 64 * i);
  }
  if (!exchanges) return;
  tiles_transpose(h, 64, high, 64);
  tiles_transpose(l, 64, low, 64);
}

// to ← from + the products of count blocks of the left with as many of the right factor, 32 × 32; from zero on where from is
// null. Rows are fromRow and toRow bytes apart.
//
// One block more is read on both sides than is multiplied: what the next step begins with is loaded ahead.
static inline __attribute__((noinline)) void tiles_blocks(
    const void *_Nonnull left, const void *_Nonnull right, long count, const float *_Nullable from, long fromRow,
    float *_Nonnull to, long toRow) {
  const tiles_left lies = {.row = 64, .tile = 1024, .low = 2048};
  const char *a = (const char *)left, *b = (const char *)right;
  tiles_first_four(a, b, lies);
  if (from) tiles_load_sums(from, fromRow, 16 * fromRow);
  else tiles_zero_sums();
  for (const char *end = a + 4096 * count; a < end;) {
    tiles_twelve_products(a, b, lies, a + 4096, b + 4096);
    a += 4096;
    b += 4096;
    tiles_next_two(a, b, lies);
  }
  tiles_store_sums(to, toRow, 16 * toRow);
}

#else

static inline void tiles_pack_lines(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {}
static inline void tiles_pack_pairs(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {}
static inline void tiles_blocks(
    const void *_Nonnull left, const void *_Nonnull right, long count, const float *_Nullable from, long fromRow,
    float *_Nonnull to, long toRow) {}

#endif
#endif
