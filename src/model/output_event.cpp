#include <skep/output_event.hpp>

#include <type_traits>
#include <utility>

namespace skep {

const ContentRef* content_of(const OutputEvent& event) noexcept {
  if (const auto* partial = std::get_if<Partial>(&event)) return &partial->chunk;
  if (const auto* artifact = std::get_if<Artifact>(&event)) return &artifact->content;
  if (const auto* final_event = std::get_if<Final>(&event)) return &final_event->content;
  return nullptr;
}

ContentRef* content_of(OutputEvent& event) noexcept {
  return const_cast<ContentRef*>(content_of(std::as_const(event)));
}

std::string_view type_of(const OutputEvent& event) noexcept {
  return std::visit(
      []<class Event>(const Event&) -> std::string_view {
        if constexpr (std::is_same_v<Event, Progress>) {
          return "progress";
        } else if constexpr (std::is_same_v<Event, Partial>) {
          return "partial";
        } else if constexpr (std::is_same_v<Event, Artifact>) {
          return "artifact";
        } else {
          static_assert(std::is_same_v<Event, Final>);
          return "final";
        }
      },
      event);
}

}  // namespace skep
