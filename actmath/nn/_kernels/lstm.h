/* One step of an LSTM with noisy units, forwards and backwards, without its matrix products.

   As actmath/nn/_noisy/_recurrent/lstm_sequence.py has it: rows of nets are kx + b of i, f, g, o. */

typedef struct {
    const REAL *nets; /* (rows, 4n) */
    REAL *cells;      /* (rows, n): c' */
    REAL *outputs;    /* (rows, n): h' */
    const REAL *noise, *late; /* (rows, 4n) and (rows, n), or 0 */
    const REAL *steep; /* (5n,) */
    const REAL *lines; /* k, b, bottom and top of the five units */
    const REAL *above; /* (rows, n): the gradient by h', without what the next step gives */
    REAL *by_rows;     /* (rows, 4n): that by Wx + b */
    REAL *by_h, *by_c; /* (batch, n): those by this step's h' and c' */
    double *by_steep;  /* (5n,) */
    int64_t n, half;
} NAME(Lstm);

void NAME(lstm_forward)(const NAME(Lstm) *s, int64_t row, int64_t batch, const REAL *restrict before)
{
    int64_t n = s->n;
    int half = (int)s->half, loud = s->noise != 0;
    const REAL *restrict p = s->steep, *line = s->lines;
    for (int64_t m = row; m < row + batch; m++, before += n) {
        const REAL *restrict u = s->nets + 4 * m * n;
        /* Without noise these are not read. */
        const REAL *restrict e = loud ? s->noise + 4 * m * n : u;
        const REAL *restrict late = loud ? s->late + m * n : u;
        REAL *restrict cell = s->cells + m * n, *restrict output = s->outputs + m * n;
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

void NAME(lstm_backward)(const NAME(Lstm) *s, int64_t row, int64_t batch, const REAL *restrict before)
{
    int64_t n = s->n;
    int half = (int)s->half, loud = s->noise != 0;
    const REAL *restrict p = s->steep, *line = s->lines;
    REAL *restrict by_h = s->by_h, *restrict by_c = s->by_c;
    double *restrict by_p = s->by_steep;
    for (int64_t m = row; m < row + batch; m++, before += n, by_h += n, by_c += n) {
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
#define NONE(j) 0
        if (!loud)
            BACKWARD(QUIET_SLOPE)
        else if (half)
            BACKWARD(HALF_SLOPE)
        else
            BACKWARD(FULL_SLOPE)
#undef BACKWARD
    }
}
