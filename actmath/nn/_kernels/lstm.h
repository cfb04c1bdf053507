/* An LSTM with noisy units, forwards and backwards through a sequence.

   As actmath/nn/_noisy/_recurrent/lstm_sequence.py has it: rows of nets are kx + b of i, f, g, o. */

typedef struct {
    Course course;
    const REAL *rows;            /* (rows, 4n): Wx + b */
    const REAL *weight;          /* (n, 4n) forwards, (4n, n) backwards */
    const REAL *first_h, *first_c; /* (batch, n) */
    const REAL *noise, *late;    /* (rows, 4n) and (rows, n), or 0 */
    const REAL *steep;           /* (5n,) */
    const double *lines;         /* k, b, bottom and top of the five units */
    REAL *nets;                  /* (rows, 4n) */
    REAL *cells, *outputs;       /* (rows, n): c' and h' */
    const REAL *above;           /* (rows, n): the gradient by h', without what the next step gives */
    REAL *by_rows;               /* (rows, 4n): that by Wx + b */
    REAL *by_h, *by_c;           /* (batch, n): those by a step's h' and c' */
    double *by_steep;            /* (5n,) */
} NAME(Lstm);

static void NAME(lstm_ahead)(const void *layer, int64_t row, int64_t count, int64_t place, int64_t last)
{
    const NAME(Lstm) *s = layer;
    int64_t n = s->course.n;
    int half = (int)s->course.half, loud = s->noise != 0;
    const REAL *h = last < 0 ? s->first_h + place * n : s->outputs + last * n;
    const REAL *restrict before = last < 0 ? s->first_c + place * n : s->cells + last * n;
    const REAL *restrict p = s->steep;
    REAL line[20];
    NAME(narrowed)(s->lines, line, 20);
    memcpy(s->nets + 4 * row * n, s->rows + 4 * row * n, 4 * count * n * sizeof(REAL));
    NAME(add_product)(h, s->weight, s->nets + 4 * row * n, count, n, 4 * n);
    for (int64_t m = row; m < row + count; m++, before += n) {
        REAL *restrict u = s->nets + 4 * m * n;
        /* Without noise these are not read. */
        const REAL *restrict e = loud ? s->noise + 4 * m * n : u;
        const REAL *restrict late = loud ? s->late + m * n : u;
        REAL *restrict cell = s->cells + m * n, *restrict output = s->outputs + m * n;
        for (int64_t unit = 0; unit < 4; unit++)
            for (int64_t j = unit * n; j < (unit + 1) * n; j++)
                u[j] = line[4 * unit] * u[j] + line[4 * unit + 1];
#define FORWARD(UNIT)                                                                              \
    _Pragma("GCC ivdep")                                                                           \
    for (int64_t j = 0; j < n; j++) {                                                              \
        REAL i = UNIT(u[j], p[j], line[2], line[3], e[j]);                                         \
        REAL f = UNIT(u[n + j], p[n + j], line[6], line[7], e[n + j]);                             \
        REAL g = UNIT(u[2 * n + j], p[2 * n + j], line[10], line[11], e[2 * n + j]);               \
        REAL o = UNIT(u[3 * n + j], p[3 * n + j], line[14], line[15], e[3 * n + j]);               \
        REAL c = f * before[j] + i * g;                                                            \
        cell[j] = c;                                                                               \
        output[j] = o * UNIT(line[16] * c + line[17], p[4 * n + j], line[18], line[19], late[j]);  \
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

void NAME(lstm_forward)(const NAME(Lstm) *s)
{
    sweep_forward(&s->course, NAME(lstm_ahead), s);
}

static void NAME(lstm_back)(const void *layer, int64_t row, int64_t count, int64_t place, int64_t last)
{
    const NAME(Lstm) *s = layer;
    int64_t n = s->course.n;
    int half = (int)s->course.half, loud = s->noise != 0;
    const REAL *restrict before = last < 0 ? s->first_c + place * n : s->cells + last * n;
    const REAL *restrict p = s->steep;
    REAL line[20];
    NAME(narrowed)(s->lines, line, 20);
    double *restrict by_p = s->by_steep;
    for (int64_t m = row; m < row + count; m++, before += n) {
        /* No longer than for this row: then they are written as a whole. */
        int64_t at = (place + m - row) * n;
        REAL *restrict by_h = s->by_h + at, *restrict by_c = s->by_c + at;
        const REAL *restrict u = s->nets + 4 * m * n;
        const REAL *restrict e = loud ? s->noise + 4 * m * n : u;
        const REAL *restrict late = loud ? s->late + m * n : u;
        const REAL *restrict cell = s->cells + m * n, *restrict above = s->above + m * n;
        REAL *restrict by_row = s->by_rows + 4 * m * n;
#define BACKWARD(UNIT)                                                                             \
    _Pragma("GCC ivdep")                                                                           \
    for (int64_t j = 0; j < n; j++) {                                                              \
        NAME(unit) i = UNIT(u[j], p[j], line[2], line[3], e[j]);                                   \
        NAME(unit) f = UNIT(u[n + j], p[n + j], line[6], line[7], e[n + j]);                       \
        NAME(unit) g = UNIT(u[2 * n + j], p[2 * n + j], line[10], line[11], e[2 * n + j]);         \
        NAME(unit) o = UNIT(u[3 * n + j], p[3 * n + j], line[14], line[15], e[3 * n + j]);         \
        REAL line_s = line[16] * cell[j] + line[17];                                               \
        NAME(unit) state = UNIT(line_s, p[4 * n + j], line[18], line[19], late[j]);                \
        REAL by_output = above[j] + by_h[j];                                                       \
        REAL by_state = by_output * o.value;                                                       \
        REAL by_cell = by_c[j] + by_state * state.slope * line[16];                                \
        REAL by_i = by_cell * g.value, by_f = by_cell * before[j];                                 \
        REAL by_g = by_cell * i.value, by_o = by_output * state.value;                             \
        by_c[j] = by_cell * f.value;                                                               \
        by_row[j] = by_i * i.slope * line[0];                                                      \
        by_row[n + j] = by_f * f.slope * line[4];                                                  \
        by_row[2 * n + j] = by_g * g.slope * line[8];                                              \
        by_row[3 * n + j] = by_o * o.slope * line[12];                                             \
        by_p[j] += by_i * i.by_p;                                                                  \
        by_p[n + j] += by_f * f.by_p;                                                              \
        by_p[2 * n + j] += by_g * g.by_p;                                                          \
        by_p[3 * n + j] += by_o * o.by_p;                                                          \
        by_p[4 * n + j] += by_state * state.by_p;                                                  \
    }
        if (!loud)
            BACKWARD(QUIET_SLOPE)
        else if (half)
            BACKWARD(HALF_SLOPE)
        else
            BACKWARD(FULL_SLOPE)
#undef BACKWARD
    }
    memset(s->by_h + place * n, 0, count * n * sizeof(REAL));
    NAME(add_product)(s->by_rows + 4 * row * n, s->weight, s->by_h + place * n, count, 4 * n, n);
}

void NAME(lstm_backward)(const NAME(Lstm) *s)
{
    sweep_back(&s->course, NAME(lstm_back), s);
}
