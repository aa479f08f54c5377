// Elementary functions on vectors, by series alone: nothing here is fitted except erf's tail.
// Errors in units in the last place (Tests/TrainingTests/Kernels/ElementaryTests): exponential,
// exponential_minus_one and logarithm 1.1, the others 2.5 (double: 3).
// Infinities and NaN give what IEEE 754 asks for; subnormal results are right.

#if defined(REAL_IS_FLOAT)
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define EXP_HIGH 89.0f
#define EXP_LOW -104.0f
/// 1.5 · 2^23: adding it rounds to an integer, which the low bits then hold.
#define ROUND_MAGIC 0x1.8p23f
/// ln 2 in two parts; multiples of the first up to 2^8 are exact.
#define LN2_HIGH 0x1.62ep-1f
#define LN2_LOW 0x1.0bfbe8p-15f
#define SMALLEST_NORMAL 0x1p-126f
#else
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define EXP_HIGH 710.0
#define EXP_LOW -746.0
#define ROUND_MAGIC 0x1.8p52
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define SMALLEST_NORMAL 0x1p-1022
#endif

ALWAYS vec splat(double x) { return (vec)((real)x); }
ALWAYS ivec bits_of(vec x) { return (ivec)x; }
ALWAYS vec magnitude(vec x) { return __builtin_elementwise_abs(x); }
ALWAYS vec with_sign_of(vec x, vec sign) {
  const ivec top = bits_of((vec)((real)-0.0));
  return (vec)((bits_of(x) & ~top) | (bits_of(sign) & top));
}
/// 2^n for n within the exponents of normal numbers.
ALWAYS vec power_of_two(ivec n) { return (vec)((n + EXPONENT_BIAS) << MANTISSA_BITS); }

/// x = n ln 2 + r with |r| <= ln 2 / 2; returns r. NaN stays.
ALWAYS vec reduce_exponent(vec x, ivec *n) {
  x = choose(x > splat(EXP_HIGH), splat(EXP_HIGH), x);
  x = choose(x < splat(EXP_LOW), splat(EXP_LOW), x);
  const vec shifted = fused(x, splat(0x1.71547652b82fep0), splat(ROUND_MAGIC));
  *n = bits_of(shifted) - bits_of(splat(ROUND_MAGIC));
  const vec whole = shifted - splat(ROUND_MAGIC);
  return fused(whole, splat(-LN2_LOW), fused(whole, splat(-LN2_HIGH), x));
}

/// e^r − 1 − r for |r| <= ln 2 / 2, by Taylor's series.
ALWAYS vec exponential_remainder(vec r) {
  vec s;
#if defined(REAL_IS_FLOAT)
  s = splat(1.0 / 5040);
#else
  s = splat(1.0 / 6227020800);
  s = fused(s, r, splat(1.0 / 479001600));
  s = fused(s, r, splat(1.0 / 39916800));
  s = fused(s, r, splat(1.0 / 3628800));
  s = fused(s, r, splat(1.0 / 362880));
  s = fused(s, r, splat(1.0 / 40320));
  s = fused(s, r, splat(1.0 / 5040));
#endif
  s = fused(s, r, splat(1.0 / 720));
  s = fused(s, r, splat(1.0 / 120));
  s = fused(s, r, splat(1.0 / 24));
  s = fused(s, r, splat(1.0 / 6));
  s = fused(s, r, splat(0.5));
  return s * r * r;
}

ALWAYS vec exponential(vec x) {
  ivec n;
  const vec r = reduce_exponent(x, &n);
  const vec y = (exponential_remainder(r) + r) + 1;
  // In two steps, for results beyond the normal numbers.
  const ivec half = n >> 1;
  return y * power_of_two(half) * power_of_two(n - half);
}

/// e^x − 1
ALWAYS vec exponential_minus_one(vec x) {
  ivec n;
  const vec r = reduce_exponent(x, &n);
  const vec p = exponential_remainder(r) + r;
  const ivec half = n >> 1;
  const vec a = power_of_two(half), b = power_of_two(n - half);
  // 2^n p + (2^n − 1); where 2^n is beyond 2^(bits + 1), the one is lost anyway.
  const vec large = (p + 1) * a * b;
  const vec usual = fused(a * b, p, a * b - 1);
  const vec y = choose(n > (ivec)(MANTISSA_BITS + 2), large, usual);
  return choose(x == (vec)(0), x, y);
}

/// 2 artanh(s) for |s| <= 1/3: 2 (s + s³/3 + …); `terms` of them.
ALWAYS vec twice_inverse_tanh(vec s, const int terms) {
  const vec square = s * s;
  vec y = splat(2.0 / (2 * terms - 1));
  UNROLL for (int k = terms - 2; k > 0; k--) y = fused(y, square, splat(2.0 / (2 * k + 1)));
  return fused(y * square, s, 2 * s);
}

/// ln(1 + x) for 0 <= x <= 1.
ALWAYS vec logarithm_of_one_plus(vec x) {
  return twice_inverse_tanh(x / (2 + x), sizeof(real) == 4 ? 8 : 17);
}

ALWAYS vec logarithm(vec x) {
  const vec tiny = splat(SMALLEST_NORMAL), up = splat(sizeof(real) == 4 ? 0x1p24 : 0x1p54);
  const ivec is_tiny = x < tiny;
  const vec scaled = choose(is_tiny, x * up, x);
  // x = 2^n m with m in [√½, √2)
  const integer root_half = sizeof(real) == 4 ? 0x3f3504f3 : (integer)0x3fe6a09e667f3bcdLL;
  const ivec n = (bits_of(scaled) - root_half) >> MANTISSA_BITS;
  const vec m = (vec)(bits_of(scaled) - (n << MANTISSA_BITS));
  const vec s = (m - 1) / (m + 1);
  const vec square = s * s;
  const int terms = sizeof(real) == 4 ? 5 : 11;
  vec y = splat(2.0 / (2 * terms - 1));
  UNROLL for (int k = terms - 2; k > 0; k--) y = fused(y, square, splat(2.0 / (2 * k + 1)));
  const ivec exponent = n - (is_tiny & (sizeof(real) == 4 ? 24 : 54));
  const vec e = __builtin_convertvector(exponent, vec);
  // ln m = f − s (f − 2 (s³/3 + …)/s) with f = m − 1 exact
  const vec f = m - 1;
  const vec part = fused(-s, f - y * square, fused(e, splat(LN2_LOW), (vec)(0)));
  vec result = fused(e, splat(LN2_HIGH), f + part);
  result = choose(x == (vec)(0), splat(-1.0 / 0.0), result);
  result = choose(x < (vec)(0), splat(0.0 / 0.0), result);
  return choose(x < splat(1.0 / 0.0), result, choose(x == x, choose(x < 0, result, x), x));
}

ALWAYS vec logistic(vec x) {
  const vec e = exponential(-magnitude(x));
  return choose(x < (vec)(0), e, (vec)(1)) / (1 + e);
}

ALWAYS vec hyperbolic_tangent(vec x) {
  const vec e = exponential_minus_one(2 * magnitude(x));
  // At e = ∞ the quotient would be NaN; from 2 |x| = 60 on it is 1.
  const vec y = choose(magnitude(x) > splat(30), (vec)(1), e / (e + 2));
  return with_sign_of(y, x);
}

/// ln(1 + e^x)
ALWAYS vec softplus(vec x) {
  const vec positive = choose(x < (vec)(0), (vec)(0), x);
  return positive + logarithm_of_one_plus(exponential(-magnitude(x)));
}

#if defined(REAL_IS_FLOAT)
ALWAYS vec error_function(vec x) {
  // Up to 0.9: Maclaurin's series, 2/√π Σ (−1)^k x^(2k+1) / (k! (2k + 1)), less x.
  static const double series[] = {
      0.12837916709551257,     -0.37612638903183754,   0.11283791670955126,
      -0.026866170645131252,   0.0052239776254421878,  -0.00085483270234508521,
      0.00012055332981789664,  -1.4925650358406252e-05, 1.6462114365889247e-06,
      -1.6365844691234924e-07};
  const vec square = x * x;
  vec small = splat(series[9]);
  UNROLL for (int k = 8; k >= 0; k--) small = fused(small, square, splat(series[k]));
  // Beyond: 1 − e^(−x²) P(1/(x + 1.5)); P interpolates e^(x²) erfc(x) on [0.9, 4.1] at Chebyshev's
  // points (error of erf below 1e-9).
  static const double tail[] = {
      -0.8475528854, 4.13027148, -6.186494846, 3.015980411,
      0.4100699105,  0.9293688197, 0.5575638644, 0.0002261918813};
  const vec a = magnitude(x), bounded = choose(a > splat(4.1), splat(4.1), a);
  const vec t = 1 / (bounded + splat(1.5));
  vec p = splat(tail[0]);
  UNROLL for (int k = 1; k < 8; k++) p = fused(p, t, splat(tail[k]));
  const vec large = with_sign_of(1 - exponential(-bounded * bounded) * p, x);
  return choose(a < splat(0.9), fused(small, x, x), choose(x == x, large, x));
}
#else
ALWAYS vec error_function(vec x) {
  UNROLL for (size_t i = 0; i < LANES; i++) x[i] = __builtin_erf(x[i]);
  return x;
}
#endif

/// The normal distribution's cumulative function and its density.
ALWAYS vec normal_cumulative(vec x) {
  return fused(splat(0.5), error_function(x * splat(0.70710678118654752)), splat(0.5));
}
ALWAYS vec normal_density(vec x) {
  return splat(0.39894228040143268) * exponential(splat(-0.5) * x * x);
}
