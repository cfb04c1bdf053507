/* e^x - 1 and e^x for x <= 0, in operations that a compiler makes vectors of. */

#ifndef RECIPROCALS
#define RECIPROCALS
/* 1/k! of the series. */
static const double RECIPROCAL[] = {
    1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
    1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
#endif

/* x = n log 2 + r with |r| <= log 2 / 2: returns e^r - 1, and sets the power 2^n; where that is no
   normal number, as the product of two. Below LEAST, where e^x rounds to 0, it is that of LEAST. */
static inline REAL NAME(reduced)(REAL x, REAL *power, REAL *scale)
{
    x = x < (REAL)LEAST ? (REAL)LEAST : x;
    REAL shifted = x * (REAL)1.44269504088896340736 + (REAL)SHIFTER;
    REAL n = shifted - (REAL)SHIFTER;
    REAL r = (x - n * (REAL)LOG_2_HIGH) - n * (REAL)LOG_2_LOW;
    int small = n < 1 - BIAS;
    shifted = small ? shifted + MANTISSA : shifted;
    *scale = small ? 1 / (REAL)((BITS)1 << MANTISSA) : (REAL)1;
    BITS bits;
    memcpy(&bits, &shifted, sizeof bits);
    /* All bits of the shifter itself leave at the upper end, or are zeros. */
    bits = (bits + BIAS) << MANTISSA;
    memcpy(power, &bits, sizeof bits);
    REAL sum = (REAL)RECIPROCAL[DEGREE];
#pragma GCC unroll 16
    for (int k = DEGREE - 1; k > 0; k--)
        sum = sum * r + (REAL)RECIPROCAL[k];
    return sum * r;
}

/* e^x */
static inline REAL NAME(exponential)(REAL x)
{
    REAL power, scale;
    REAL part = NAME(reduced)(x, &power, &scale);
    return (power + power * part) * scale;
}

/* e^x - 1, with all digits near 0. */
static inline REAL NAME(decrease)(REAL x)
{
    REAL power, scale;
    REAL part = NAME(reduced)(x, &power, &scale);
    power *= scale;
    return power * part + (power - 1);
}
