extension EmulatorLibrary {
  /// A C++ program that loads a library by name, runs events from `in.bin` and prints what comes out,
  /// then the number of wrong arguments that were refused with `std::bad_any_cast`, and the stamp.
  ///
  /// Numbers are copied as raw bytes, so that the layout of both sets of types is checked, not their
  /// functions.
  var host: String {
    let declarations =
      inputCount > 0
      ? "static \(input) in[\(inputCount)];" : "static \(input) in_value; static auto* in = &in_value;"
    // A single array element is given as an array, as hosts do.
    let single = !output.hasPrefix("std::")
    return """
      #include <any>
      #include <array>
      #include <cstdint>
      #include <cstdio>
      #include <cstdlib>
      #include <cstring>
      #include <dlfcn.h>
      #include <fstream>
      #include <memory>
      #include <stdexcept>
      #include <string>
      #include <tuple>
      #include <type_traits>
      #include <utility>
      #if __has_include(<ap_fixed.h>)
      #include <ap_fixed.h>
      #include <ap_int.h>
      #else
      #include "winnow_ap_types.h"
      #endif

      namespace hls4mlEmulator {
      class Model {
       public:
        virtual void prepare_input(std::any input) = 0;
        virtual void predict() = 0;
        virtual void read_result(std::any result) = 0;
        virtual ~Model() = default;
      };
      }  // namespace hls4mlEmulator

      using hls4mlEmulator::Model;

      class Library {
        void* handle;
       public:
        explicit Library(const std::string& path) : handle(dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
          if (!handle) throw std::runtime_error(dlerror());
        }
        ~Library() { dlclose(handle); }
        std::shared_ptr<Model> model() {
          auto* create = reinterpret_cast<Model* (*)()>(dlsym(handle, "create_model"));
          auto* destroy = reinterpret_cast<void (*)(Model*)>(dlsym(handle, "destroy_model"));
          if (!create || !destroy) throw std::runtime_error("the library lacks its two functions");
          return std::shared_ptr<Model>(create(), destroy);
        }
        std::uint64_t stamp() { return reinterpret_cast<std::uint64_t (*)()>(dlsym(handle, "emulator_stamp"))(); }
      };

      // AMD's types and ours: signed by name.
      template <class T> struct is_signed_number;
      template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
      struct is_signed_number<ap_fixed<W, I, Q, O, N>> : std::true_type {};
      template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
      struct is_signed_number<ap_ufixed<W, I, Q, O, N>> : std::false_type {};
      template <int W> struct is_signed_number<ap_int<W>> : std::true_type {};
      template <int W> struct is_signed_number<ap_uint<W>> : std::false_type {};

      static std::ifstream words("in.bin", std::ios::binary);

      template <class T> void fill(T& number) {
        std::int64_t word = 0;
        words.read(reinterpret_cast<char*>(&word), sizeof word);
        std::memcpy(static_cast<void*>(&number), &word, sizeof number);
      }
      template <class T, std::size_t N> void fill(std::array<T, N>& numbers) { for (auto& n : numbers) fill(n); }
      template <class A, class B> void fill(std::pair<A, B>& numbers) { fill(numbers.first); fill(numbers.second); }

      template <class T> void show(const T& number) {
        std::int64_t word = 0;
        std::memcpy(&word, static_cast<const void*>(&number), sizeof number);
        const int unused = 64 - 8 * static_cast<int>(sizeof number);
        word = static_cast<std::int64_t>(static_cast<std::uint64_t>(word) << unused);
        word = is_signed_number<T>::value ? word >> unused
            : static_cast<std::int64_t>(static_cast<std::uint64_t>(word) >> unused);
        std::printf("%lld ", static_cast<long long>(word));
      }
      template <class T, std::size_t N> void show(const std::array<T, N>& numbers) { for (auto& n : numbers) show(n); }
      template <class A, class B> void show(const std::pair<A, B>& numbers) { show(numbers.first); show(numbers.second); }
      template <class... T> void show(const std::tuple<T...>& numbers) {
        std::apply([](const auto&... n) { (show(n), ...); }, numbers);
      }

      \(declarations)
      static \(output) out\(single ? "[\(outputCount)]" : "");

      static int refused(Model& model, std::any wrong, bool reading) {
        try {
          if (reading) model.read_result(wrong); else model.prepare_input(wrong);
        } catch (const std::bad_any_cast&) { return 1; }
        return 0;
      }

      int main(int, char** arguments) {
        Library library(arguments[1]);
        auto model = library.model();
        for (int event = 0; event < std::atoi(arguments[2]); ++event) {
          \(inputCount > 0 ? "for (auto& number : in) fill(number);" : "fill(in_value);")
          model->prepare_input(in);
          model->predict();
          model->read_result(\(single ? "out" : "&out"));
          \(single ? "for (auto& number : out) show(number);" : "show(out);")
          std::printf("\\n");
        }
        int count = 0;
      \(wrongInputs.map { "  { static \($0) value{}; count += refused(*model, &value, false); }" }.joined(separator: "\n"))
        static double real;
        count += refused(*model, &real, true);
        count += refused(*model, 3, false);
        std::printf("%d\\n%016llx\\n", count, static_cast<unsigned long long>(library.stamp()));
      }

      """
  }
}
