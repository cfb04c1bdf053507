/* e^x - 1 and e^x for x <= 0, in operations that a compiler makes vectors of. */

#ifndef RECIPROCALS
#define RECIPROCALS
/* 1/k! of the series. */
static const double RECIPROCAL[] = {
    1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
    1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
/* ab + c, in one operation where the processor has it: in every loop or in none, so that what is left
   over at the end of a vector is computed as the rest. */
#ifdef FP_FAST_FMAF
#define FUSED_float fmaf
#else
#define FUSED_float(a, b, c) ((a) * (b) + (c))
#endif
#ifdef FP_FAST_FMA
#define FUSED_double fma
#else
#define FUSED_double(a, b, c) ((a) * (b) + (c))
#endif
#endif

/* x = n log 2 + r with |r| <= log 2 / 2: returns e^r - 1, and n in the last bits of what is shifted. */
static inline REAL NAME(remainder)(REAL x, REAL *shifted)
{
    *shifted = NAME(FUSED)(x, (REAL)1.44269504088896340736, (REAL)SHIFTER);
    REAL n = *shifted - (REAL)SHIFTER;
    REAL r = NAME(FUSED)(n, -(REAL)LOG_2_LOW, NAME(FUSED)(n, -(REAL)LOG_2_HIGH, x));
    REAL sum = (REAL)RECIPROCAL[DEGREE];
#pragma GCC unroll 16
    for (int k = DEGREE - 1; k > 0; k--)
        sum = NAME(FUSED)(sum, r, (REAL)RECIPROCAL[k]);
    return sum * r;
}

/* 2^n for a normal number. */
static inline REAL NAME(power_of_two)(REAL shifted)
{
    BITS bits;
    REAL power;
    memcpy(&bits, &shifted, sizeof bits);
    /* All bits of the shifter itself leave at the upper end, or are zeros. */
    bits = (bits + BIAS) << MANTISSA;
    memcpy(&power, &bits, sizeof bits);
    return power;
}

/* The same with the power 2^n; where that is no normal number, as the product of two. Below LEAST,
   where e^x rounds to 0, it is that of LEAST. */
static inline REAL NAME(reduced)(REAL x, REAL *power, REAL *scale)
{
    REAL shifted, part = NAME(remainder)(x < (REAL)LEAST ? (REAL)LEAST : x, &shifted);
    int small = shifted - (REAL)SHIFTER < 1 - BIAS;
    *scale = small ? 1 / (REAL)((BITS)1 << MANTISSA) : (REAL)1;
    *power = NAME(power_of_two)(small ? shifted + MANTISSA : shifted);
    return part;
}

/* e^x */
static inline REAL NAME(exponential)(REAL x)
{
    REAL power, scale;
    REAL part = NAME(reduced)(x, &power, &scale);
    return (power + power * part) * scale;
}

/* e^x - 1, with all digits near 0. Below -40 it is -1 in either precision. */
static inline REAL NAME(decrease)(REAL x)
{
    REAL shifted, part = NAME(remainder)(x < -40 ? -40 : x, &shifted);
    REAL power = NAME(power_of_two)(shifted);
    return NAME(FUSED)(power, part, power - 1);
}
