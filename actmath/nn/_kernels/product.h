/* Matrix products small enough that a call of a library costs as much as their numbers. */

#ifndef VECTOR
#if defined(__AVX512F__)
#define VECTOR 64
#define ACROSS 4
#elif defined(__AVX__)
#define VECTOR 32
#define ACROSS 2
#else
#define VECTOR 16
#define ACROSS 2
#endif
/* Rows at a time: with ACROSS vectors of each, the sums fill half of the registers. */
#define DOWN 4
#define ALWAYS static inline __attribute__((always_inline))
#endif

typedef REAL NAME(wide) __attribute__((vector_size(VECTOR), aligned(sizeof(REAL)), may_alias));
typedef REAL NAME(narrow) __attribute__((vector_size(16), aligned(sizeof(REAL)), may_alias));

/* c += ab for some rows of a and some columns of b, of which there are n altogether: what is summed
   over in the order of a's columns, whatever the size of the tile. */
#define TILE(NAME_OF_IT, KIND)                                                                     \
    ALWAYS void NAME_OF_IT(const REAL *a, const REAL *b, REAL *c, int64_t k, int64_t n,            \
                           const int rows, const int across)                                       \
    {                                                                                              \
        const int lanes = sizeof(KIND) / sizeof(REAL);                                             \
        KIND sum[DOWN][ACROSS];                                                                    \
        for (int i = 0; i < rows; i++)                                                             \
            for (int j = 0; j < across; j++)                                                       \
                sum[i][j] = *(const KIND *)(c + i * n + j * lanes);                                \
        for (int64_t p = 0; p < k; p++)                                                            \
            for (int i = 0; i < rows; i++)                                                         \
                for (int j = 0; j < across; j++)                                                   \
                    sum[i][j] += a[i * k + p] * *(const KIND *)(b + p * n + j * lanes);            \
        for (int i = 0; i < rows; i++)                                                             \
            for (int j = 0; j < across; j++)                                                       \
                *(KIND *)(c + i * n + j * lanes) = sum[i][j];                                      \
    }
TILE(NAME(wide_tile), NAME(wide))
TILE(NAME(narrow_tile), NAME(narrow))
TILE(NAME(single), REAL)
#undef TILE

ALWAYS void NAME(some_rows)(const REAL *a, const REAL *b, REAL *c, int64_t k, int64_t n, const int rows)
{
    const int64_t lanes = sizeof(NAME(wide)) / sizeof(REAL), few = sizeof(NAME(narrow)) / sizeof(REAL);
    int64_t j = 0;
    for (; j + ACROSS * lanes <= n; j += ACROSS * lanes)
        NAME(wide_tile)(a, b + j, c + j, k, n, rows, ACROSS);
    for (; j + lanes <= n; j += lanes)
        NAME(wide_tile)(a, b + j, c + j, k, n, rows, 1);
    for (; j + few <= n; j += few)
        NAME(narrow_tile)(a, b + j, c + j, k, n, rows, 1);
    for (; j < n; j++)
        NAME(single)(a, b + j, c + j, k, n, rows, 1);
}

/* c += ab, of shapes (m, n), (m, k) and (k, n). */
static void NAME(add_product)(const REAL *a, const REAL *b, REAL *c, int64_t m, int64_t k, int64_t n)
{
    int64_t i = 0;
    for (; i + DOWN <= m; i += DOWN)
        NAME(some_rows)(a + i * k, b, c + i * n, k, n, DOWN);
    for (; i < m; i++)
        NAME(some_rows)(a + i * k, b, c + i * n, k, n, 1);
}
