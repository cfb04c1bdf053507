/* One step of the LSTMs of a stack, without its matrix products, forwards:

     u = row of the table + hW,  i, f, o, g = units(u),  c' = f*c + i*g,  h' = o*shown(c')

   and backwards, where the units are computed again, which takes less time than to keep them. */

void NAME(stacked_lstm_forward)(const NAME(Stacked) *s, int64_t t)
{
    int64_t n = s->n, rows = s->networks * s->batch;
    /* Into the room, which the units write. */
    const REAL *i = s->room, *f = i + n, *o = f + n, *g = o + n, *shown = g + n;
    for (int64_t k = 0; k < rows; k++) {
        int64_t network = k / s->batch, b = k % s->batch;
        int64_t row = (network * s->time + t) * s->batch + b;
        int64_t symbol_row = (network * s->count + s->symbols[PLACE(s, symbols)]) * 4 * n;
        const REAL *restrict symbol = s->table + symbol_row;
        const REAL *restrict product = s->product + k * 4 * n;
        const REAL *restrict before = t ? s->c + (row - s->batch) * n : s->zeros;
        REAL *restrict u = s->u + row * 4 * n;
        REAL *restrict c = s->c + row * n, *restrict h = s->h + row * n;
        const REAL *p = FIRST(s->p, network * s->columns, u);
        const REAL *noise = FIRST(s->noise, PLACE(s, noise), u);
        ALL(4 * n) u[j] = symbol[j] + product[j];
        NAME(stacked_values)(s, 0, 4 * n, u, p, noise);
        ALL(n) c[j] = f[j] * before[j] + i[j] * g[j];
        NAME(stacked_values)(s, 4 * n, n, c, p + 4 * n, noise + 4 * n);
        ALL(n) h[j] = o[j] * shown[j];
    }
}

void NAME(stacked_lstm_backward)(const NAME(Stacked) *s, int64_t t)
{
    int64_t n = s->n, rows = s->networks * s->batch;
    /* Into the room, which the units write. */
    const REAL *i = s->room, *f = i + n, *o = f + n, *g = o + n, *shown = g + n;
    const REAL *slope = i + s->columns, *share = slope + s->columns;
    for (int64_t k = 0; k < rows; k++) {
        int64_t network = k / s->batch, b = k % s->batch;
        int64_t row = (network * s->time + t) * s->batch + b;
        int64_t symbol_row = (network * s->count + s->symbols[PLACE(s, symbols)]) * 4 * n;
        const REAL *restrict u = s->u + row * 4 * n, *restrict c = s->c + row * n;
        const REAL *restrict before = t ? c - s->batch * n : s->zeros;
        const REAL *restrict above = s->above + PLACE(s, above);
        const REAL *p = FIRST(s->p, network * s->columns, u);
        const REAL *noise = FIRST(s->noise, PLACE(s, noise), u);
        REAL *restrict by_u = s->by_u + k * 4 * n;
        REAL *restrict by_h = s->by_h + k * n, *restrict by_c = s->by_c + k * n;
        REAL *restrict by_symbol = s->by_table + symbol_row;
        NAME(stacked_slopes)(s, 0, 4 * n, u, p, noise);
        NAME(stacked_slopes)(s, 4 * n, n, c, p + 4 * n, noise + 4 * n);
        if (s->p) {
            REAL *restrict by_last = s->by_p + network * s->columns + 4 * n;
            ALL(n) by_last[j] += (above[j] + by_h[j]) * o[j] * share[4 * n + j];
        }
        ALL(n)
        {
            REAL whole = above[j] + by_h[j];
            REAL by_cell = by_c[j] + whole * o[j] * slope[4 * n + j];
            by_u[j] = by_cell * g[j];
            by_u[n + j] = by_cell * before[j];
            by_u[2 * n + j] = whole * shown[j];
            by_u[3 * n + j] = by_cell * i[j];
            by_c[j] = by_cell * f[j];
            /* To which the product by W comes. */
            by_h[j] = 0;
        }
        if (s->p) {
            REAL *restrict by_p = s->by_p + network * s->columns;
            ALL(4 * n) by_p[j] += by_u[j] * share[j];
        }
        ALL(4 * n)
        {
            by_u[j] *= slope[j];
            by_symbol[j] += by_u[j];
        }
    }
}
