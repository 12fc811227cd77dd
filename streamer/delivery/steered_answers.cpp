// Steering knows the mirrors; here it becomes answers.
#include "streamer/delivery/steered_answers.hpp"

#include <string>
#include <vector>

#include "manifests/steering.hpp"
#include "streamer/delivery/playlist_choice.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/access.hpp"
#include "streamer/http/answer.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

// RFC 9110 15.4.8: the same request there. Not kept: the mirror may not answer the next time.
Response redirect(Worker& worker, const RequestHead& head, const Steering::Mirror& mirror, std::string_view target) {
  ErrorAnswer answer;
  answer.status = 307;
  answer.detail = "it is nearer there";
  const std::string location = "Location: " + mirror.base() + std::string(target) + "\r\n";
  answer.extra_fields = location;
  answer.shared_fields = worker.services().cors_fields;
  return answer_with_error(head.method, answer);
}

// Whether the only token is in a field, which browsers (Fetch 4.4, "HTTP-redirect fetch") and curl send to no other
// origin than the one that they were told to send it to: the mirror would refuse.
bool token_stays_behind(Worker& worker, const RequestHead& head, const Asker& asker) {
  return worker.access().closed() && asker.token.empty() && !bearer_token(head.authorization).empty() &&
         query_value(query_of(head.target), "token").value_or("").empty();
}

}  // namespace

Asker asker_of(const RequestHead& head, const boost::asio::ip::address& learner) {
  Asker asker{learner, head.target, head.target, {}};
  // A mirror is not sent to a mirror, which may be itself.
  asker.stays = !head.cdn_loop.empty() || head.target.ends_with(Steering::kAgain);
  for (const std::string_view prefix : {Steering::kStay, Steering::kNear}) {
    if (!asker.target.starts_with(prefix)) continue;
    asker.rest.remove_prefix(prefix.size() - 1);
    asker.stays = asker.by_prefix = true;
  }
  asker.token = take_path_token(asker.rest);
  if (!asker.token.empty()) asker.by_prefix = true;
  return asker;
}

std::optional<Response> steer(Worker& worker, const RequestHead& head, const Asker& asker, RequestPlan& plan) {
  const Steering& steering = worker.services().steering;
  const RouteId route = plan.route->id;
  if (asker.stays || (route != RouteId::kLessonPlaylist && route != RouteId::kVersionFile)) return std::nullopt;
  const auto mirror = steering.mirror_for(asker.learner);
  if (mirror == nullptr) return std::nullopt;
  if (route == RouteId::kVersionFile)
    return steering.redirects() && asker.target.starts_with('/') && !token_stays_behind(worker, head, asker)
               ? std::optional(redirect(worker, head, *mirror, asker.target))
               : std::nullopt;
  const KeyParts parts = split_key(plan.key);
  PlaylistChoice choice = parse_playlist_choice(parts.query);
  if (choice.pathway.empty()) choice.pathway = mirror->pathway.id;
  plan.key = key_with_query(parts.path, canonical_query(choice), worker.key_storage());
  return std::nullopt;
}

Response steering_manifest(Worker& worker, const RequestHead& head, const Asker& asker) {
  const Steering& steering = worker.services().steering;
  const auto mirror = steering.mirror_for(asker.learner);
  const std::string id =
      mirror != nullptr ? mirror->pathway.id : query_value(query_of(head.target), "pathway").value_or("");
  std::vector<manifests::Pathway> pathways = steering.pathways(id);
  if (pathways.empty()) pathways = {{".", {}}};
  // Without what players add to it (RFC 8216bis 7.2): they would add it again.
  const std::string path(asker.target.substr(0, asker.target.find('?')));
  const std::string reload = id.empty() ? path : path + "?pathway=" + id;
  Response response = answer_with_text(head.method, "application/json",
                                       manifests::render_steering_manifest(steering.ttl_s(), reload, pathways));
  response.head += worker.services().cors_fields;
  return response;
}

}  // namespace chalkline::streamer
