/* A recurrent layer's way through a sequence, there and back.

   Steps lie one after the other, the rows of each together; how many those are may change. Rows of
   a step follow on the same rows of the step taken before it, where that has as many, and on the
   layer's first states else: backwards in time sequences begin late. */

#ifndef COURSE
#define COURSE
typedef struct {
    const int64_t *sizes;  /* (steps,): rows of each */
    int64_t steps, reverse, n, half;
} Course;

/* What is done at rows of a step: place is the first one's sequence, before the row of the states
   that they follow on, or -1 for the first states. */
typedef void (*Part)(const void *layer, int64_t row, int64_t count, int64_t place, int64_t before);

static void both_parts(Part part, const void *layer, int64_t row, int64_t batch, int64_t before, int64_t there)
{
    int64_t known = there < batch ? there : batch;
    if (known)
        part(layer, row, known, 0, before);
    if (known < batch)
        part(layer, row + known, batch - known, known, -1);
}

static void sweep_forward(const Course *course, Part part, const void *layer)
{
    int64_t row = 0, before = 0, there = 0;
    for (int64_t t = 0; course->reverse && t < course->steps; t++)
        row += course->sizes[t];
    for (int64_t step = 0; step < course->steps; step++) {
        int64_t batch = course->sizes[course->reverse ? course->steps - 1 - step : step];
        if (course->reverse)
            row -= batch;
        both_parts(part, layer, row, batch, before, there);
        before = row;
        there = batch;
        if (!course->reverse)
            row += batch;
    }
}

/* The same steps from the last to the first. */
static void sweep_back(const Course *course, Part part, const void *layer)
{
    int64_t row = 0, steps = course->steps;
    for (int64_t t = 0; !course->reverse && t < steps; t++)
        row += course->sizes[t];
    for (int64_t step = steps - 1; step >= 0; step--) {
        int64_t t = course->reverse ? steps - 1 - step : step;
        int64_t batch = course->sizes[t];
        int64_t there = step ? course->sizes[course->reverse ? t + 1 : t - 1] : 0;
        if (!course->reverse)
            row -= batch;
        both_parts(part, layer, row, batch, course->reverse ? row + batch : row - there, there);
        if (course->reverse)
            row += batch;
    }
}
#endif
