// The fixture of the conformance suite: an empty store of each back end.
#pragma once

#include "support/backend.hpp"
#include "support/expect.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

#include <skep/output_store.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace skep::test {

class StoreTest : public testing::TestWithParam<Backend> {
 protected:
  StoreTest() { open(); }

  [[nodiscard]] OutputStore& store() noexcept { return *store_; }

  /// Destroys the store and opens it again.
  void open(std::size_t max_body_bytes = kDefaultMaxBodyBytes);

  /// Another store on the same data; for durable back ends.
  [[nodiscard]] std::unique_ptr<OutputStore> open_another() const;

  /// These expect success.
  OutputRef append(AppendRequest request);
  OutputRecord get(const OutputRef& ref);

  /// All records that match, read in pages of `query.limit`; each page is checked on the way.
  std::vector<OutputRecord> walk(ListQuery query);
  std::vector<OutputRecord> all();

 private:
  TempDir directory_;
  std::unique_ptr<OutputStore> store_;
};

[[nodiscard]] std::vector<std::string> ids_of(const std::vector<OutputRecord>& records);

}  // namespace skep::test

/// Runs the TEST_P cases of `fixture` on each of `generator`.
#define SKEP_INSTANTIATE(fixture, generator)                             \
  INSTANTIATE_TEST_SUITE_P(Store, fixture, testing::ValuesIn(generator), \
                           [](const auto& test) { return test.param.name; })
