/* One step of the GRUs of a stack, without its matrix products, forwards:

     r, z = units(row of the table + hW),  x = row + r*hW,  made = unit(x),  h' = (1 - z)*made + z*h

   and backwards, where the units are computed again. */

void NAME(stacked_gru_forward)(const NAME(Stacked) *s, int64_t t)
{
    int64_t n = s->n, rows = s->networks * s->batch;
    /* Into the room, which the units write. */
    const REAL *r = s->room, *z = r + n, *made = z + n;
    for (int64_t k = 0; k < rows; k++) {
        int64_t network = k / s->batch, b = k % s->batch;
        int64_t row = (network * s->time + t) * s->batch + b;
        int64_t symbol_row = (network * s->count + s->symbols[PLACE(s, symbols)]) * 3 * n;
        const REAL *restrict symbol = s->table + symbol_row;
        const REAL *restrict product = s->product + k * 3 * n;
        const REAL *restrict before = t ? s->h + (row - s->batch) * n : s->zeros;
        REAL *restrict u = s->u + row * 3 * n, *restrict c = s->c + row * n;
        REAL *restrict h = s->h + row * n;
        const REAL *p = FIRST(s->p, network * s->columns, u);
        const REAL *noise = FIRST(s->noise, PLACE(s, noise), u);
        ALL(2 * n) u[j] = symbol[j] + product[j];
        NAME(stacked_values)(s, 0, 2 * n, u, p, noise);
        ALL(n)
        {
            u[2 * n + j] = product[2 * n + j];
            c[j] = symbol[2 * n + j] + r[j] * product[2 * n + j];
        }
        NAME(stacked_values)(s, 2 * n, n, c, p + 2 * n, noise + 2 * n);
        ALL(n) h[j] = made[j] + z[j] * (before[j] - made[j]);
    }
}

void NAME(stacked_gru_backward)(const NAME(Stacked) *s, int64_t t)
{
    int64_t n = s->n, rows = s->networks * s->batch;
    /* Into the room, which the units write. */
    const REAL *r = s->room, *z = r + n, *made = z + n;
    const REAL *slope = r + s->columns, *share = slope + s->columns;
    for (int64_t k = 0; k < rows; k++) {
        int64_t network = k / s->batch, b = k % s->batch;
        int64_t row = (network * s->time + t) * s->batch + b;
        int64_t symbol_row = (network * s->count + s->symbols[PLACE(s, symbols)]) * 3 * n;
        const REAL *restrict u = s->u + row * 3 * n, *restrict c = s->c + row * n;
        const REAL *restrict before = t ? s->h + (row - s->batch) * n : s->zeros;
        const REAL *restrict above = s->above + PLACE(s, above);
        const REAL *p = FIRST(s->p, network * s->columns, u);
        const REAL *noise = FIRST(s->noise, PLACE(s, noise), u);
        REAL *restrict by_u = s->by_u + k * 3 * n, *restrict by_h = s->by_h + k * n;
        REAL *restrict by_symbol = s->by_table + symbol_row;
        NAME(stacked_slopes)(s, 0, 2 * n, u, p, noise);
        NAME(stacked_slopes)(s, 2 * n, n, c, p + 2 * n, noise + 2 * n);
        if (s->p) {
            REAL *restrict by_last = s->by_p + network * s->columns + 2 * n;
            ALL(n) by_last[j] += (above[j] + by_h[j]) * (1 - z[j]) * share[2 * n + j];
        }
        ALL(n)
        {
            REAL whole = above[j] + by_h[j];
            REAL by_x = whole * (1 - z[j]) * slope[2 * n + j];
            by_u[j] = by_x * u[2 * n + j];
            by_u[n + j] = whole * (before[j] - made[j]);
            by_u[2 * n + j] = by_x * r[j];
            by_symbol[2 * n + j] += by_x;
            /* To which the product by W comes. */
            by_h[j] = whole * z[j];
        }
        if (s->p) {
            REAL *restrict by_p = s->by_p + network * s->columns;
            ALL(2 * n) by_p[j] += by_u[j] * share[j];
        }
        ALL(2 * n)
        {
            by_u[j] *= slope[j];
            by_symbol[j] += by_u[j];
        }
    }
}
