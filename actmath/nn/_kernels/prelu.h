/* The gradients of max(0, x) + a*min(0, x) by x, and by the slope a of each channel, to which they are
   added: those by a slope in parts side by side, as one sum would be no vector. */

#define PARTS 16

void NAME(prelu_slope)(
    const REAL *x, const REAL *restrict a, const REAL *above, REAL *by_x, REAL *restrict by_a, int64_t batch,
    int64_t channels, int64_t count)
{
    if (count == 1) {
        /* Channels lie side by side: each has its own slope, and its own sum. */
        for (int64_t row = 0; row < batch; row++) {
            const REAL *restrict at = x + row * channels, *restrict up = above + row * channels;
            REAL *restrict down = by_x + row * channels;
            for (int64_t c = 0; c < channels; c++) {
                REAL u = at[c], g = up[c];
                down[c] = u > 0 ? g : a[c] * g;
                by_a[c] += u > 0 ? 0 : u * g;
            }
        }
        return;
    }
    for (int64_t row = 0; row < batch * channels; row++) {
        const REAL *restrict at = x + row * count, *restrict up = above + row * count;
        REAL *restrict down = by_x + row * count;
        REAL slope = a[row % channels], parts[PARTS] = {0};
        int64_t begun = 0;
        for (; begun + PARTS <= count; begun += PARTS)
            for (int j = 0; j < PARTS; j++) {
                REAL u = at[begun + j], g = up[begun + j];
                /* At 0 the slope is the left one. */
                down[begun + j] = u > 0 ? g : slope * g;
                parts[j] += u > 0 ? 0 : u * g;
            }
        for (int64_t j = begun; j < count; j++) {
            down[j] = at[j] > 0 ? up[j] : slope * up[j];
            parts[0] += at[j] > 0 ? 0 : at[j] * up[j];
        }
        for (int j = 0; j < PARTS; j++)
            by_a[row % channels] += parts[j];
    }
}
#undef PARTS
