/* Units with slopes that keep their digits, element by element; where the slope is the square of
   what is returned beside the value, that is said. */

#define EACH _Pragma("GCC ivdep") for (int64_t j = 0; j < count; j++)

/* s(x) = 1/(1 + e^(-x)) and s(x)s(-x); the value alone if slope is 0. */
void NAME(sigmoid)(const REAL *restrict x, REAL *restrict y, REAL *restrict slope, int64_t count)
{
#define SIGMOID                                                                                    \
    REAL e = NAME(exponential)(-SIZE(x[j]));                                                       \
    REAL high = 1 / (1 + e);                                                                       \
    REAL low = e * high;                                                                           \
    y[j] = x[j] < 0 ? low : high;
    if (slope)
        EACH
        {
            SIGMOID
            slope[j] = low * high;
        }
    else
        EACH
        {
            SIGMOID
        }
#undef SIGMOID
}

/* tanh x = (1 - e)/(1 + e) with e = e^(-2|x|) and the sign of x, and 1/cosh^2 x = 4e/(1 + e)^2; the
   value alone if slope is 0. */
void NAME(tanh)(const REAL *restrict x, REAL *restrict y, REAL *restrict slope, int64_t count)
{
#define TANH                                                                                       \
    REAL power, scale;                                                                             \
    REAL part = NAME(reduced)(-2 * SIZE(x[j]), &power, &scale);                                    \
    REAL d = power * scale * part + (power * scale - 1);                                           \
    REAL half = 1 / (2 + d);                                                                       \
    y[j] = SIGNED(-d * half, x[j]);
    if (slope)
        EACH
        {
            TANH
            slope[j] = 4 * (power + power * part) * scale * half * half;
        }
    else
        EACH
        {
            TANH
        }
#undef TANH
}

/* x/(1 + |x|) and 1/(1 + |x|) with the sign of x, whose square is the slope; the value alone if
   root is 0. */
void NAME(softsign)(const REAL *restrict x, REAL *restrict y, REAL *restrict root, int64_t count)
{
/* At infinity the largest number over itself is 1. */
#define SOFTSIGN                                                                                   \
    REAL below = 1 + SIZE(x[j]);                                                                   \
    REAL held = below > LARGEST ? LARGEST : below;                                                 \
    REAL above = SIZE(x[j]) > LARGEST ? LARGEST : SIZE(x[j]);                                      \
    y[j] = SIGNED(above / held, x[j]);
    if (root)
        EACH
        {
            SOFTSIGN
            root[j] = SIGNED(1 / held, x[j]);
        }
    else
        EACH
        {
            SOFTSIGN
        }
#undef SOFTSIGN
}

/* x - tanh x, and tanh x, whose square is the slope; the value alone if root is 0.

   Up to 1 by tanh x = x/(1 + q), q = x^2/(3 + x^2/(5 + ...)): x - tanh x = xq/(1 + q). */
static inline REAL NAME(shrunk)(REAL x, REAL t)
{
    REAL size = SIZE(x), square = size * size;
    REAL below = ODD;
#pragma GCC unroll 8
    for (int odd = ODD - 2; odd > 1; odd -= 2)
        below = odd + square / below;
    REAL q = square / below;
    return SIGNED(size > 1 ? size - t : size * q / (1 + q), x);
}

void NAME(tanhshrink)(const REAL *restrict x, REAL *restrict y, REAL *restrict root, int64_t count)
{
#define TANHSHRINK                                                                                 \
    REAL d = NAME(decrease)(-2 * SIZE(x[j]));                                                      \
    REAL t = -d / (2 + d);                                                                         \
    y[j] = NAME(shrunk)(x[j], t);
    if (root)
        EACH
        {
            TANHSHRINK
            root[j] = SIGNED(t, x[j]);
        }
    else
        EACH
        {
            TANHSHRINK
        }
#undef TANHSHRINK
}

#ifndef NORMAL_TAIL
#define NORMAL_TAIL
/* (1 + T)e^(T^2/2)P(-T), P the normal distribution, as a polynomial in u = (T - 4)/(T + 4):
   to 1.2e-9 up to T = 15, and to 2.7e-17 up to T = 41. */
static const double TAIL_float[] = {
    0.47205320639897657856, -0.096703467980739251532, 0.013999636592802041724,
    0.02860003279503234465, -0.032197815354253280276, 0.017939449481637414871,
    -0.0050021408532140794945, -0.00029991876126557442598, 0.00069084485556682350736,
    -0.000066737184924378561474, -0.000074374544167543734223};
static const double TAIL_double[] = {
    0.47205320650984466463, -0.096703477326525381485, 0.013999634724430674319,
    0.028600364053506543097, -0.032197837428373013512, 0.017936097481006910681,
    -0.0050023785848322605435, -0.0002856231160582375551, 0.0006948970346727683541,
    -0.000094430122324319676742, -0.000087852719358033149152, 0.000021249496111173726112,
    0.000013624927853888867418, -3.4308464206386213489e-6, -2.6076547882452061105e-6,
    4.027582698170415001e-7, 5.4282102973539844555e-7, 1.9069313122581564674e-9,
    -1.0099849056916520293e-7, -1.8209338016538041049e-8, 1.1464292744327211426e-8,
    4.1345919431932359348e-9, 1.1346873244394199277e-10};
#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))
#endif

/* P(-T) for 0 <= T <= FAR, with e^(-T^2/2). */
static inline REAL NAME(normal_tail)(REAL size, REAL *density)
{
    REAL one = 1 + size, four = 4 + size;
    REAL both = 1 / (one * four);
    REAL u = (size - 4) * one * both;
    REAL sum = (REAL)NAME(TAIL)[COUNT(NAME(TAIL)) - 1];
#pragma GCC unroll 32
    for (int k = COUNT(NAME(TAIL)) - 2; k >= 0; k--)
        sum = sum * u + (REAL)NAME(TAIL)[k];
    *density = NAME(exponential)(-size * size / 2);
    return *density * sum * four * both;
}

/* x P(x). */
void NAME(gelu)(const REAL *restrict x, REAL *restrict y, int64_t count)
{
    EACH
    {
        REAL density;
        /* Beyond, what is left of is 0, which times infinity would be nan. */
        REAL held = x[j] < -(REAL)FAR ? -(REAL)FAR : x[j];
        REAL size = SIZE(held) > (REAL)FAR ? (REAL)FAR : SIZE(held);
        REAL tail = NAME(normal_tail)(size, &density);
        y[j] = held * (held < 0 ? tail : 1 - tail);
    }
}

/* (P(x) + x p(x)) times the gradient, p the density. */
void NAME(gelu_slope)(const REAL *restrict x, const REAL *restrict upstream, REAL *restrict found, int64_t count)
{
    EACH
    {
        REAL density;
        REAL held = x[j] < -(REAL)FAR ? -(REAL)FAR : x[j];
        held = held > (REAL)FAR ? (REAL)FAR : held;
        REAL tail = NAME(normal_tail)(SIZE(held), &density);
        REAL share = held < 0 ? tail : 1 - tail;
        /* 1/sqrt(2 pi) */
        found[j] = upstream[j] * (share + held * density * (REAL)0.39894228040143267794);
    }
}

/* The gradient by (a, b) of a s(b): halves of count numbers, one after the other, in each row. */
void NAME(glu_slope)(const REAL *x, const REAL *upstream, REAL *found, int64_t count, int64_t rows)
{
    for (int64_t row = 0; row < rows; row++) {
        const REAL *restrict a = x + 2 * row * count, *restrict b = a + count;
        const REAL *restrict above = upstream + row * count;
        REAL *restrict by_a = found + 2 * row * count, *restrict by_b = by_a + count;
        EACH
        {
            REAL e = NAME(exponential)(-SIZE(b[j]));
            REAL high = 1 / (1 + e);
            REAL low = e * high;
            REAL open = b[j] < 0 ? low : high;
            by_a[j] = above[j] * open;
            by_b[j] = above[j] * a[j] * (high * low);
        }
    }
}
#undef EACH
