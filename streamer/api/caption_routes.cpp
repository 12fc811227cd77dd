// /api/v1/lessons/{lesson}/captions/{language}: a version is never changed, so captions make another one, whose
// pictures and sound are the old one's files. One at a time. While a recording is on its way they are kept until its
// version is there (library/late_captions.hpp). A job that improves the lesson goes on from the version with the new
// captions (library/lesson_records.hpp, point_at).
#include <algorithm>
#include <optional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "core/language_tag.hpp"
#include "core/rendition.hpp"
#include "manifests/webvtt_reader.hpp"
#include "publish/joined_captions.hpp"
#include "streamer/api/edits.hpp"
#include "streamer/api/lesson_replies.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

namespace fs = std::filesystem;

// The refusal to take captions away beside a transcode, which would bring its own.
std::optional<ManagedReply> refusal_beside_transcode(ApiParts& parts, const std::string& lesson) {
  for (const library::JobState state : {library::JobState::kRunning, library::JobState::kQueued}) {
    library::JobFilter filter;
    filter.state = state;
    filter.lesson_id = lesson;
    const auto jobs = parts.library.jobs->list(filter, std::nullopt, 1);
    if (!jobs) return refused(jobs.error());
    if (!jobs->jobs.empty() && jobs->jobs.front().kind == library::JobKind::kTranscode)
      return refused(409, "a recording of this lesson is being transcoded; change them when that job has ended");
  }
  return std::nullopt;
}

Result<std::string> made_version(ApiParts& parts, const std::string& version, const publish::CaptionChange& change) {
  CHALK_TRY_ASSIGN(const fs::path staged, parts.library.versions->staging_for(0));  // no job has this number
  // The old version's files have stood on this disk since they were hashed.
  auto made = publish::adopt_captioned(*parts.library.versions, version, std::span(&change, 1), staged,
                                       library::Files::kUnknown);
  std::error_code ignored;
  fs::remove_all(staged.parent_path(), ignored);
  return made;
}

bool has_captions(ApiParts& parts, const std::string& version, const std::string& language) {
  const auto indexed = parts.versions.find(version);
  if (!indexed) return false;
  const auto& renditions = (*indexed)->index.renditions;
  return std::any_of(renditions.begin(), renditions.end(), [&](const RenditionEntry& rendition) {
    return rendition.format.kind == MediaKind::kText && rendition.format.language == language;
  });
}

ManagedReply answer_as_it_is(ApiParts& parts, const Call& call, unsigned status) {
  const auto now = parts.library.records->find(call.parameter(0));
  if (!now) return refused(now.error());
  return answer_with_revision(call, status, whole_value(parts, *now), now->revision);
}

// A version more, with the captions or without them.
ManagedReply change_version(ApiParts& parts, const Call& call, const library::LessonRecord& before,
                            const publish::CaptionChange& change) {
  const auto version = made_version(parts, *before.version, change);
  if (!version) return refused(version.error());
  using Changed = Result<std::optional<library::LessonRecord>>;
  const Changed changed = *version == *before.version
                              ? Changed(before)
                              : parts.library.records->point_at(before.id, *version, before.revision, call.author());
  // Those that waited for a job that failed are outdone.
  if (changed && *changed)
    if (const auto outdone =
            parts.library.late_captions->forget(before.id, change.language, (*changed)->revision, call.author());
        outdone && *outdone == library::LateChange::kDone)
      return answer_as_it_is(parts, call, 200);
  return answer_to_change(call, changed,
                          [&parts](const library::LessonRecord& record) { return whole_value(parts, record); });
}

ManagedReply put_in(ApiParts& parts, const Call& call, const library::LessonRecord& before,
                    const publish::CaptionChange& change) {
  const auto kept = parts.library.late_captions->keep(before.id, change.language, std::string(call.request.body),
                                                      before.revision, call.author());
  if (!kept) return refused(kept.error());
  if (*kept == library::LateChange::kChanged) return changed_since();
  if (*kept == library::LateChange::kDone) return answer_as_it_is(parts, call, 202);
  if (!before.version) return refused(409, "the lesson has no version yet; add captions when it is ready");
  if (auto refusal = refusal_beside_transcode(parts, before.id)) return std::move(*refusal);  // it has just come
  return change_version(parts, call, before, change);
}

// What waits in the language and what its version has: afterwards there is neither.
ManagedReply take_away(ApiParts& parts, const Call& call, library::LessonRecord before,
                       const publish::CaptionChange& change) {
  const bool published = before.version && has_captions(parts, *before.version, change.language);
  const auto forgotten =
      parts.library.late_captions->forget(before.id, change.language, before.revision, call.author());
  if (!forgotten) return refused(forgotten.error());
  if (*forgotten == library::LateChange::kChanged) return changed_since();
  if (*forgotten == library::LateChange::kDone) {
    if (!published) return answer_as_it_is(parts, call, 200);
    auto now = parts.library.records->find(before.id);
    if (!now) return refused(now.error());
    if (!now->version || *now->version != *before.version) return answer_as_it_is(parts, call, 200);
    return change_version(parts, call, *now, change);
  }
  if (!before.version) return refused(409, "the lesson has no version yet; add captions when it is ready");
  if (auto refusal = refusal_beside_transcode(parts, before.id)) return std::move(*refusal);
  return change_version(parts, call, before, change);
}

ManagedReply change_captions(ApiParts& parts, const Call& call, std::vector<Cue> cues) {
  const std::string id = call.parameter(0);
  publish::CaptionChange change{call.parameter(1), std::move(cues)};
  if (change.language != "und" && language_tag(change.language) != change.language)
    return refused(404, "\"" + change.language + "\" is not a language tag; write one such as en, sw or pt-BR");
  const std::scoped_lock one_at_a_time(parts.captions);
  auto before = parts.library.records->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  return change.cues.empty() ? take_away(parts, call, std::move(*before), change)
                             : put_in(parts, call, *before, change);
}

}  // namespace

ManagedReply put_captions(ApiParts& parts, const Call& call) {
  auto cues = manifests::read_webvtt(call.request.body);
  if (!cues) return refused(422, cues.error().message);
  return change_captions(parts, call, std::move(*cues));
}

ManagedReply remove_captions(ApiParts& parts, const Call& call) { return change_captions(parts, call, {}); }

}  // namespace chalkline::streamer
