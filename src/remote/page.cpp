// Records are cut out of answers as text: a JSON library would change the spelling of their values.
#include "json/cursor.hpp"
#include "json/envelope.hpp"
#include "remote/answers.hpp"

#include <skep/json.hpp>

#include <cstdint>
#include <limits>
#include <utility>

namespace skep::remote {
namespace {

using json::Cursor;
using json::Envelope;

// What came was bounded on its way, and a store may hold more than this client would append.
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

constexpr auto kMaxSeq = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

template <class Step>
Result<void> for_each(Cursor& cursor, Step step) {
  if (auto opened = cursor.expect('[', "an array"); !opened) return opened;
  if (cursor.skip_if(']')) return {};
  for (;;) {
    const auto raw = cursor.read_raw();
    if (!raw) return std::unexpected(raw.error());
    if (auto done = step(*raw); !done) return done;
    if (cursor.skip_if(']')) return {};
    if (auto comma = cursor.expect(',', "',' or ']'"); !comma) return comma;
  }
}

// A row by its `id` and `seq`, if it has these at least; `reason` if it gives none itself.
Result<DamagedRecord> read_damaged(std::string_view text, std::string reason) {
  Cursor cursor(text);
  const auto envelope = Envelope::read(cursor, "damaged row", {"id", "seq", "reason"});
  if (!envelope) return std::unexpected(envelope.error());
  DamagedRecord damaged;
  auto id = envelope->string("id");
  if (!id) return std::unexpected(std::move(id.error()));
  damaged.id = std::move(*id);
  const auto seq = envelope->required("seq");
  if (!seq) return std::unexpected(seq.error());
  const auto number = seq->as_integer(kMaxSeq);
  if (!number) return std::unexpected(number.error());
  damaged.seq = static_cast<std::int64_t>(*number);
  auto told = envelope->nullable_string("reason");
  if (!told) return std::unexpected(std::move(told.error()));
  damaged.reason = *told ? std::move(**told) : std::move(reason);
  return damaged;
}

Result<void> read_record_into(Listing& listing, std::string_view text) {
  auto record = record_from_json(text, kNoLimit);
  if (record) {
    listing.records.push_back(std::move(*record));
    return {};
  }
  auto damaged = read_damaged(text, std::move(record.error().message));
  if (!damaged) return std::unexpected(std::move(damaged.error()));
  listing.damaged.push_back(std::move(*damaged));
  return {};
}

Result<Page> read_members(const Envelope& envelope) {
  Page page;
  const auto records = envelope.required("records");
  if (!records) return std::unexpected(records.error());
  Cursor record_cursor = records->cursor();
  auto read = for_each(record_cursor, [&page](std::string_view text) {
    return read_record_into(page.listing, text);
  });
  if (!read) return std::unexpected(std::move(read.error()));

  const auto damaged = envelope.required("damaged");
  if (!damaged) return std::unexpected(damaged.error());
  Cursor damaged_cursor = damaged->cursor();
  read = for_each(damaged_cursor, [&page](std::string_view text) -> Result<void> {
    auto row = read_damaged(text, "damaged");
    if (!row) return std::unexpected(std::move(row.error()));
    page.listing.damaged.push_back(std::move(*row));
    return {};
  });
  if (!read) return std::unexpected(std::move(read.error()));

  const auto next = envelope.nullable("next_after_seq");
  if (!next) return std::unexpected(next.error());
  if (*next) {
    const auto seq = (*next)->as_integer(kMaxSeq);
    if (!seq) return std::unexpected(seq.error());
    page.next_after_seq = static_cast<std::int64_t>(*seq);
  }
  return page;
}

}  // namespace

Result<OutputRecord> read_record(std::string_view text) {
  auto record = record_from_json(text, kNoLimit);
  if (record) return record;
  const auto damaged = read_damaged(text, record.error().message);
  if (!damaged) {
    return fail(ErrorKind::kInternal,
                "the server's answer makes no sense: " + record.error().message);
  }
  return fail(ErrorKind::kCorrupt, "record " + damaged->id + ": " + record.error().message);
}

Result<Page> read_page(std::string_view text) {
  Cursor cursor(text);
  const auto envelope = Envelope::read(cursor, "page", {"records", "damaged", "next_after_seq"});
  auto page = envelope ? read_members(*envelope) : std::unexpected(envelope.error());
  if (page) return page;
  return fail(ErrorKind::kInternal, "the server's answer makes no sense: " + page.error().message);
}

}  // namespace skep::remote
