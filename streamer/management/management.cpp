// By method and path; what the read side knows stays there.
#include "streamer/management/management.hpp"

#include <string>

#include "streamer/api/managed_route.hpp"
#include "streamer/api/route_table.hpp"
#include "streamer/http/target.hpp"
#include "streamer/management/visit_desk.hpp"

namespace chalkline::streamer {

static bool is_below(std::string_view path, std::string_view top) {
  return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

Management::Area Management::area_of(const RequestHead& head) const {
  std::string storage;
  const auto target = parse_target(head.target, storage);
  if (!target) return Area::kNone;
  if (uploads != nullptr && is_below(target->path, "/files")) return Area::kUploads;
  if (reports != nullptr && target->path == VisitDesk::kPath) return Area::kReports;
  if (api == nullptr) return Area::kNone;
  if (!is_managed_api(head.method, target->path, !target->query.empty(), head.authorization, head.cookie))
    return Area::kNone;
  // An address that neither side has is the read side's 404, in every version of HTTP.
  const bool reads = head.method == Method::kGet || head.method == Method::kHead;
  const bool known = !reads || match_route(target->path) || !match_api_route("GET", target->path).allowed.empty();
  return known ? Area::kApi : Area::kNone;
}

std::unique_ptr<Exchange> Management::open(Area area, Method method) const {
  if (area == Area::kUploads) return uploads->open();
  if (method == Method::kOptions) return exchange_for_options();
  return exchange_with(area == Area::kReports ? *reports : *api);
}

}  // namespace chalkline::streamer
