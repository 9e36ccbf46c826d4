#include "cli/claims_text.hpp"

#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/time_text.hpp"

namespace skep::cli {

boost::json::object json_of(const auth::Claims& claims) {
  boost::json::object json{{"jti", claims.id}, {"scope", claims.scopes.to_string()}};
  if (!claims.subject.empty()) json["sub"] = claims.subject;
  if (claims.task_id) json["task_id"] = *claims.task_id;
  if (claims.attempt) json["attempt"] = *claims.attempt;
  if (claims.producer_agent) json["producer_agent"] = *claims.producer_agent;
  json["iat"] = claims.issued_at.time_since_epoch().count();
  if (claims.expires_at) json["exp"] = claims.expires_at->time_since_epoch().count();
  return json;
}

void print_claim(Output& out, std::string name, std::string_view value) {
  name.resize(10, ' ');
  out.line(dim(name) + one_line(value));
}

void print_claims(Output& out, const auth::Claims& claims) {
  print_claim(out, "id", claims.id);
  if (!claims.subject.empty()) print_claim(out, "subject", claims.subject);
  print_claim(out, "scope", claims.scopes.to_string());
  if (claims.task_id) print_claim(out, "task", *claims.task_id);
  if (claims.attempt) print_claim(out, "attempt", std::to_string(*claims.attempt));
  if (claims.producer_agent) print_claim(out, "agent", *claims.producer_agent);
  print_claim(out, "issued", time_text(claims.issued_at));
  print_claim(out, "expires", claims.expires_at ? time_text(*claims.expires_at) : "never");
}

}  // namespace skep::cli
