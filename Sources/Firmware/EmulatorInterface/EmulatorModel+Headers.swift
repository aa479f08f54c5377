extension EmulatorModel {
  /// `winnow_emulator.h`: the interface, and how mantissas get in and out of either set of types.
  static let interfaceHeader = """
    // The CMS emulator interface, and mantissas of ap_fixed numbers. C++17.
    #ifndef WINNOW_EMULATOR_H
    #define WINNOW_EMULATOR_H
    #include <any>
    #include <cstdint>
    #include <stdexcept>
    #include <type_traits>

    // AMD's types when they are on the include path, ours of the same name and layout otherwise.
    #if __has_include(<ap_fixed.h>) && __has_include(<ap_int.h>)
    #include <ap_fixed.h>
    #include <ap_int.h>
    #define WINNOW_AMD_TYPES 1
    #else
    #include "winnow_ap_types.h"
    #define WINNOW_AMD_TYPES 0
    #endif

    #if __has_include(<hls4ml/emulator.h>)
    #include <hls4ml/emulator.h>
    #else
    namespace hls4mlEmulator {
    /// The order of the members is the interface: libraries are loaded without this header.
    class Model {
     public:
      virtual void prepare_input(std::any input) = 0;
      virtual void predict() = 0;
      virtual void read_result(std::any result) = 0;
      virtual ~Model() = default;
    };
    }  // namespace hls4mlEmulator
    #endif

    namespace winnow {

    /// The pointer in an any; std::bad_any_cast when it points to any other type.
    template <class T>
    T* pointer(const std::any& value) {
      T* found = std::any_cast<T*>(value);
      if (!found) throw std::invalid_argument("the emulator was given a null pointer");
      return found;
    }

    /// The low bits of a word as a number of a width.
    inline std::int64_t fitted(std::uint64_t word, int width, bool is_signed) {
      if (width <= 0) return 0;
      if (width >= 64) return static_cast<std::int64_t>(word);
      word &= (std::uint64_t{1} << width) - 1;
      if (is_signed && (word >> (width - 1)) != 0) word |= ~std::uint64_t{0} << width;
      return static_cast<std::int64_t>(word);
    }

    template <class T>
    struct bits;
    template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
    struct bits<ap_fixed<W, I, Q, O, N>> { static constexpr int width = W; static constexpr bool is_signed = true; };
    template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
    struct bits<ap_ufixed<W, I, Q, O, N>> { static constexpr int width = W; static constexpr bool is_signed = false; };
    template <int W>
    struct bits<ap_int<W>> { static constexpr int width = W; static constexpr bool is_signed = true; };
    template <int W>
    struct bits<ap_uint<W>> { static constexpr int width = W; static constexpr bool is_signed = false; };

    template <class T>
    std::int64_t mantissa(const T& number) {
    #if WINNOW_AMD_TYPES
      constexpr int width = bits<T>::width;
      return fitted(number.range(width - 1, 0).to_uint64(), width, bits<T>::is_signed);
    #else
      return static_cast<std::int64_t>(number.V);
    #endif
    }

    template <class T>
    void set_mantissa(T& number, std::int64_t value) {
      constexpr int width = bits<T>::width;
    #if WINNOW_AMD_TYPES
      number.range(width - 1, 0) = ap_uint<width>(static_cast<unsigned long long>(value));
    #else
      number.V = static_cast<decltype(number.V)>(
          fitted(static_cast<std::uint64_t>(value), width, bits<T>::is_signed));
    #endif
    }

    /// The type of one element of a port whose elements differ.
    struct element_type {
      int width;
      bool is_signed;
      /// Bits of the port's mantissa below this element's step.
      int dropped;
      ap_q_mode rounding;
      ap_o_mode overflow;
    };

    /// A port's mantissa converted to an element's type; still counted in the port's step.
    inline std::int64_t converted(std::int64_t mantissa, const element_type& type) {
      using wide = __int128;
      if (type.width <= 0 || type.dropped > 64) return 0;
      const wide step = wide{1} << type.dropped;
      wide value = wide{mantissa} >> type.dropped;
      const wide rest = mantissa - value * step;
      const bool above = 2 * rest > step, tie = 2 * rest == step;
      switch (type.rounding) {
        case AP_RND: value += above || tie; break;
        case AP_RND_ZERO: value += above || (tie && mantissa < 0); break;
        case AP_RND_MIN_INF: value += above; break;
        case AP_RND_INF: value += above || (tie && mantissa >= 0); break;
        case AP_RND_CONV: value += above || (tie && (value & 1) != 0); break;
        case AP_TRN_ZERO: value += mantissa < 0 && rest != 0; break;
        default: break;
      }
      const wide high = (wide{1} << (type.is_signed ? type.width - 1 : type.width)) - 1;
      const wide low = !type.is_signed ? 0 : type.overflow == AP_SAT_SYM ? -high : -high - 1;
      if (value < low || value > high) {
        switch (type.overflow) {
          case AP_SAT: case AP_SAT_SYM: value = value < low ? low : high; break;
          case AP_SAT_ZERO: value = 0; break;
          default: value = fitted(static_cast<std::uint64_t>(value), type.width, type.is_signed);
        }
      }
      return static_cast<std::int64_t>(value * step);
    }

    }  // namespace winnow
    #endif

    """

  /// `winnow_ap_types.h`: names and layout of AMD's types, without their arithmetic.
  ///
  /// No member functions: a host program may bring AMD's own under the same mangled names.
  static let typesHeader = """
    // Fixed-point numbers with the mangled names and the layout of AMD's ap_types, up to 64 bits:
    // the mantissa, sign-extended, in the smallest native integer. No arithmetic. C++17.
    #ifndef WINNOW_AP_TYPES_H
    #define WINNOW_AP_TYPES_H
    #include <cstdint>
    #include <type_traits>

    enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
    enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP, AP_WRAP_SM };

    namespace winnow {
    template <int W>
    using signed_storage = std::conditional_t<W <= 8, std::int8_t,
        std::conditional_t<W <= 16, std::int16_t, std::conditional_t<W <= 32, std::int32_t, std::int64_t>>>;
    template <int W>
    using unsigned_storage = std::make_unsigned_t<signed_storage<W>>;
    }  // namespace winnow

    template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
    struct ap_fixed {
      static_assert(W >= 1 && W <= 64, "1 to 64 bits");
      winnow::signed_storage<W> V;
    };

    template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
    struct ap_ufixed {
      static_assert(W >= 1 && W <= 64, "1 to 64 bits");
      winnow::unsigned_storage<W> V;
    };

    template <int W>
    struct ap_int {
      static_assert(W >= 1 && W <= 64, "1 to 64 bits");
      winnow::signed_storage<W> V;
    };

    template <int W>
    struct ap_uint {
      static_assert(W >= 1 && W <= 64, "1 to 64 bits");
      winnow::unsigned_storage<W> V;
    };
    #endif

    """

  /// Builds the library; AMD's headers are taken from `AP_TYPES`, or from an installed Vitis HLS.
  static func makefile(_ name: String) -> String {
    """
    # make                      \(name).so, with AMD's ap_types if XILINX_HLS is set, ours otherwise
    # make AP_TYPES=FOLDER      with the ap_fixed.h and ap_int.h in that folder
    # make EMULATOR=FOLDER      with hls4ml/emulator.h below that folder
    CXX ?= g++
    CXXFLAGS ?= -O2
    AP_TYPES ?= $(if $(XILINX_HLS),$(XILINX_HLS)/include)
    EMULATOR ?=

    \(name).so: \(name)_model.cpp \(name).h winnow_emulator.h winnow_ap_types.h
    \t$(CXX) -std=c++17 $(CXXFLAGS) -fPIC -shared -fvisibility=hidden \\
    \t  $(if $(AP_TYPES),-isystem $(AP_TYPES)) $(if $(EMULATOR),-isystem $(EMULATOR)) -o $@ $<

    """
  }
}
