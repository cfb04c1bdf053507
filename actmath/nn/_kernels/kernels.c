/* All loops, once for each precision.

Nothing of PyTorch's is included, so that this is built in a few seconds, and one build serves
every version: tensors come as addresses, and all are contiguous. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#define JOINED(name, type) name##_##type
#define NAMED(name, type) JOINED(name, type)
#define NAME(name) NAMED(name, REAL)

#define REAL float
#define BITS uint32_t
#define MANTISSA 23
#define BIAS 127
#define LEAST -104.0f
/* 3·2^22: added to a number below 2^22, it leaves the nearest integer in the last bits. */
#define SHIFTER 12582912.0f
#define DEGREE 7
#define SIZE fabsf
#define LARGEST 3.40282347e38f
#define FAR 15
/* The first odd number of a continued fraction, beyond which 2e-9 is left out. */
#define ODD 9
#define SIGNED copysignf
/* log 2 in two parts, of which the first has zeros at its end. */
#define LOG_2_HIGH 0.693145751953125f
#define LOG_2_LOW 1.42860676533018709e-6f
#include "exponential.h"
#include "noisy_unit.h"
#include "product.h"
#include "sweep.h"
#include "lstm.h"
#include "gru.h"
#include "elementwise.h"
#include "prelu.h"
#include "stacked_units.h"
#include "stacked_lstm.h"
#include "stacked_gru.h"
#include "normals.h"
#undef REAL
#undef BITS
#undef MANTISSA
#undef BIAS
#undef LEAST
#undef SHIFTER
#undef DEGREE
#undef SIZE
#undef LARGEST
#undef FAR
#undef ODD
#undef SIGNED
#undef LOG_2_HIGH
#undef LOG_2_LOW

#define REAL double
#define BITS uint64_t
#define MANTISSA 52
#define BIAS 1023
#define LEAST -745.1
#define SHIFTER 6755399441055744.0
#define DEGREE 13
#define SIZE fabs
#define LARGEST 1.7976931348623157e308
#define FAR 40
#define ODD 17
#define SIGNED copysign
#define LOG_2_HIGH 0.693147180369123816490
#define LOG_2_LOW 1.90821492927058770002e-10
#include "exponential.h"
#include "noisy_unit.h"
#include "product.h"
#include "sweep.h"
#include "lstm.h"
#include "gru.h"
#include "elementwise.h"
#include "prelu.h"
#include "stacked_units.h"
#include "stacked_lstm.h"
#include "stacked_gru.h"
