/* Standard normal numbers of SplitMix64 by Box and Muller, in single precision, as _randomness.py of
   actmath/experiment has them in PyTorch's operations. */

/* Words that are made at once: what lies between the two loops stays in the first cache. */
#define BLOCK 256

/* log u for 2^-33 <= u <= 1: u = 2^k m with m around 1, log m = 2 atanh((m - 1)/(m + 1)). */
static inline float log_of_uniform(float u)
{
    int32_t bits, rest;
    float m;
    memcpy(&bits, &u, sizeof bits);
    /* The bits of sqrt(1/2): m lies between it and sqrt(2). */
    int32_t k = (bits - 0x3f3504f3) >> MANTISSA;
    rest = bits - k * (1 << MANTISSA);
    memcpy(&m, &rest, sizeof m);
    float f = m - 1, s = f / (2 + f), w = s * s;
    /* The next term would be w^5/11 < 2.1e-9. */
    float series = w * (1.0f / 3 + w * (1.0f / 5 + w * (1.0f / 7 + w * (1.0f / 9))));
    return k * LOG_2_HIGH + (k * LOG_2_LOW + (2 * s + 2 * s * series));
}

/* radius*(cos a, sin a) for |a| <= pi. */
static inline void on_circle(float radius, float a, float *cosine, float *sine)
{
    /* a = n pi/2 + r, |r| <= pi/4; products by n = 0, 1, 2 are exact. */
    float shifted = a * 0.636619772f + SHIFTER, n = shifted - SHIFTER;
    float r = (a - n * 1.57079637f) - n * -4.37113883e-8f, square = r * r;
    /* Up to the terms r^11/11! < 2e-9 and r^12/12! < 2e-10. */
    float c = (float)RECIPROCAL[10], s = (float)RECIPROCAL[9];
    for (int k = 8; k >= 0; k -= 2)
        c = (float)RECIPROCAL[k] - square * c;
    for (int k = 7; k > 0; k -= 2)
        s = (float)RECIPROCAL[k] - square * s;
    s *= r;
    int32_t quarter = (int32_t)n;
    float along = quarter & 1 ? s : c, across = quarter & 1 ? c : s;
    *cosine = radius * ((quarter + 1) & 2 ? -along : along);
    *sine = radius * (quarter & 2 ? -across : across);
}

/* (keys, 2 pairs): each key's cosines, then its sines. */
void NAME(normals)(const int64_t *keys, REAL *found, int64_t count, int64_t pairs)
{
    for (int64_t row = 0; row < count; row++) {
        for (int64_t begun = 0; begun < pairs; begun += BLOCK) {
            int32_t high[BLOCK], low[BLOCK];
            int64_t many = pairs - begun < BLOCK ? pairs - begun : BLOCK;
            for (int64_t i = 0; i < many; i++) {
                uint64_t z = (uint64_t)keys[row] + (uint64_t)(begun + i + 1) * 0x9E3779B97F4A7C15u;
                z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
                z = (z ^ z >> 27) * 0x94D049BB133111EBu;
                z ^= z >> 31;
                low[i] = (int32_t)(uint32_t)z;
                high[i] = (int32_t)(z >> 32);
            }
            REAL *restrict cosines = found + 2 * row * pairs + begun, *restrict sines = cosines + pairs;
            for (int64_t i = 0; i < many; i++) {
                float u = low[i] * 0x1p-32f + 0.5f;
                u = u < 0x1p-33f ? 0x1p-33f : u;
                /* 2 pi/2^32 */
                on_circle(sqrtf(-2 * log_of_uniform(u)), high[i] * 1.46291808e-9f, cosines + i, sines + i);
            }
        }
    }
}
#undef BLOCK
