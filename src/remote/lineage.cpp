#include "json/timestamp.hpp"
#include "remote/answers.hpp"
#include "remote/members.hpp"

#include <skep/json.hpp>

#include <boost/json/parse.hpp>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

namespace skep::remote {
namespace {

LineageState read_state(std::string_view name) {
  for (const auto state :
       {LineageState::kPresent, LineageState::kMissing, LineageState::kDamaged}) {
    if (to_string(state) == name) return state;
  }
  throw std::runtime_error("there is no state \"" + std::string(name) + '"');
}

LineageNode read_node(const boost::json::object& object) {
  LineageNode node;
  node.id = OutputRef(string_at(object, "id"));
  node.depth = size_at(object, "depth");
  node.state = read_state(string_at(object, "state"));
  node.is_cut = object.at("is_cut").as_bool();
  if (node.state == LineageState::kMissing) return node;
  node.task_id = string_at(object, "task_id");
  node.attempt = object.at("attempt").to_number<std::uint32_t>();
  node.producer_agent = string_at(object, "producer_agent");
  node.type = string_at(object, "type");
  node.seq = object.at("seq").to_number<std::int64_t>();
  if (!object.at("created_at").is_null()) {
    node.created_at = skep::json::parse_timestamp(string_at(object, "created_at"));
  }
  return node;
}

Lineage read(const boost::json::object& object) {
  Lineage lineage;
  const bool is_up = string_at(object, "direction") == "ancestors";
  lineage.direction = is_up ? LineageDirection::kAncestors : LineageDirection::kDescendants;
  std::unordered_map<std::string, std::uint32_t> positions;
  for (const boost::json::value& node : object.at("nodes").as_array()) {
    lineage.nodes.push_back(read_node(node.as_object()));
    const auto position = static_cast<std::uint32_t>(positions.size());
    positions.emplace(lineage.nodes.back().id.str(), position);
  }
  if (lineage.nodes.empty()) throw std::runtime_error("a lineage without its root");
  for (const boost::json::value& item : object.at("edges").as_array()) {
    const boost::json::object& edge = item.as_object();
    lineage.edges.push_back(
        {positions.at(string_at(edge, "child")), positions.at(string_at(edge, "parent"))});
  }
  lineage.cut_by_depth = object.at("cut_by_depth").as_bool();
  lineage.cut_by_count = object.at("cut_by_count").as_bool();
  return lineage;
}

}  // namespace

Result<Lineage> read_lineage(std::string_view text) try {
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()));
  return read(value.as_object());
} catch (const std::exception& exception) {
  return fail(ErrorKind::kInternal,
              std::string("the server's answer makes no sense: ") + exception.what());
}

}  // namespace skep::remote
