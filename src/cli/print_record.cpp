#include "cli/print_record.hpp"

#include "cli/body.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/time_text.hpp"

#include <skep/json.hpp>

#include <unistd.h>

#include <chrono>
#include <variant>

namespace skep::cli {
namespace {

std::string type_text(const OutputEvent& event) {
  std::string text(type_of(event));
  if (const auto* artifact = std::get_if<Artifact>(&event)) text += " " + artifact->name;
  if (const auto* final = std::get_if<Final>(&event)) text += final->ok ? ", ok" : ", not ok";
  return text;
}

void print_field(Output& out, const std::string& name, std::string_view value) {
  std::string label = name;
  label.resize(9, ' ');
  out.line(dim(label) + one_line(value));
}

void print_readable(Output& out, const OutputRecord& record) {
  print_field(out, "ref", record.id.str());
  print_field(out, "task", record.task_id);
  print_field(out, "attempt", std::to_string(record.attempt));
  print_field(out, "agent", record.producer_agent);
  print_field(out, "type", type_text(record.event));
  for (const auto& parent : record.parent_refs) print_field(out, "parent", parent.str());
  if (record.created_at)
    print_field(out, "time",
                time_text(std::chrono::floor<std::chrono::seconds>(*record.created_at)));
  out.line("");
  if (const auto* progress = std::get_if<Progress>(&record.event)) {
    out.line(one_line(progress->stage));
    if (progress->note) out.line(many_lines(*progress->note));
  } else if (const auto body = body_of(record.event)) {
    const std::string text = many_lines(*body);
    out.write(text);
    if (!text.ends_with('\n')) out.write("\n");
  } else {
    // Its bytes are for "--body".
    out.line(one_line(describe(std::get<FileRef>(*content_of(record.event)))));
  }
}

// `last` where it ends.
void write_part(Output& out, std::string_view bytes, bool last) {
  if (!is_terminal(STDOUT_FILENO)) return out.write(bytes);
  const std::string text = many_lines(bytes);
  out.write(text);
  if (last && !text.ends_with('\n')) out.write("\n");
}

Status print_blob(Output& out, BlockingStore& store, const OutputRecord& record) {
  const auto blob = store.open_blob(record.id);
  if (!blob) return failed(blob.error());
  const std::uint64_t size = (*blob)->info().size_bytes;
  for (std::uint64_t offset = 0; offset < size && out.ok();) {
    const auto bytes = BlockingStore::read_blob(**blob, offset);
    if (!bytes) return failed(bytes.error());
    offset += bytes->size();
    write_part(out, *bytes, offset == size);
  }
  return {};
}

Status print_body(Output& out, BlockingStore& store, const OutputRecord& record) {
  const auto body = body_of(record.event);
  if (!body) return print_blob(out, store, record);
  write_part(out, *body, true);
  return {};
}

}  // namespace

Status print_record(Session& session, BlockingStore& store, const OutputRecord& record,
                    bool body_only) {
  if (session.json) {
    session.out.line(to_json(record));
    return {};
  }
  if (body_only) return print_body(session.out, store, record);
  print_readable(session.out, record);
  return {};
}

}  // namespace skep::cli
