// /api/v1/lessons/{lesson}/captions/{language}: a version is never changed, so captions make another one, whose
// pictures and sound are the old one's files. One at a time. While a recording is on its way they are kept until its
// version is there (library/late_captions.hpp). A job that improves the lesson goes on from the version with the new
// captions (library/lesson_records.hpp, point_at).
#include "core/language_tag.hpp"
#include "core/log.hpp"
#include "core/rendition.hpp"
#include "manifests/webvtt_reader.hpp"
#include "publish/captioned_version.hpp"
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
  CHALK_TRY_ASSIGN(const auto indexed, parts.versions.find(version));
  CHALK_TRY_ASSIGN(const fs::path staged, parts.library.versions->staging_for(0));  // no job has this number
  const auto place = [&](const std::string& path, const fs::path& to) {
    return parts.library.versions->place(version, path, to);
  };
  auto made = publish::make_captioned_version(indexed->index, std::span(&change, 1), staged, place);
  // The old version's files have stood on this disk since they were hashed.
  constexpr library::Files kOld = library::Files::kUnknown;
  const auto adopted = made ? parts.library.versions->adopt(staged, made->id, kOld) : Result<void>(made.error());
  std::error_code ignored;
  fs::remove_all(staged.parent_path(), ignored);
  if (!adopted) return adopted.error();
  return std::move(made->id);
}

// Beside a transcode what comes waits for its version; or what waited is forgotten. False: there was nothing of that.
Result<bool> change_waiting(ApiParts& parts, const Call& call, const std::string& language, bool come) {
  library::LateCaptions& late = *parts.library.late_captions;
  const std::string lesson = call.parameter(0);
  return come ? late.keep(lesson, language, std::string(call.request.body)) : late.forget(lesson, language);
}

ManagedReply change_captions(ApiParts& parts, const Call& call, std::vector<Cue> cues) {
  const std::string id = call.parameter(0);
  const std::string language = call.parameter(1);
  if (language != "und" && language_tag(language) != language)
    return refused(404, "\"" + language + "\" is not a language tag; write one such as en, sw or pt-BR");
  const std::scoped_lock one_at_a_time(parts.captions);
  const auto before = parts.library.records->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  const bool come = !cues.empty();
  const auto waiting = change_waiting(parts, call, language, come);
  if (!waiting) return refused(waiting.error());
  if (*waiting) return answer_with_revision(call, come ? 202 : 200, whole_value(parts, *before), before->revision);
  if (!before->version) return refused(409, "the lesson has no version yet; add captions when it is ready");
  if (auto refusal = refusal_beside_transcode(parts, id)) return std::move(*refusal);
  const auto version = made_version(parts, *before->version, {language, std::move(cues)});
  if (!version) return refused(version.error());
  if (*version == *before->version)
    return answer_with_revision(call, 200, whole_value(parts, *before), before->revision);
  const auto changed = parts.library.records->point_at(id, *version, before->revision, call.author());
  // Those that waited for a job that failed are outdone.
  if (changed && *changed) (void)parts.library.late_captions->forget(id, language);
  return answer_to_change(call, changed,
                          [&parts](const library::LessonRecord& record) { return whole_value(parts, record); });
}

}  // namespace

ManagedReply put_captions(ApiParts& parts, const Call& call) {
  auto cues = manifests::read_webvtt(call.request.body);
  if (!cues) return refused(422, cues.error().message);
  return change_captions(parts, call, std::move(*cues));
}

ManagedReply remove_captions(ApiParts& parts, const Call& call) { return change_captions(parts, call, {}); }

}  // namespace chalkline::streamer
