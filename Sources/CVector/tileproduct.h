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
REPRO_INLINE void tiles_put_halves(v16 a, v16 b, void *_Nonnull high, void *_Nonnull low) {
  __m512i half = _mm512_set1_epi32(0x8000), upper = _mm512_set1_epi32(0xffff0000);
  __m512i x = _mm512_srli_epi32(_mm512_add_epi32((__m512i)a, half), 16);
  __m512i y = _mm512_and_si512(_mm512_add_epi32((__m512i)b, half), upper);
  tiles_put_pairs(a, b, _mm512_or_si512(x, y), high, low);
}

// The high and the low tile of sixteen lines of numbers times factor: on line i those that firsts has a bit for, from line i of
// source on, beside those that seconds has a bit for, offset numbers later; zeros stand for the others, and for lines from
// firstLines or secondLines on. With exchanges, lines become columns of pairs.
REPRO_INLINE void tiles_pack(
    const float *_Nonnull source, long stride, long firstLines, __mmask16 firsts, long offset, long secondLines, __mmask16 seconds,
    float factor, _Bool exchanges, void *_Nonnull high, void *_Nonnull low) {
  char cells[2048] __attribute__((aligned(64)));
  char *h = exchanges ? cells : (char *)high;
  char *l = exchanges ? cells + 1024 : (char *)low;
  for (long i = 0; i < 16; i++) {
    v16 a = 0, b = 0;
    if (i < firstLines) a = (v16)_mm512_maskz_loadu_ps(firsts, source + i * stride) * factor;
    if (i < secondLines) b = (v16)_mm512_maskz_loadu_ps(seconds, source + i * stride + offset) * factor;
    tiles_put_halves(a, b, h + 64 * i, l + 64 * i);
  }
  if (!exchanges) return;
  tiles_transpose(h, 64, high, 64);
  tiles_transpose(l, 64, low, 64);
}

// The tiles of sixteen lines of thirty-two numbers, as a left factor's that is stored row by row; with exchanges, as a right
// factor's that is stored column by column. Of the lines and their numbers the first ones are read.
static inline __attribute__((noinline)) void tiles_pack_lines(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  tiles_pack(
      source, stride, lines, tiles_first(numbers), 16, numbers > 16 ? lines : 0, tiles_first(numbers - 16), factor, exchanges,
      high, low);
}

// The same of thirty-two lines of sixteen numbers, as a right factor's that is stored row by row; with exchanges, as a left
// factor's that is stored column by column.
static inline __attribute__((noinline)) void tiles_pack_pairs(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  __mmask16 present = tiles_first(numbers);
  tiles_pack(source, stride, lines, present, 16 * stride, lines - 16, present, factor, exchanges, high, low);
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

// As the stubs of tiles.h.
static inline void tiles_pack_lines(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  __builtin_trap();
}
static inline void tiles_pack_pairs(
    const float *_Nonnull source, long stride, long lines, long numbers, float factor, _Bool exchanges,
    void *_Nonnull high, void *_Nonnull low) {
  __builtin_trap();
}
static inline void tiles_blocks(
    const void *_Nonnull left, const void *_Nonnull right, long count, const float *_Nullable from, long fromRow,
    float *_Nonnull to, long toRow) {
  __builtin_trap();
}

#endif
#endif
