// Conversions and arithmetic of ap_[u]fixed as plain function pointers on integer mantissas.
//
// Included by the translation units that make_golden.py generates; the ap_types headers
// themselves come from the hls4ml wheel and are no part of this repository.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "ap_fixed.h"

namespace golden {

template <bool Signed, int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP>
using Fixed = std::conditional_t<Signed, ap_fixed<W, I, Q, O>, ap_ufixed<W, I, Q, O>>;

template <int W, int I, bool Signed, ap_q_mode Q, ap_o_mode O, int N>
constexpr bool is_signed(const ap_fixed_base<W, I, Signed, Q, O, N>&) { return Signed; }

// The low `width` bits as a number: sign-extended or not.
inline std::int64_t extend(std::uint64_t bits, int width, bool is_signed) {
  bits <<= 64 - width;
  return is_signed ? std::int64_t(bits) >> (64 - width) : std::int64_t(bits >> (64 - width));
}

// ---- conversion -------------------------------------------------------------------------

using Convert = void (*)(const std::int64_t*, std::size_t, std::int64_t*);

template <bool S1, int W1, int I1, bool S2, int W2, int I2, ap_q_mode Q, ap_o_mode O>
void convert(const std::int64_t* source, std::size_t count, std::int64_t* result) {
  for (std::size_t i = 0; i < count; ++i) {
    Fixed<S1, W1, I1> x;
    x.setBits(std::uint64_t(source[i]));
    const Fixed<S2, W2, I2, Q, O> y = x;
    result[i] = extend(y.bits_to_uint64(), W2, S2);
  }
}

struct Conversion {
  int source;  // index into the file of source mantissas
  Convert function;
};

// ---- arithmetic -------------------------------------------------------------------------

struct Number {
  bool is_signed;
  int width, integer;
  std::int64_t mantissa;
};

template <class T>
Number number(const T& y) {
  return {is_signed(y), T::width, T::iwidth, extend(y.bits_to_uint64(), T::width, is_signed(y))};
}

template <class T>
T make(std::int64_t mantissa) {
  T x;
  x.setBits(std::uint64_t(mantissa));
  return x;
}

using Operation = Number (*)(std::int64_t left, std::int64_t right);

template <class L, class R> Number add(std::int64_t l, std::int64_t r) { return number(make<L>(l) + make<R>(r)); }
template <class L, class R> Number subtract(std::int64_t l, std::int64_t r) { return number(make<L>(l) - make<R>(r)); }
template <class L, class R> Number multiply(std::int64_t l, std::int64_t r) { return number(make<L>(l) * make<R>(r)); }
template <class L, class R> Number divide(std::int64_t l, std::int64_t r) { return number(make<L>(l) / make<R>(r)); }
template <class L> Number divide_int(std::int64_t l, std::int64_t r) { return number(make<L>(l) / int(r)); }
template <class L> Number divide_unsigned(std::int64_t l, std::int64_t r) { return number(make<L>(l) / unsigned(r)); }
template <class L> Number shift_left(std::int64_t l, std::int64_t r) { return number(make<L>(l) << int(r)); }
template <class L> Number shift_right(std::int64_t l, std::int64_t r) { return number(make<L>(l) >> int(r)); }
template <class L> Number negate(std::int64_t l, std::int64_t) { return number(-make<L>(l)); }
template <class L> Number to_int(std::int64_t l, std::int64_t) { return {true, 32, 32, make<L>(l).to_int()}; }

}  // namespace golden
