/* The units of a recurrent step of many networks, as step_units.py of actmath/experiment has them:
   the value f(u), the slope by u and the share of p, with u = kx + b scaled beforehand. At a
   threshold itself the slope is the line's, 1. */

#ifndef FIRST
/* SOFT: sigmoid, and tanh. The others clip, h = min(max(u, low), high), and are CLIPPED without
   noise; with it h(u + e), which is MOVED; h + e*t|t|, AFTER; h(u + e*t^2), BEFORE, where
   t = tanh(p(h - u)/2). */
enum { SOFT, CLIPPED, MOVED, AFTER, BEFORE };
#define FORCED static inline __attribute__((always_inline))
#define ALL(count) _Pragma("GCC ivdep") for (int64_t j = 0; j < (count); j++)
/* The first number of an array of rows, or any address if there is no array: it is not read. */
#define FIRST(array, place, other) ((array) ? (array) + (place) : (other))
#endif

/* A sequence of S networks, whose rows belong to a network, a step and an example. A symbol's share
   of u is a row of its network's table. An LSTM's u, w = 4n columns, are those of i, f, o, g; a
   GRU's, w = 3n, are those of r, z and the candidate, without the symbol's share. The last n columns
   of all units' are an LSTM's that shows the state, and a GRU's candidate. */
typedef struct {
    const REAL *table;      /* (S, count, w) */
    const int64_t *symbols; /* rows of one */
    const REAL *product;    /* (S, batch, w): hW of this step */
    REAL *u;                /* (S, time, batch, w) */
    REAL *c, *h;            /* (S, time, batch, n): the states; in a GRU c is the candidate's input */
    const REAL *p;          /* (S, columns), if it is learned */
    const REAL *noise;      /* rows of all columns, if there is any */
    const REAL *low, *high, *loud; /* (columns,): thresholds, what multiplies the noise */
    const REAL *zeros;      /* (n,): the state before the first step */
    REAL *room;             /* (3, columns): values, slopes and shares of p of a row */
    const REAL *above;      /* rows of n: the gradient by h, without what the next step gives */
    REAL *by_u;             /* (S, batch, w): that by hW of this step */
    REAL *by_h, *by_c;      /* (S, batch, n): what the next step gives */
    REAL *by_table, *by_p;
    int64_t kind;
    int64_t half, always;   /* AFTER takes |noise|; MOVED does so between the thresholds too */
    int64_t columns, gates; /* of all units; of those that are sigmoids where they are soft */
    int64_t count, networks, time, batch, n;
    /* From one network, step and row to the next, in numbers. */
    int64_t symbols_network, symbols_time, symbols_row;
    int64_t noise_network, noise_time, noise_row;
    int64_t above_network, above_time, above_row;
} NAME(Stacked);

/* A row's place in rows with such strides. */
#define PLACE(s, name) (network * s->name##_network + t * s->name##_time + b * s->name##_row)

/* |tanh(x/2)| = (1 - e)/(1 + e) with e = e^(-|x|). */
static inline REAL NAME(steep)(REAL x)
{
    REAL d = NAME(decrease)(-SIZE(x));
    return -d / (2 + d);
}

/* The units from a column on, for so many neighbouring ones; the results go to those columns of the
   room. Slopes and shares of p are wanted on the way back. */
FORCED void NAME(stacked_units)(
    const NAME(Stacked) *s, int64_t column, int64_t count, const REAL *restrict u,
    const REAL *restrict p, const REAL *restrict noise, int back)
{
    const REAL *restrict low = s->low + column, *restrict high = s->high + column;
    const REAL *restrict loud = s->loud + column;
    REAL *restrict value = s->room + column, *restrict slope = value + s->columns;
    REAL *restrict share = slope + s->columns;
    int64_t gates = column < s->gates ? s->gates - column : 0;
    int half = s->half != 0, always = s->always != 0;
    switch (s->kind) {
    case SOFT:
        NAME(sigmoid)(u, value, back ? slope : 0, gates);
        NAME(tanh)(u + gates, value + gates, back ? slope + gates : 0, count - gates);
        break;
    case CLIPPED:
        ALL(count)
        {
            value[j] = NAME(clipped)(u[j], low[j], high[j]);
            if (back)
                slope[j] = value[j] == u[j];
        }
        break;
    case MOVED:
        ALL(count)
        {
            int moved = always | (u[j] <= low[j]) | (u[j] >= high[j]);
            REAL v = moved ? NAME(FUSED)(loud[j], noise[j], u[j]) : u[j];
            value[j] = NAME(clipped)(v, low[j], high[j]);
            if (back)
                slope[j] = value[j] == v;
        }
        break;
    case AFTER:
        ALL(count)
        {
            REAL h = NAME(clipped)(u[j], low[j], high[j]), delta = h - u[j];
            REAL size = NAME(steep)(p[j] * delta);
            REAL heard = loud[j] * (half ? SIZE(noise[j]) : noise[j]) * size;
            value[j] = NAME(FUSED)(heard, SIGNED(size, delta), h);
            if (back) {
                /* e|t|(1 - t^2), which is 0 where delta is. */
                REAL m = heard * (1 - size * size);
                slope[j] = NAME(FUSED)(-m, p[j], (REAL)(delta == 0));
                share[j] = m * delta;
            }
        }
        break;
    case BEFORE:
        ALL(count)
        {
            REAL delta = NAME(clipped)(u[j], low[j], high[j]) - u[j];
            REAL t = SIGNED(NAME(steep)(p[j] * delta), delta);
            REAL heard = loud[j] * noise[j] * t;
            REAL v = NAME(FUSED)(heard, t, u[j]);
            value[j] = NAME(clipped)(v, low[j], high[j]);
            if (back) {
                /* et(1 - t^2), or 0 where the sum is clipped. */
                REAL m = value[j] == v ? heard * (1 - t * t) : 0;
                slope[j] = NAME(FUSED)(-m, p[j], (REAL)(value[j] == v));
                share[j] = m * delta;
            }
        }
        break;
    }
}

static void NAME(stacked_values)(
    const NAME(Stacked) *s, int64_t column, int64_t count, const REAL *u, const REAL *p,
    const REAL *noise)
{
    NAME(stacked_units)(s, column, count, u, p, noise, 0);
}

static void NAME(stacked_slopes)(
    const NAME(Stacked) *s, int64_t column, int64_t count, const REAL *u, const REAL *p,
    const REAL *noise)
{
    NAME(stacked_units)(s, column, count, u, p, noise, 1);
}
