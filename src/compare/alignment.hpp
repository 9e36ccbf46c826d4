// Which outputs of two runs stand for each other.
#pragma once

#include "compare/run_index.hpp"
#include "store/stop_flag.hpp"

#include <skep/compare.hpp>

#include <vector>

namespace skep::compare {

/// Sets all of `diff` but its runs and its lines. Leaves something out once `stop` is set.
void align(RunDiff& diff, const std::vector<IndexedOutput>& left,
           const std::vector<IndexedOutput>& right, const Names& names, const StopFlag& stop);

}  // namespace skep::compare
