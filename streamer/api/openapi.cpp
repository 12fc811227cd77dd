// One operation a row. What every route may answer besides its success follows from the row: 401 and 403 where it wants
// a role, 412 and 428 where it wants If-Match, 415 and 422 where it takes a body.
#include "streamer/api/openapi.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

struct QueryWord {
  std::string_view name;
  std::string_view about;
  std::string_view schema;
};

constexpr std::array kQueryWords = {
    QueryWord{"limit", "How many at most", R"({"type": "integer", "minimum": 1, "maximum": 200, "default": 50})"},
    QueryWord{"cursor", "Where the page begins: the next of the page before", R"({"type": "string"})"},
    QueryWord{"state", "Only those in this state", R"({"type": "string"})"},
    QueryWord{"course", "Only those of this course, by its id", R"({"type": "string"})"},
    QueryWord{"tag", "Only those with this tag", R"({"type": "string"})"},
    QueryWord{"language", "Only those in this language", R"({"type": "string"})"},
    QueryWord{"q", "Words; each must be there, or begin one that is", R"({"type": "string"})"},
    QueryWord{"kind", "Only nodes of this kind",
              R"({"type": "string", "enum": ["country", "grade", "subject", "course"]})"},
    QueryWord{"parent", "Only nodes below this one; - for those at the top", R"({"type": "string"})"},
    QueryWord{"lesson", "Only those of this lesson", R"({"type": "string"})"},
    QueryWord{"offset", "Where the lines stand in the mirror's file of that day",
              R"({"type": "integer", "minimum": 0})"},
    QueryWord{"format", "How it is written", R"({"type": "string", "enum": ["json", "csv"], "default": "json"})"},
};

Json parameter(std::string_view name, std::string_view in, bool required, std::string_view about, Json schema) {
  Json json;
  json["name"] = name;
  json["in"] = in;
  if (required) json["required"] = true;
  json["description"] = about;
  json["schema"] = std::move(schema);
  return json;
}

Json parameters_of(const ApiRoute& route) {
  Json list = Json::array();
  for (std::string_view rest = route.path; !rest.empty();) {
    const std::string_view segment = rest.substr(0, rest.find('/', 1));
    rest.remove_prefix(segment.size());
    if (!segment.starts_with("/{")) continue;
    const std::string_view name = segment.substr(2, segment.size() - 3);
    list.push_back(parameter(name, "path", true,
                             name == "language" ? std::string("A BCP 47 tag")
                             : name == "day"    ? std::string("A day of UTC, 2026-11-26")
                                                : fmt::format("The id of the {}", name),
                             {{"type", "string"}}));
  }
  for (const QueryWord& word : kQueryWords) {
    const std::string list_of_names = "," + std::string(route.query) + ",";
    if (list_of_names.find("," + std::string(word.name) + ",") == std::string::npos) continue;
    list.push_back(
        parameter(word.name, "query", word.name == "q" || word.name == "offset", word.about, Json::parse(word.schema)));
  }
  if (route.guard == Guard::kIfMatch)
    list.push_back(
        parameter("If-Match", "header", true, "The ETag of the state that is changed", {{"type", "string"}}));
  if (route.replay != Replay::kNone)
    list.push_back(parameter("Idempotency-Key", "header", false,
                             "A text of the client's own: sent again within a day with the same request, it gets the "
                             "same answer and changes nothing more",
                             {{"type", "string"}, {"maxLength", 200}}));
  return list;
}

Json reference(std::string_view schema) { return {{"$ref", fmt::format("#/components/schemas/{}", schema)}}; }

Json content_of(std::string_view schema) {
  Json json;
  if (schema == "Captions") {
    json["text/vtt"]["schema"] = reference(schema);
    return json;
  }
  if (schema == "VisitLines") {
    json["application/x-ndjson"]["schema"] = reference(schema);
    return json;
  }
  if (schema == "Events") {
    json["text/event-stream"]["schema"] = reference(schema);
    return json;
  }
  json["application/json"]["schema"] = reference(schema);
  if (schema == "Exchange") json["text/csv"]["schema"] = {{"type", "string"}};
  if (schema.ends_with("Patch")) json["application/merge-patch+json"]["schema"] = reference(schema);
  return json;
}

Json refusal(std::string_view about) {
  Json json;
  json["description"] = about;
  json["content"]["application/problem+json"]["schema"] = reference("Problem");
  return json;
}

bool has_revision(const ApiRoute& route) {
  return route.reply == "Lesson" || route.reply == "Node" || route.reply == "VersionList" ||
         route.reply == "LessonList";
}

Json responses_of(const ApiRoute& route) {
  Json json;
  Json& success = json[std::to_string(route.status)];
  success["description"] = route.reply.empty() ? "Done" : fmt::format("{}", route.summary);
  if (has_revision(route)) {
    success["headers"]["ETag"]["description"] = "The state, for If-Match and If-None-Match";
    success["headers"]["ETag"]["schema"]["type"] = "string";
  }
  if (!route.reply.empty()) success["content"] = content_of(route.reply);
  if (route.other.status != 0) {
    Json other;  // an object keeps its order in a vector: what is added moves `success`
    other["description"] = route.other.about;
    if (has_revision(route)) other["headers"] = success["headers"];
    other["content"] = content_of(route.reply);
    json[std::to_string(route.other.status)] = std::move(other);
  }
  if (has_revision(route) && route.method == "GET") json["304"]["description"] = "It is as If-None-Match has it";
  json["400"] = refusal("The request is badly written");
  if (route.role) {
    json["401"] = refusal("There is no token, or none that is good");
    json["403"] = refusal("The token's role is too low");
  }
  json["404"] = refusal("There is no such thing");
  if (route.method != "GET") json["409"] = refusal("Something is in the way");
  if (route.guard == Guard::kIfMatch) json["412"] = refusal("Somebody changed it since it was read");
  if (!route.body.empty()) {
    json["415"] = refusal("The body is of another type");
    json["422"] = refusal("The body cannot be what it says; errors name the fields");
  }
  if (route.guard == Guard::kIfMatch) json["428"] = refusal("If-Match is missing");
  if (route.id == "signIn") {
    Json& cookie = json[std::to_string(route.status)]["headers"]["Set-Cookie"];
    cookie["description"] = "The session: HttpOnly, SameSite=Strict, and Secure under TLS";
    cookie["schema"]["type"] = "string";
    json["401"] = refusal("There is no such user, or the password is another");
    json["429"] = refusal("Too many wrong passwords; Retry-After says how long to wait");
  }
  json["503"] = refusal("The server is busy; try again");
  return json;
}

Json operation_of(const ApiRoute& route) {
  Json json;
  json["operationId"] = route.id;
  json["summary"] = route.summary;
  json["tags"] = Json::array({std::string(route.path.substr(8, route.path.find_first_of("/.", 8) - 8))});
  json["security"] = Json::array();
  if (route.role) {
    json["security"].push_back({{"token", Json::array()}});
    json["security"].push_back({{"session", Json::array()}});
    json["x-role"] = library::name(*route.role);
  } else {
    json["security"].push_back(Json::object());
    json["security"].push_back({{"token", Json::array()}});
    json["security"].push_back({{"session", Json::array()}});
  }
  if (Json parameters = parameters_of(route); !parameters.empty()) json["parameters"] = std::move(parameters);
  if (!route.body.empty()) {
    json["requestBody"]["required"] = true;
    json["requestBody"]["content"] = content_of(route.body);
  }
  json["responses"] = responses_of(route);
  return json;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return made;
}

std::string made_document() {
  Json json;
  json["openapi"] = "3.1.0";
  json["info"]["title"] = "Chalkline";
  json["info"]["version"] = "1";
  json["info"]["summary"] = "Lessons, their curriculum, their jobs";
  json["info"]["description"] =
      "Times are Unix milliseconds, sizes bytes, rates bit/s. Errors are RFC 9457. What is read has an ETag; what is "
      "changed wants it back in If-Match. Roles are reader, editor, operator and admin, and each may do what those "
      "before it may; x-role says which one an operation wants. A token of the role mirror may report what a mirror "
      "reports, and nothing else.";
  json["info"]["license"] = {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}};
  json["servers"] = Json::array({Json{{"url", "/"}}});
  json["paths"] = Json::object();
  for (const ApiRoute& route : api_routes())
    json["paths"][std::string(route.path)][lower(route.method)] = operation_of(route);
  json["components"]["schemas"] = Json::parse(openapi_schemas());
  json["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
  json["components"]["securitySchemes"]["session"] = {
      {"type", "apiKey"},
      {"in", "cookie"},
      {"name", "chalkline"},
      {"description",
       "Made by signIn; __Host-chalkline under TLS. Whatever changes something sends X-CSRF-Token with it: the "
       "session's csrf"}};
  return text_of(json);
}

}  // namespace

const std::string& openapi_document() {
  static const std::string document = made_document();
  return document;
}

ManagedReply show_openapi(ApiParts& /*parts*/, const Call& /*call*/) {
  ManagedReply reply;
  reply.body = openapi_document();
  return reply;
}

}  // namespace chalkline::streamer
