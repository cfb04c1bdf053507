/* A GRU with noisy units, forwards and backwards through a sequence.

   Rows are W_ih x + b_ih and W_hh h + b_hh, of r, z and n each. */

typedef struct {
    Course course;
    const REAL *rows;             /* (rows, 3n) */
    const REAL *weight;           /* (n, 3n) forwards, (3n, n) backwards */
    const REAL *bias;             /* (3n,): b_hh */
    const REAL *first_h;          /* (batch, n) */
    const REAL *noise;            /* (rows, 3n), or 0 */
    const REAL *steep;            /* (3n,) */
    const double *lines;          /* k, b, bottom and top of the three units */
    REAL *recurrent;              /* (rows, 3n) */
    REAL *outputs;                /* (rows, n): h' */
    const REAL *above;            /* (rows, n): the gradient by h', without the next step's part */
    REAL *by_rows, *by_recurrent; /* (rows, 3n) */
    REAL *by_h;                   /* (batch, n): that by a step's h' */
    double *by_steep;             /* (3n,) */
} NAME(Gru);

static void NAME(gru_ahead)(const void *layer, int64_t row, int64_t count, int64_t place, int64_t last)
{
    const NAME(Gru) *s = layer;
    int64_t n = s->course.n;
    int half = (int)s->course.half, loud = s->noise != 0;
    const REAL *restrict before = last < 0 ? s->first_h + place * n : s->outputs + last * n;
    const REAL *restrict p = s->steep;
    REAL line[12];
    NAME(narrowed)(s->lines, line, 12);
    for (int64_t m = row; m < row + count; m++)
        memcpy(s->recurrent + 3 * m * n, s->bias, 3 * n * sizeof(REAL));
    NAME(add_product)(before, s->weight, s->recurrent + 3 * row * n, count, n, 3 * n);
    for (int64_t m = row; m < row + count; m++, before += n) {
        const REAL *restrict x = s->rows + 3 * m * n, *restrict h = s->recurrent + 3 * m * n;
        const REAL *restrict e = loud ? s->noise + 3 * m * n : x;
        REAL *restrict output = s->outputs + m * n;
#define FORWARD(UNIT)                                                                              \
    _Pragma("GCC ivdep")                                                                           \
    for (int64_t j = 0; j < n; j++) {                                                              \
        REAL at_r = line[0] * (x[j] + h[j]) + line[1];                                             \
        REAL at_z = line[4] * (x[n + j] + h[n + j]) + line[5];                                     \
        REAL r = UNIT(at_r, p[j], line[2], line[3], e[j]);                                         \
        REAL z = UNIT(at_z, p[n + j], line[6], line[7], e[n + j]);                                 \
        REAL at_n = line[8] * (x[2 * n + j] + r * h[2 * n + j]) + line[9];                         \
        REAL fresh = UNIT(at_n, p[2 * n + j], line[10], line[11], e[2 * n + j]);                   \
        output[j] = fresh + z * (before[j] - fresh);                                               \
    }
        if (!loud)
            FORWARD(QUIET)
        else if (half)
            FORWARD(HALF)
        else
            FORWARD(FULL)
#undef FORWARD
    }
}

void NAME(gru_forward)(const NAME(Gru) *s)
{
    sweep_forward(&s->course, NAME(gru_ahead), s);
}

static void NAME(gru_back)(const void *layer, int64_t row, int64_t count, int64_t place, int64_t last)
{
    const NAME(Gru) *s = layer;
    int64_t n = s->course.n;
    int half = (int)s->course.half, loud = s->noise != 0;
    const REAL *restrict before = last < 0 ? s->first_h + place * n : s->outputs + last * n;
    const REAL *restrict p = s->steep;
    REAL line[12];
    NAME(narrowed)(s->lines, line, 12);
    double *restrict by_p = s->by_steep;
    for (int64_t m = row; m < row + count; m++, before += n) {
        /* No longer than for this row: then it is written as a whole. */
        REAL *restrict by_h = s->by_h + (place + m - row) * n;
        const REAL *restrict x = s->rows + 3 * m * n, *restrict h = s->recurrent + 3 * m * n;
        const REAL *restrict e = loud ? s->noise + 3 * m * n : x, *restrict above = s->above + m * n;
        REAL *restrict by_x = s->by_rows + 3 * m * n, *restrict by_rec = s->by_recurrent + 3 * m * n;
#define BACKWARD(UNIT)                                                                             \
    _Pragma("GCC ivdep")                                                                           \
    for (int64_t j = 0; j < n; j++) {                                                              \
        REAL at_r = line[0] * (x[j] + h[j]) + line[1];                                             \
        REAL at_z = line[4] * (x[n + j] + h[n + j]) + line[5];                                     \
        NAME(unit) r = UNIT(at_r, p[j], line[2], line[3], e[j]);                                   \
        NAME(unit) z = UNIT(at_z, p[n + j], line[6], line[7], e[n + j]);                           \
        REAL at_n = line[8] * (x[2 * n + j] + r.value * h[2 * n + j]) + line[9];                   \
        NAME(unit) fresh = UNIT(at_n, p[2 * n + j], line[10], line[11], e[2 * n + j]);             \
        REAL by_output = above[j] + by_h[j];                                                       \
        REAL by_z = by_output * (before[j] - fresh.value);                                         \
        REAL by_fresh = by_output * (1 - z.value);                                                 \
        REAL by_n = by_fresh * fresh.slope * line[8];                                              \
        REAL by_r = by_n * h[2 * n + j];                                                           \
        by_h[j] = by_output * z.value;                                                             \
        by_x[j] = by_rec[j] = by_r * r.slope * line[0];                                            \
        by_x[n + j] = by_rec[n + j] = by_z * z.slope * line[4];                                    \
        by_x[2 * n + j] = by_n;                                                                    \
        by_rec[2 * n + j] = by_n * r.value;                                                        \
        by_p[j] += by_r * r.by_p;                                                                  \
        by_p[n + j] += by_z * z.by_p;                                                              \
        by_p[2 * n + j] += by_fresh * fresh.by_p;                                                  \
    }
        if (!loud)
            BACKWARD(QUIET_SLOPE)
        else if (half)
            BACKWARD(HALF_SLOPE)
        else
            BACKWARD(FULL_SLOPE)
#undef BACKWARD
    }
    NAME(add_product)(s->by_recurrent + 3 * row * n, s->weight, s->by_h + place * n, count, 3 * n, n);
}

void NAME(gru_backward)(const NAME(Gru) *s)
{
    sweep_back(&s->course, NAME(gru_back), s);
}
