// Runs every generated conversion and arithmetic operation; called by make_golden.py.
//
//   golden SOURCES RESULTS ARITHMETIC_IN ARITHMETIC_OUT
//
// SOURCES: int64 words: number of lists, then for each list its length and its mantissas.
// RESULTS: int64 words: the result mantissas of all conversions, one after another.
// ARITHMETIC_IN: lines "operation left right"; ARITHMETIC_OUT: lines "signed width integer mantissa".
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "golden.hpp"
#include "tables.hpp"  // generated: conversion_tables, operations

static std::FILE* open(const char* path, const char* mode) {
  std::FILE* file = std::fopen(path, mode);
  if (!file) { std::perror(path); std::exit(1); }
  return file;
}

static std::int64_t word(std::FILE* file) {
  std::int64_t value;
  if (std::fread(&value, sizeof value, 1, file) != 1) { std::fputs("sources: too short\n", stderr); std::exit(1); }
  return value;
}

int main(int argc, char** argv) {
  if (argc != 5) { std::fputs("usage: golden SOURCES RESULTS ARITHMETIC_IN ARITHMETIC_OUT\n", stderr); return 2; }
  std::FILE* file = open(argv[1], "rb");
  std::vector<std::vector<std::int64_t>> sources(word(file));
  for (auto& list : sources) {
    list.resize(word(file));
    for (auto& value : list) value = word(file);
  }
  std::fclose(file);

  file = open(argv[2], "wb");
  std::vector<std::int64_t> result;
  for (const auto& table : conversion_tables)
    for (std::size_t i = 0; i < table.count; ++i) {
      const auto& list = sources.at(table.conversions[i].source);
      result.resize(list.size());
      table.conversions[i].function(list.data(), list.size(), result.data());
      std::fwrite(result.data(), sizeof(std::int64_t), result.size(), file);
    }
  std::fclose(file);

  std::FILE* in = open(argv[3], "r");
  std::FILE* out = open(argv[4], "w");
  int operation;
  long long left, right;
  while (std::fscanf(in, "%d %lld %lld", &operation, &left, &right) == 3) {
    const golden::Number y = operations[operation](left, right);
    std::fprintf(out, "%d %d %d %lld\n", int(y.is_signed), y.width, y.integer, static_cast<long long>(y.mantissa));
  }
  std::fclose(in);
  std::fclose(out);
}
