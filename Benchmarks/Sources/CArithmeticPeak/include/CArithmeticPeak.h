#ifndef C_ARITHMETIC_PEAK_H
#define C_ARITHMETIC_PEAK_H

/// Runs `rounds` rounds of independent float multiply-adds in registers, with vectors of 64, 32 or
/// 16 bytes; the machine must have AVX-512, AVX2 with FMA, or nothing special.
///
/// - Returns: additions and multiplications done.
double winnow_arithmetic_peak(int vector_bytes, long rounds);

#endif
