// What the routes that change a lesson or a node have in common: a body becomes details, or a merge patch of details
// (RFC 7396), what the path names is found at the revision that If-Match asks for, and the outcome becomes an answer.
// `Details` is library::LessonDetails or NodeDetails, `Store` the library's side of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "library/catalogue_checks.hpp"
#include "streamer/api/call.hpp"

namespace chalkline::streamer {

// A value, or the refusal.
template <class Value>
struct Wanted {
  Value value;
  std::optional<ManagedReply> fault;
};

// What a body must have at the least.
inline void require_fields(ObjectReader& object, const library::LessonDetails& /*details*/) { object.require("title"); }
inline void require_fields(ObjectReader& object, const library::NodeDetails& /*details*/) {
  object.require("kind");
  object.require("title");
}

// What a patch takes away falls back to this: a lesson's state stays as it is.
inline library::LessonDetails blank_like(const library::LessonDetails& details) {
  library::LessonDetails blank;
  blank.state = details.state;
  return blank;
}
inline library::NodeDetails blank_like(const library::NodeDetails& /*details*/) { return {}; }

// `base` with what `json` says; `id`, where given, takes the member of that name, which is not known otherwise.
template <class Details>
Wanted<Details> read_wanted(const Json& json, Details base, std::string* id = nullptr) {
  Wanted<Details> wanted{std::move(base), std::nullopt};
  Faults faults;
  ObjectReader object(json, "", faults);
  if (id != nullptr) object.text("id", *id);
  require_fields(object, wanted.value);
  read_details(object, wanted.value, faults);
  object.finish();
  if (faults.empty())
    if (const auto fault = library::fault_of(wanted.value)) faults.push_back({fault->field, fault->why});
  if (!faults.empty()) wanted.fault = refused(faults);
  return wanted;
}

// What the path names, not changed since the caller read it: 404, 412.
template <class Store>
auto unchanged(Store& store, const Call& call) {
  using Record = typename std::remove_cvref_t<decltype(store.find(std::string()))>::value_type;
  Wanted<Record> found;
  auto before = store.find(call.parameter(0));
  if (!before)
    found.fault = refused(before.error());
  else if (!matches(call, before->revision))
    found.fault = changed_since();
  else
    found.value = std::move(*before);
  return found;
}

// A body of one member that must be there, and nothing else: {"version": ...}, {"lessons": [...]}.
template <class Value>
Wanted<Value> read_member(const Call& call, std::string_view name,
                          void (ObjectReader::*read)(std::string_view, Value&)) {
  Wanted<Value> wanted;
  Body body(call);
  wanted.fault = std::move(body.fault);
  if (wanted.fault) return wanted;
  Faults faults;
  ObjectReader object(body.json, "", faults);
  (object.*read)(name, wanted.value);
  object.require(name);
  object.finish();
  if (!faults.empty()) wanted.fault = refused(faults);
  return wanted;
}

// 201 with where the new thing is: "/api/v1/lessons/<id>".
template <class Store, class Details>
ManagedReply create(Store& store, const Call& call, Details base, std::string_view folder, const auto& value_of) {
  const Body body(call);
  if (body.fault) return *body.fault;
  std::string id;
  const auto wanted = read_wanted(body.json, std::move(base), &id);
  if (wanted.fault) return *wanted.fault;
  const auto made = store.create(id, wanted.value, call.author());
  if (!made) return refused(made.error());
  ManagedReply reply = answer_with_revision(call, 201, value_of(*made), made->revision);
  reply.fields.emplace_back("Location", std::string(folder) + made->id);
  return reply;
}

// None: somebody else changed it first.
template <class Record>
ManagedReply answer_to_change(const Call& call, const Result<std::optional<Record>>& changed, const auto& value_of) {
  if (!changed) return refused(changed.error());
  if (!*changed) return changed_since();
  return answer_with_revision(call, 200, value_of(**changed), (*changed)->revision);
}

inline ManagedReply answer_to_removal(const Result<bool>& gone) {
  if (!gone) return refused(gone.error());
  return *gone ? nothing_to_say() : changed_since();
}

// A change by merge patch, from the body to the answer.
template <class Store>
ManagedReply patch(Store& store, const Call& call, const auto& value_of) {
  const Body body(call);
  if (body.fault) return *body.fault;
  const auto before = unchanged(store, call);
  if (before.fault) return *before.fault;
  if (!body.json.is_object()) return refused(Faults{{"", "must be an object"}});
  Json merged = editable_value(before.value.details);
  merged.merge_patch(body.json);
  const auto wanted = read_wanted(merged, blank_like(before.value.details));
  if (wanted.fault) return *wanted.fault;
  return answer_to_change(call, store.replace(before.value.id, wanted.value, before.value.revision, call.author()),
                          value_of);
}

}  // namespace chalkline::streamer
