// Lets doctest print a Result<T>: the error's sentence where a check on it fails. Include after doctest.
#pragma once

#include <doctest/doctest.h>

#include "core/error.hpp"

namespace doctest {

template <class T>
struct StringMaker<chalkline::Result<T>> {
  static String convert(const chalkline::Result<T>& result) {
    return result ? String("a value") : String(result.error().to_sentence().c_str());
  }
};

}  // namespace doctest
