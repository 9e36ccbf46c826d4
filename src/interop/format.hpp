// What a format makes of the records of a run.
#pragma once

#include <skep/output_record.hpp>
#include <skep/run_id.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skep::interop {

/// The most links of a span.
inline constexpr std::size_t kMaxLinks = 1'000;

/// A parent that is there, and the run it lies in.
struct KnownParent {
  OutputRef ref;
  RunId run;
};

/// A record in its run. Its work began, at the earliest, with the last of its parents there, and
/// ended when it was emitted.
struct Placed {
  const OutputRecord& record;
  Timestamp begin;
  Timestamp end;
  std::vector<KnownParent> parents;    ///< Each once, `kMaxLinks` at most.
  std::size_t dropped_link_count = 0;  ///< Other parents, which were not looked up.
};

/// Ends a run: with what its last final output said, if there was one.
struct RunEnd {
  Timestamp begin;
  Timestamp end;
  std::optional<bool> ok;
};

/// Makes text of records that come run by run.
class Format {
 public:
  Format() = default;
  Format(const Format&) = delete;
  Format& operator=(const Format&) = delete;
  virtual ~Format() = default;

  virtual void begin_run(const RunId& run, Timestamp begin) = 0;
  virtual void add(const Placed& placed) = 0;
  virtual void end_run(const RunEnd& end) = 0;

  /// About how much `take` will give.
  [[nodiscard]] virtual std::size_t made_bytes() const noexcept = 0;

  /// What was made since the last call: whole lines.
  [[nodiscard]] virtual std::string take() = 0;
};

[[nodiscard]] std::unique_ptr<Format> make_openlineage_format();
[[nodiscard]] std::unique_ptr<Format> make_otlp_format(bool with_bodies);

}  // namespace skep::interop
