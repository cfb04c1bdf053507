/* phi(u) = h + e*q^2, or h + e*q|q| if the noise has a direction (half), with u = kx + b,
   h = min(max(u, low), high), delta = h - u, q = g(p*delta) - 1/2. */

typedef struct {
    REAL value; /* phi */
    REAL slope; /* by u: 1 between the thresholds, -kappa*p beyond */
    REAL by_p;  /* kappa*delta, with kappa = 2*e*q*(1/4 - q^2) */
} NAME(unit);

/* q = g(t) - 1/2 = tanh(t/2)/2 = -d/(2(2 + d)) at d = e^(-|t|) - 1, with the sign of t. */
static inline REAL NAME(centred)(REAL t)
{
    REAL d = NAME(decrease)(-SIZE(t));
    return SIGNED(-d / (2 * (2 + d)), t);
}

static inline REAL NAME(clipped)(REAL u, REAL low, REAL high)
{
    /* nan passes through. */
    u = u < low ? low : u;
    return u > high ? high : u;
}

static inline REAL NAME(noisy)(REAL u, REAL p, REAL low, REAL high, REAL e, int half)
{
    REAL h = NAME(clipped)(u, low, high);
    REAL q = NAME(centred)(p * (h - u));
    return h + e * q * (half ? SIZE(q) : q);
}

static inline NAME(unit) NAME(derived)(REAL u, REAL p, REAL low, REAL high, REAL e, int half)
{
    REAL h = NAME(clipped)(u, low, high);
    REAL q = NAME(centred)(p * (h - u));
    REAL heard = e * (half ? SIZE(q) : q);
    REAL kappa = heard * ((REAL)0.5 - 2 * q * q);
    /* The slope at the thresholds is 0, and there q is 0. */
    REAL inside = u > low && u < high ? (REAL)1 : (REAL)0;
    NAME(unit) found = {h + heard * q, inside - kappa * p, kappa * (h - u)};
    return found;
}

static inline NAME(unit) NAME(hard)(REAL u, REAL low, REAL high)
{
    REAL inside = u > low && u < high ? (REAL)1 : (REAL)0;
    NAME(unit) found = {NAME(clipped)(u, low, high), inside, 0};
    return found;
}

#ifndef FULL
#define FULL(u, p, low, high, e) NAME(noisy)(u, p, low, high, e, 0)
#define HALF(u, p, low, high, e) NAME(noisy)(u, p, low, high, e, 1)
#define QUIET(u, p, low, high, e) NAME(clipped)(u, low, high)
#define FULL_SLOPE(u, p, low, high, e) NAME(derived)(u, p, low, high, e, 0)
#define HALF_SLOPE(u, p, low, high, e) NAME(derived)(u, p, low, high, e, 1)
#define QUIET_SLOPE(u, p, low, high, e) NAME(hard)(u, low, high)
#endif

/* The numbers of the lines in this precision. */
static inline void NAME(narrowed)(const double *lines, REAL *line, int count)
{
    for (int j = 0; j < count; j++)
        line[j] = (REAL)lines[j];
}
