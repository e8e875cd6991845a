//===- Rational.h - Exact non-negative fractions ----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rates and energies of a package are given in decimal units and must not be
// rounded before they are used: 24 GB/s at 1.8 GHz is 40/3 bytes a cycle. Only
// the operations that the cost model needs are here, in 128-bit arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_RATIONAL_H
#define SCOPE_SEARCH_RATIONAL_H

#include <cassert>
#include <cstdint>
#include <limits>
#include <numeric>

namespace scope::search {

/// The largest time, size or energy the model computes with; sums of a few of
/// these do not overflow.
inline constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max() / 4;

/// A fraction `numerator / denominator` in lowest terms, not negative.
struct Rational {
  int64_t numerator = 0;
  int64_t denominator = 1;

  Rational() = default;
  Rational(int64_t n, int64_t d = 1) : numerator(n), denominator(d) {
    assert(n >= 0 && d > 0 && "not a non-negative fraction");
    if (int64_t g = std::gcd(n, d); g > 1) {
      numerator /= g;
      denominator /= g;
    }
  }

  bool isZero() const { return numerator == 0; }
  bool operator==(const Rational &other) const {
    return numerator == other.numerator && denominator == other.denominator;
  }
  bool operator<(const Rational &other) const {
    return static_cast<__int128>(numerator) * other.denominator <
           static_cast<__int128>(other.numerator) * denominator;
  }
};

/// Returns `value` clamped to kUnbounded.
inline int64_t saturate(__int128 value) {
  return value > kUnbounded ? kUnbounded : static_cast<int64_t>(value);
}

/// Returns ceil(amount / rate), saturated: the cycles that `amount` bytes take
/// at `rate` bytes a cycle. `rate` must not be zero unless `amount` is.
inline int64_t divideUp(int64_t amount, const Rational &rate) {
  if (amount == 0)
    return 0;
  assert(rate.numerator > 0 && "division by a rate of zero");
  // The usual case without the slow division of 128-bit numbers.
  int64_t product;
  if (!__builtin_mul_overflow(amount, rate.denominator, &product) &&
      product < kUnbounded && rate.numerator < kUnbounded)
    return static_cast<int64_t>(
        (static_cast<uint64_t>(product) + rate.numerator - 1) /
        static_cast<uint64_t>(rate.numerator));
  __int128 scaled = static_cast<__int128>(amount) * rate.denominator;
  return saturate((scaled + rate.numerator - 1) / rate.numerator);
}

/// Returns ceil(amount * factor), saturated.
inline int64_t multiplyUp(int64_t amount, const Rational &factor) {
  int64_t product;
  if (factor.denominator == 1 &&
      !__builtin_mul_overflow(amount, factor.numerator, &product) &&
      product <= kUnbounded)
    return product;
  __int128 scaled = static_cast<__int128>(amount) * factor.numerator;
  return saturate((scaled + factor.denominator - 1) / factor.denominator);
}

/// Returns the sum of two fractions.
inline Rational operator+(const Rational &a, const Rational &b) {
  int64_t g = std::gcd(a.denominator, b.denominator);
  return Rational(a.numerator * (b.denominator / g) +
                      b.numerator * (a.denominator / g),
                  a.denominator / g * b.denominator);
}

/// Returns `a` times the whole number `b`.
inline Rational operator*(const Rational &a, int64_t b) {
  int64_t g = std::gcd(b, a.denominator);
  return Rational(a.numerator * (b / g), a.denominator / g);
}

/// Returns ceil(a / b) for whole numbers.
inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace scope::search

#endif // SCOPE_SEARCH_RATIONAL_H
