// Netstrings into SHA-256. A field is added at the end: old hashes in the log stay comparable only among themselves.
#include "library/catalogue_fingerprint.hpp"

#include "core/sha256.hpp"

namespace chalkline::library {

namespace {

class Fields {
 public:
  Fields& add(std::string_view value) {
    hash_.update(std::to_string(value.size()) + ":");
    hash_.update(value);
    hash_.update(",");
    return *this;
  }
  Fields& add(std::int64_t value) { return add(std::string_view(std::to_string(value))); }
  Fields& add(const std::vector<Translation>& texts) {
    add(static_cast<std::int64_t>(texts.size()));
    for (const Translation& text : texts) add(text.language).add(text.title).add(text.description);
    return *this;
  }
  std::string finish() { return hash_.finish_hex(); }

 private:
  Sha256 hash_;
};

}  // namespace

std::string fingerprint(const LessonRecord& lesson) {
  const LessonDetails& details = lesson.details;
  Fields fields;
  fields.add(lesson.id).add(details.title).add(details.description).add(details.language).add(details.course);
  fields.add(details.course_id).add(details.position).add(name(details.state)).add(details.licence);
  fields.add(static_cast<std::int64_t>(details.tags.size()));
  for (const std::string& tag : details.tags) fields.add(tag);
  fields.add(details.texts).add(static_cast<std::int64_t>(details.attachments.size()));
  for (const Attachment& one : details.attachments)
    fields.add(one.name).add(one.media_type).add(one.sha256).add(one.bytes);
  return fields.add(lesson.version.value_or("")).finish();
}

std::string fingerprint(const Node& node) {
  const NodeDetails& details = node.details;
  Fields fields;
  fields.add(node.id).add(name(details.kind)).add(details.parent).add(details.title).add(details.description);
  return fields.add(details.language).add(details.position).add(details.texts).finish();
}

}  // namespace chalkline::library
