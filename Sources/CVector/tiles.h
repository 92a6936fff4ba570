#ifndef REPRO_CTILES_H
#define REPRO_CTILES_H

// Products of matrices by the tile registers of AMX, for the kernels: Swift has no name for a tile.
//
// A tile has sixteen rows of 64 bytes. The processor multiplies tiles of bfloat16, which has the eight leading bits of a
// Float, and adds the products up as Float, sixteen times as fast as vectors do. So that nothing but the last bits of a
// product is lost, a Float is written as the sum of two such numbers, high + low, which hold sixteen bits of it, and a
// product is made of three: high · high + high · low + low · high.
//
// Left factors lie in cells of 64 bytes, thirty-two numbers of one row; sixteen cells make a tile. Right factors lie in
// tiles of 1,024 bytes, row after row of sixteen pairs: lane j of row i has the numbers (2i, j) and (2i + 1, j).
//
// All of it is compiled where the instruction set has it (REPRO_MARCH); elsewhere tiles_exist says no, and whoever calls
// anything else all the same is stopped.

#include "vector.h"

#if defined(__AMX_TILE__) && defined(__AMX_BF16__) && defined(__AVX512BF16__) && defined(__AVX512BW__) && defined(__linux__)
#define REPRO_TILES 1
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

// Where factors lie, and how they meet: entry e multiplies the left cells from left + 64 · entries[2e] on with the right
// tiles from right + 1,024 · entries[2e + 1] on.
typedef struct {
  const void *_Nonnull left;
  // Bytes from a row's cell to the next row's, from a tile's first cell to the next tile's, and from high to low cells.
  long leftRow, leftTile, leftLow;
  const void *_Nonnull right;
  const int *_Nonnull entries;
  long count;
} tiles_factors;

// Where sums go: bytes from a row to the next, and from a left tile's sums to the next one's.
typedef struct {
  float *_Nonnull sums;
  long row, tile;
  // Whether to add to what is there.
  _Bool adds;
} tiles_target;

#ifdef REPRO_TILES

// Whether this processor has tiles and the system lets this process use them.
static inline __attribute__((noinline)) _Bool tiles_exist(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (!(d & (1u << 22)) || !(d & (1u << 24))) return 0;
  // ARCH_REQ_XCOMP_PERM for the tiles' data: the kernel saves eight KiB more of a thread that asked.
  return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

// Takes the tiles, all of sixteen rows of 64 bytes, for the calling thread. Between this and tiles_release a thread calls
// kernels of tiles.
REPRO_INLINE void tiles_take(void) {
  struct {
    unsigned char palette, start, reserved[14];
    unsigned short bytes[16];
    unsigned char rows[16];
  } shape __attribute__((aligned(64))) = {1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};
  _tile_loadconfig(&shape);
}
REPRO_INLINE void tiles_release(void) { _tile_release(); }

// a without its leading part: what is left is exact.
REPRO_INLINE v16 tiles_left_over(v16 a) {
  __m256i leading = (__m256i)_mm512_cvtneps_pbh((__m512)a);
  return a - (v16)_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(leading), 16));
}
// high + low ≈ a, each rounded to nearest.
REPRO_INLINE void tiles_split(v16 a, __m256i *_Nonnull high, __m256i *_Nonnull low) {
  *high = (__m256i)_mm512_cvtneps_pbh((__m512)a);
  *low = (__m256i)_mm512_cvtneps_pbh((__m512)tiles_left_over(a));
}

// A cell of thirty-two numbers' leading parts, and one of what is left of them.
REPRO_INLINE void tiles_put32(v16 a, v16 b, void *_Nonnull high, void *_Nonnull low) {
  __m256i high0, high1, low0, low1;
  tiles_split(a, &high0, &low0);
  tiles_split(b, &high1, &low1);
  _mm512_store_si512(high, _mm512_inserti64x4(_mm512_castsi256_si512(high0), high1, 1));
  _mm512_store_si512(low, _mm512_inserti64x4(_mm512_castsi256_si512(low0), low1, 1));
}
// a's and b's numbers, rounded to nearest, as sixteen pairs: lane j has number j of both, a's in its low half.
REPRO_INLINE __m512i tiles_pairs(v16 a, v16 b) {
  __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  __m512i order = _mm512_or_si512(lanes, _mm512_slli_epi32(_mm512_add_epi32(lanes, _mm512_set1_epi32(16)), 16));
  return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a));
}
// A line of sixteen pairs, the leading parts of a's and b's numbers, and one of what is left of them.
REPRO_INLINE void tiles_put_pairs(v16 a, v16 b, __m512i leading, void *_Nonnull high, void *_Nonnull low) {
  v16 x = (v16)_mm512_slli_epi32(leading, 16), y = (v16)_mm512_and_si512(leading, _mm512_set1_epi32(0xffff0000));
  _mm512_store_si512(high, leading);
  _mm512_store_si512(low, tiles_pairs(a - x, b - y));
}
// A row of a right tile, of the leading parts, and one of what is left: even and odd are two rows of the right factor.
REPRO_INLINE void tiles_put_pair(v16 even, v16 odd, void *_Nonnull high, void *_Nonnull low) {
  tiles_put_pairs(even, odd, tiles_pairs(even, odd), high, low);
}

// The sixteen numbers of each of sixteen lines, exchanged: line i of target has number i of each line of source. Lines are
// 64 bytes; between those of target there are targetStride bytes.
static inline void tiles_transpose(const void *_Nonnull source, long sourceStride, void *_Nonnull target, long targetStride) {
  __m512i r[16], t[16];
  const char *from = (const char *)source;
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_si512(from + i * sourceStride);
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  char *to = (char *)target;
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    _mm512_storeu_si512(to + i * targetStride, _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
    _mm512_storeu_si512(to + (i + 8) * targetStride, _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
  }
}

// The four right tiles of an entry, high ones first, of thirty-two rows and columns of a right factor. Between rows there are
// pitch numbers.
static inline __attribute__((noinline)) void tiles_put_right(const float *_Nonnull rows, long pitch, void *_Nonnull tiles) {
  for (int part = 0; part < 2; part++)
    for (int pair = 0; pair < 16; pair++) {
      const float *row = rows + 2 * pair * pitch + 16 * part;
      char *to = (char *)tiles + 1024 * part + 64 * pair;
      tiles_put_pair(v16_load(row), v16_load(row + pitch), to, to + 2048);
    }
}
// The same of thirty-two columns: number i of column j is the right factor's (i, j). Between columns there are pitch numbers.
static inline __attribute__((noinline)) void tiles_put_turned(const float *_Nonnull columns, long pitch, void *_Nonnull tiles) {
  float rows[32 * 32] __attribute__((aligned(64)));
  for (int row = 0; row < 32; row += 16)
    for (int column = 0; column < 32; column += 16)
      tiles_transpose(columns + column * pitch + row, pitch * 4, rows + row * 32 + column, 32 * 4);
  tiles_put_right(rows, 32, tiles);
}

// The four tiles of sums, 0 to 3, of 32 rows and 32 columns: row bytes from one row to the next, tile bytes from the first to
// the seventeenth.
REPRO_INLINE void tiles_zero_sums(void) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}
REPRO_INLINE void tiles_load_sums(const void *_Nonnull sums, long row, long tile) {
  const char *c = (const char *)sums;
  _tile_loadd(0, c, row);
  _tile_loadd(1, c + 64, row);
  _tile_loadd(2, c + tile, row);
  _tile_loadd(3, c + tile + 64, row);
}
REPRO_INLINE void tiles_store_sums(void *_Nonnull sums, long row, long tile) {
  char *c = (char *)sums;
  _tile_stored(0, c, row);
  _tile_stored(1, c + 64, row);
  _tile_stored(2, c + tile, row);
  _tile_stored(3, c + tile + 64, row);
}

// How the four left tiles of a step of thirty-two depths lie: bytes from one row to the next, from the first sixteen rows to
// the others, and from high to low parts. Its right tiles lie one behind the other: the high ones of the first and the next
// sixteen columns, then the low ones.
typedef struct {
  long row, tile, low;
} tiles_left;

// The twelve products of the step at a and b, added to the sums. Its first tiles are loaded already, as tiles_first_four and
// tiles_next_two leave them, and the first two of the next step, at nextA and nextB, are loaded here.
//
// What a product needs is loaded two or three products ahead: where another thread keeps the core busy, a load takes
// nearly as long as a product.
REPRO_INLINE void tiles_twelve_products(
    const char *_Nonnull a, const char *_Nonnull b, tiles_left left, const char *_Nonnull nextA, const char *_Nonnull nextB) {
  // Low parts of the left with high ones of the right.
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_loadd(4, a, left.row);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
  _tile_loadd(5, a + left.tile, left.row);
  // High parts with high ones.
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(2, 5, 6);
  _tile_loadd(6, b + 2048, 64);
  _tile_dpbf16ps(3, 5, 7);
  _tile_loadd(7, b + 3072, 64);
  // High parts with low ones.
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(2, 5, 6);
  _tile_loadd(6, nextB, 64);
  _tile_dpbf16ps(1, 4, 7);
  _tile_loadd(4, nextA + left.low, left.row);
  _tile_dpbf16ps(3, 5, 7);
}
// The other two tiles that a step begins with.
REPRO_INLINE void tiles_next_two(const char *_Nonnull a, const char *_Nonnull b, tiles_left left) {
  _tile_loadd(7, b + 1024, 64);
  _tile_loadd(5, a + left.low + left.tile, left.row);
}
// All four, of the first step.
REPRO_INLINE void tiles_first_four(const char *_Nonnull a, const char *_Nonnull b, tiles_left left) {
  _tile_loadd(4, a + left.low, left.row);
  _tile_loadd(6, b, 64);
  tiles_next_two(a, b, left);
}

// Sums of 32 rows and 32 columns, entry by entry a step of thirty-two depths.
static inline __attribute__((noinline)) void tiles_32by32(tiles_factors f, tiles_target target) {
  if (target.adds) tiles_load_sums(target.sums, target.row, target.tile);
  else tiles_zero_sums();
  if (f.count > 0) {
    const char *left = (const char *)f.left, *right = (const char *)f.right;
    const tiles_left lies = {f.leftRow, f.leftTile, f.leftLow};
    const int *entry = f.entries;
    const char *a = left + 64l * entry[0], *b = right + 1024l * entry[1];
    tiles_first_four(a, b, lies);
    for (const int *last = entry + 2 * (f.count - 1);;) {
      // The last entry's first two tiles are loaded once more for nothing.
      _Bool ends = entry == last;
      entry = ends ? entry : entry + 2;
      const char *nextA = left + 64l * entry[0], *nextB = right + 1024l * entry[1];
      tiles_twelve_products(a, b, lies, nextA, nextB);
      if (ends) break;
      a = nextA;
      b = nextB;
      tiles_next_two(a, b, lies);
    }
  }
  tiles_store_sums(target.sums, target.row, target.tile);
}

// A cell of thirty-two numbers' leading parts.
REPRO_INLINE void tiles_put32_leading(v16 a, v16 b, void *_Nonnull cell) {
  __m256i low = (__m256i)_mm512_cvtneps_pbh((__m512)a), high = (__m256i)_mm512_cvtneps_pbh((__m512)b);
  _mm512_store_si512(cell, _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1));
}

// Sums of 32 rows and 32 columns from leading parts alone, each begun with its column's number in first. Step by step of
// thirty-two numbers: left has 32 cells, right two tiles. Sums have row bytes from one row to the next.
static inline __attribute__((noinline)) void tiles_32by32_leading(
    const void *_Nonnull left, const void *_Nonnull right, long steps, const float *_Nonnull first, float *_Nonnull sums, long row) {
  const char *a = (const char *)left, *b = (const char *)right;
  // No bytes from row to row: the same line sixteen times.
  _tile_loadd(0, first, 0);
  _tile_loadd(1, first + 16, 0);
  _tile_loadd(2, first, 0);
  _tile_loadd(3, first + 16, 0);
  for (long step = 0; step < steps; step++) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, b + 1024, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + 1024, 64);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
    a += 2048;
    b += 2048;
  }
  tiles_store_sums(sums, row, 16 * row);
}

#else

static inline _Bool tiles_exist(void) { return 0; }

// tiles_exist says no, so that nobody who has asked comes here; to return would pass off as a result what was never computed.
static inline void tiles_take(void) { __builtin_trap(); }
static inline void tiles_release(void) { __builtin_trap(); }
static inline void tiles_put32(v16 a, v16 b, void *_Nonnull high, void *_Nonnull low) { __builtin_trap(); }
static inline void tiles_put_pair(v16 even, v16 odd, void *_Nonnull high, void *_Nonnull low) { __builtin_trap(); }
static inline void tiles_transpose(const void *_Nonnull source, long sourceStride, void *_Nonnull target, long targetStride) {
  __builtin_trap();
}
static inline void tiles_put_right(const float *_Nonnull rows, long pitch, void *_Nonnull tiles) { __builtin_trap(); }
static inline void tiles_put_turned(const float *_Nonnull columns, long pitch, void *_Nonnull tiles) { __builtin_trap(); }
static inline void tiles_32by32(tiles_factors f, tiles_target target) { __builtin_trap(); }
static inline void tiles_put32_leading(v16 a, v16 b, void *_Nonnull cell) { __builtin_trap(); }
static inline v16 tiles_left_over(v16 a) { __builtin_trap(); }
static inline void tiles_32by32_leading(
    const void *_Nonnull left, const void *_Nonnull right, long steps, const float *_Nonnull first, float *_Nonnull sums, long row) {
  __builtin_trap();
}

#endif
#endif
