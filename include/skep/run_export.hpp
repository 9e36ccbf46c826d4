// Runs as other tools read them.
#pragma once

#include <skep/output_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep {

/// docs/interop.md says how a run is mapped. Each is text in lines.
enum class ExportFormat : std::uint8_t {
  kNdjson,       ///< Whole records, which `skep import` reads: a record a line.
  kOpenLineage,  ///< Run events of OpenLineage 2-0-2: an event a line.
  kOtlp,  ///< OpenTelemetry spans by the GenAI conventions 1.41: OTLP/JSON, a request a line.
};

/// "ndjson", "openlineage" or "otlp".
[[nodiscard]] std::optional<ExportFormat> export_format_from(std::string_view name) noexcept;

struct ExportOptions {
  ExportFormat format = ExportFormat::kNdjson;
  std::optional<std::string> task_id;    ///< This task only; unset: the whole store.
  std::optional<std::uint32_t> attempt;  ///< And this attempt only; needs `task_id`.
  /// OTLP: with bodies, each up to `kMaxExportedBodyBytes`. NDJSON always has them whole.
  bool with_bodies = false;
  /// OTLP: links to parents in other runs too, each of which is looked up.
  bool links_other_runs = true;

  ExportOptions() = default;
  explicit ExportOptions(ExportFormat wanted) : format(wanted) {}
};

/// A longer body is cut within a span, and `skep.body_truncated` says so.
inline constexpr std::size_t kMaxExportedBodyBytes = std::size_t{64} << 10U;

/// An export that is read piece by piece, whole lines each. It holds a page of records at a time.
/// NDJSON comes in `seq` order, the others run by run. What is committed meanwhile may be in it.
/// Not thread-safe. The store must outlive it.
class RunExport {
 public:
  RunExport(OutputStore& store, ExportOptions options);
  RunExport(RunExport&& other) noexcept;
  RunExport& operator=(RunExport&& other) noexcept;
  ~RunExport();

  /// The next piece, which may be empty; nothing at the end, and after an error. It ends with the
  /// record that brings it to 1 MiB; the timeout is that of the piece as a whole.
  /// Errors: `kNotFound` if the task or the run that was asked for has no outputs;
  /// `kInvalidArgument` for an attempt without a task; those of `runs`, `list` and `ancestors`.
  [[nodiscard]] Awaitable<std::optional<std::string>> next(CallOptions options = {});

  /// How many records were written.
  [[nodiscard]] std::uint64_t record_count() const noexcept;

  /// The damaged rows that were met since the last call, which were left out.
  [[nodiscard]] std::vector<DamagedRecord> take_damaged();

 private:
  class Reader;

  std::unique_ptr<Reader> reader_;
};

}  // namespace skep
