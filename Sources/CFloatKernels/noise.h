// Standard normal numbers by position. Every operation here is one that IEEE 754 rounds exactly, in
// double precision and never contracted, so that all instruction sets give the same bits.
#define EXACT _Pragma("clang fp contract(off)")

enum { PAIRS = VECTOR_BYTES / sizeof(double) };
typedef double wide __attribute__((ext_vector_type(PAIRS)));
typedef uint64_t words __attribute__((ext_vector_type(PAIRS)));

#define GOLDEN 0x9e3779b97f4a7c15ull

/// The output function of SplitMix64.
ALWAYS words mixed(words z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// The natural logarithm of numbers in (0, 1], to 1e-16 relative.
///
/// With x = 2^e m, m in [√½, √2) and s = (m − 1)/(m + 1), so |s| < 0.1716:
/// ln x = e ln 2 + 2 (s + s³/3 + s⁵/5 + …); the first term left out, s²³/23, is below 1e-19.
ALWAYS wide logarithm_of_fraction(wide x) {
  EXACT
  const words bits = (words)x;
  const wide whole = (wide)((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  // A biased exponent as the fraction bits of a number above 2^52: an exact conversion.
  const wide biased = (wide)((bits >> 52) | 0x4330000000000000ull) - (0x1p52 + 1023);
  const __auto_type is_large = whole >= 1.4142135623730951;
  const wide m = is_large ? whole * 0.5 : whole, exponent = is_large ? biased + 1 : biased;
  const wide s = (m - 1) / (m + 1), square = s * s;
  wide series = (wide)(1.0 / 21);
  UNROLL for (int n = 19; n >= 1; n -= 2) series = series * square + 1.0 / n;
  // ln 2 in two parts; the first has 21 trailing zero bits, so its multiple is exact.
  return exponent * 0x1.62e42fee00000p-1 + (exponent * 0x1.a39ef35793c76p-33 + 2 * s * series);
}

/// The cosine and sine of turns in [0, 1), to 2e-16.
ALWAYS void circle(wide turns, wide *cosine, wide *sine) {
  EXACT
  static const double even_terms[] = {
      1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320,
      -1.0 / 720,           1.0 / 24,           -1.0 / 2,        1};
  static const double odd_terms[] = {
      1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
      1.0 / 362880,          -1.0 / 5040,          1.0 / 120,        -1.0 / 6};
  const wide quarters = turns * 4;
  // Rounds to the nearest integer: the bits below 1 fall off beside 1.5 · 2^52.
  const wide shifted = quarters + 0x1.8p52, quadrant = shifted - 0x1.8p52;
  const wide x = (quarters - quadrant) * 1.5707963267948966, y = x * x;
  wide even = (wide)(-1.0 / 6402373705728000), odd = (wide)(-1.0 / 121645100408832000);
  UNROLL for (int n = 0; n < 9; n++) even = even * y + even_terms[n];
  UNROLL for (int n = 0; n < 8; n++) odd = odd * y + odd_terms[n];
  odd = (odd * y + 1) * x;
  // Quadrants 1 and 3 exchange the two; 1 and 2 negate the cosine, 2 and 3 the sine.
  const words number = (words)shifted & 3;
  const __auto_type is_odd = (number & 1) == 1;
  const wide c = is_odd ? odd : even, s = is_odd ? even : odd;
  *cosine = ((number == 1) | (number == 2)) ? -c : c;
  *sine = number >= 2 ? -s : s;
}

static void gaussian_noise(
    uint64_t step_key, uint64_t first_event, size_t events, size_t width, void *output) {
  EXACT
  const size_t pairs = (width + 1) / 2;
  real *place = output;
  size_t pair_to_write = 0, rest = events * pairs, pair_to_make = 0;
  uint64_t event = first_event;
  while (rest > 0) {
    // Some pairs side by side; where fewer are left, the last ones are made and not used.
    words of_event, counter;
    for (int lane = 0; lane < PAIRS; lane++) {
      of_event[lane] = step_key + GOLDEN * (event + 1);
      counter[lane] = 2 * pair_to_make;
      if (++pair_to_make == pairs) {
        pair_to_make = 0;
        event++;
      }
    }
    const words key = mixed(of_event);
    const words first = (mixed(key + GOLDEN * (counter + 1)) >> 11) + 1;
    const words second = mixed(key + GOLDEN * (counter + 2)) >> 11;
    const wide u = __builtin_convertvector(first, wide) * 0x1p-53;
    const wide v = __builtin_convertvector(second, wide) * 0x1p-53;
    const wide radius = __builtin_elementwise_sqrt(-2 * logarithm_of_fraction(u));
    wide cosine, sine;
    circle(v, &cosine, &sine);
    cosine *= radius;
    sine *= radius;
    const size_t count = smaller(PAIRS, rest);
    for (size_t lane = 0; lane < count; lane++) {
      const int is_whole = 2 * pair_to_write + 1 < width;
      place[0] = (real)cosine[lane];
      if (is_whole) place[1] = (real)sine[lane];
      place += 1 + is_whole;
      if (++pair_to_write == pairs) pair_to_write = 0;
    }
    rest -= count;
  }
}
