#pragma once

#include <rapidcheck.h>

namespace skep::test {

// A number from 0, under `bound`. Without the full size RapidCheck gives few but the least.
inline int below(int bound) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, bound));
}

}  // namespace skep::test
