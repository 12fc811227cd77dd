// std::unique_ptr over a C library's object, released by its own function: std::unique_ptr<SSL, ReleasedBy<SSL_free>>.
#pragma once

#include <memory>

namespace chalkline::tests {

template <auto Fn>
struct ReleasedBy {
  template <class T>
  void operator()(T* p) const noexcept {
    Fn(p);
  }
};

}  // namespace chalkline::tests
