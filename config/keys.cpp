// The table. Order here is order in chalkline.yaml.
#include "config/keys.hpp"

#include <array>
#include <cctype>

#include "config/text_checks.hpp"

namespace chalkline::config {

using namespace std::chrono_literals;

// The place of a member as a function: PLACE(int, server.port).
#define PLACE(type, member) [](Config& c) -> type& { return c.member; }

static constexpr std::array<std::string_view, 10> kPresets = {
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo"};

static constexpr std::array<std::string_view, 2> kSavers = {"auto", "off"};
static constexpr std::array<std::string_view, 2> kSaverCodecs = {"av1", "hevc"};

static constexpr std::array kSections = {
    Section{"server", "The origin: pages, playlists, segments, API."},
    Section{"tls",
            "The same over TLS 1.3 and 1.2, with HTTP/2 for those who speak it, beside server.port. On where a\n"
            "certificate is given. SIGHUP reads certificate and key again; open connections go on."},
    Section{"library", "Where lessons live."},
    Section{"management",
            "What changes the library over HTTP: uploads at /files/, the API's writing half, the studio. All of it "
            "wants a\n"
            "token (chalkline token)."},
    Section{"uploads", "Recordings that come over HTTP (docs/uploads.md)."},
    Section{"worker",
            "Transcoding jobs. Each runs in a child process with these limits: its death is a failed job, never\n"
            "the server's."},
    Section{"watched_folder",
            "A folder into which people drop recordings: `serve` makes a lesson of each (docs/watched-folder.md)."},
    Section{"transcode",
            "What a recording becomes. The defaults keep slides readable and speech clear at the least cost."},
    Section{"mirror",
            "A copy of another chalkline's lessons, near the learners (docs/mirrors.md): what is asked for is fetched "
            "once, checked\n"
            "and kept, and whole courses come at night."},
    Section{
        "steering",
        "Learners who have a mirror near them are sent there (docs/mirrors.md), and come back here when it does not "
        "answer."},
    Section{"access",
            "Closed lessons: pages, playlists and segments only for those who have a token (docs/delivery.md)."},
    Section{"hooks", "Whom the server tells that a lesson was published or a job has failed (docs/web-hooks.md)."},
    Section{
        "learners",
        "What learners' pages tell of a visit (docs/reports.md). All of it is off, and none of it names a learner."},
    Section{"log", "Lines on standard error: a text, then key=value fields."},
};

static const std::array kKeys = {
    Key{"server.address", Text{PLACE(std::string, server.address), check_address},
        "Address to listen on. 127.0.0.1 is this machine alone; 0.0.0.0 or :: is everybody who can reach it."},
    Key{"server.port", WholeNumber{PLACE(int, server.port), 0, 65'535}, "0 lets the system choose a free port."},
    Key{"server.threads", WholeNumber{PLACE(int, server.threads), 0, 256},
        "Delivery threads. 0: one per core, which is right unless other programs share the machine."},
    Key{"server.max_connections", WholeNumber{PLACE(int, server.max_connections), 1, 1'000'000},
        "Open connections at most; further ones are answered 503. Each needs a file descriptor (ulimit -n).",
        Counts::kOnHangup},
    Key{"server.max_connections_per_address", WholeNumber{PLACE(int, server.max_connections_per_address), 0, 1'000'000},
        "From one address: an operator has thousands of phones behind one, and a school is one. 0: a quarter of all.",
        Counts::kOnHangup},
    Key{"server.header_timeout", Time{PLACE(Duration, server.header_timeout), 100ms, 10min},
        "From a request's first byte to the end of its header. A phone on 2G may need seconds; a slow attacker hours.",
        Counts::kOnHangup},
    Key{"server.idle_timeout", Time{PLACE(Duration, server.idle_timeout), 100ms, 1h},
        "Between two requests of one connection. Longer than a segment plays, so that players keep their connection: a "
        "new\n"
        "one costs a phone on 2G several round trips.",
        Counts::kOnHangup},
    Key{"server.write_timeout", Time{PLACE(Duration, server.write_timeout), 100ms, 1h},
        "A reader that takes no byte for this long is cut off.", Counts::kOnHangup},
    Key{"server.drain_timeout", Time{PLACE(Duration, server.drain_timeout), 0ms, 1h},
        "After SIGTERM, open responses may finish for this long.", Counts::kOnHangup},
    Key{"server.max_header_bytes", Size{PLACE(Bytes, server.max_header_bytes), 1'024, 1'048'576},
        "A request's header at most; larger ones are answered 431."},
    Key{"server.max_target_bytes", Size{PLACE(Bytes, server.max_target_bytes), 256, 65'536},
        "A request's target (path and query) at most; longer ones are answered 414."},
    Key{"server.cache_bytes", Size{PLACE(Bytes, server.cache_bytes), 0, 1'000'000'000'000},
        "Memory for the objects asked for most, all threads together. Choose what a day's lessons weigh; the system's "
        "own\n"
        "page cache serves the rest."},
    Key{"server.congestion_control", Text{PLACE(std::string, server.congestion_control), check_word},
        "TCP's congestion control. BBR does not take the losses of a radio link for congestion; where the kernel does "
        "not "
        "have\n"
        "it, and where this is empty, the system's own stays."},
    Key{"server.unsent_bytes", Size{PLACE(Bytes, server.unsent_bytes), 4'096, 16'777'216},
        "What a connection holds in the kernel that was not sent yet. Small: a change of rung takes effect at once, "
        "and a "
        "slow\n"
        "reader costs little memory. Less than 12KiB costs throughput."},
    Key{"server.send_buffer", Size{PLACE(Bytes, server.send_buffer), 0, 1'073'741'824},
        "A connection's send buffer in the kernel. 0: it grows with the link, which is right unless memory is very "
        "short."},
    Key{"server.pace_percent", WholeNumber{PLACE(int, server.pace_percent), 0, 10'000},
        "Segments after the third are sent no faster than this share of their rung's average rate; 200 leaves half\n"
        "of a shared link to others without a player noticing. A player that says what it needs (CMCD rtp) gets that\n"
        "instead. 0: as fast as the link."},
    Key{"server.warm_start", Switch{PLACE(bool, server.warm_start)},
        "Whether the objects asked for most are remembered over a restart (cache/hot-objects.txt in the library's "
        "folder)."},
    Key{"server.cache_status", Switch{PLACE(bool, server.cache_status)},
        "Whether answers say how the cache had them (Cache-Status, RFC 9211): 30 bytes each.", Counts::kOnHangup},
    Key{"server.verify_reads", Switch{PLACE(bool, server.verify_reads)},
        "Whether every file is checked against its sha256 each time it is read from the disk. Without it a file is "
        "checked "
        "when\n"
        "it is new here or has changed since it was last checked, which costs nothing for what was published here. "
        "With it,\n"
        "a disk that rots is found out too, for 0.6 s of CPU time per GiB read: for mirrors, cheap disks, USB sticks."},
    Key{"server.cors_origins", Texts{PLACE(std::vector<std::string>, server.cors_origins), check_origin},
        "Sites whose pages may play lessons from here: \"*\" for all, or exact origins such as "
        "\"https://school.example\"."},
    Key{"server.base_url", Text{PLACE(std::string, server.base_url), check_base_url},
        "The server as learners see it (https://video.example), for links that must be absolute. Empty: links stay "
        "relative."},
    Key{"tls.certificate", Text{PLACE(std::string, tls.certificate), check_file_name},
        "PEM file with the server's certificate and then those that lead to its root. Empty: no TLS."},
    Key{"tls.key", Text{PLACE(std::string, tls.key), check_file_name}, "PEM file with its key, without a passphrase."},
    Key{"tls.port", WholeNumber{PLACE(int, tls.port), 0, 65'535}, "0 lets the system choose a free port."},
    Key{"tls.session_lifetime", Time{PLACE(Duration, tls.session_lifetime), 1min, 168h},
        "For this long a returning client resumes its session, without the certificate's bytes and, with early data,\n"
        "without waiting for the handshake. The keys of the tickets are changed as often."},
    Key{"tls.early_data", Switch{PLACE(bool, tls.early_data)},
        "TLS 1.3 early data (0-RTT): a returning phone asks for segments with its first packet. Used for GET of /v/\n"
        "alone, which never changes; all else waits for the handshake."},
    Key{"library.path", Folder{PLACE(std::filesystem::path, library.path)},
        "The library's folder: database, versions, uploads. Relative to where chalkline is started. It needs space for "
        "each\n"
        "recording while it is transcoded and for each version afterwards."},
    Key{"management.enabled", Switch{PLACE(bool, management.enabled)},
        "false: the library can only be read over HTTP, and changed by this program alone."},
    Key{"uploads.max_size", Size{PLACE(Bytes, uploads.max_size), 1'000, 10'000'000'000'000},
        "Larger recordings are refused before their first byte; so are those over worker.max_source_bytes."},
    Key{"uploads.expiry", Time{PLACE(Duration, uploads.expiry), 1s, 8'760h},
        "An unfinished upload that nobody goes on with for this long is removed."},
    Key{"uploads.quota", Size{PLACE(Bytes, uploads.quota), 1'000, 1'000'000'000'000'000},
        "What all unfinished uploads together may take on the disk, at the lengths that were announced."},
    Key{"uploads.max_unfinished", WholeNumber{PLACE(int, uploads.max_unfinished), 1, 1'000'000},
        "Unfinished uploads at most."},
    Key{"worker.enabled", Switch{PLACE(bool, worker.enabled)},
        "Whether `serve` transcodes too. false where `chalkline worker` runs beside it."},
    Key{"worker.niceness", WholeNumber{PLACE(int, worker.niceness), 0, 19},
        "How far transcodes make way for others on the machine, as in nice(1). 19 takes only what nobody else wants:\n"
        "learners notice nothing, and while they keep all processors busy the lesson waits."},
    Key{"worker.max_tries", WholeNumber{PLACE(int, worker.max_tries), 1, 100},
        "How often a job is tried when its transcode dies. An unusable recording is not tried again."},
    Key{"worker.lease", Time{PLACE(Duration, worker.lease), 5s, 1h},
        "A worker that has been silent for this long is taken for dead and its job goes to the next. Long enough for "
        "a\n"
        "machine that swaps, short enough that nobody waits."},
    Key{"worker.stall_timeout", Time{PLACE(Duration, worker.stall_timeout), 10s, 24h},
        "A transcode without any progress for this long is stopped."},
    Key{"worker.memory_limit", Size{PLACE(Bytes, worker.memory_limit), 500'000'000, 10'000'000'000'000},
        "Memory of one transcode (the private memory that RLIMIT_DATA counts), all its threads together."},
    Key{"worker.cpu_limit", Time{PLACE(Duration, worker.cpu_limit), 10s, 720h},
        "CPU time of one transcode, over all its threads."},
    Key{"worker.max_source_bytes", Size{PLACE(Bytes, worker.max_source_bytes), 1'000, 10'000'000'000'000},
        "Larger recordings are refused."},
    Key{"watched_folder.path", Text{PLACE(std::string, watched_folder.path), check_file_name},
        "The folder; it is made where it is missing. Empty: none is watched."},
    Key{"watched_folder.settle", Time{PLACE(Duration, watched_folder.settle), 1s, 1h},
        "A file is finished when its size and time have not changed for this long. Longer for slow lines that stop in "
        "between."},
    Key{"transcode.fixed_ladder", Switch{PLACE(bool, transcode.fixed_ladder)},
        "false: the rungs are planned for each lesson, from what its own pictures cost and how they look. true: they "
        "are\n"
        "the table `ladder`."},
    Key{"transcode.floor_kbps", WholeNumber{PLACE(int, transcode.floor_kbps), 4, 10'000},
        "Of a planned ladder: what the pictures of its lowest rung may take, kbit/s. With sound, overheads and "
        "what\n"
        "a probe misses by, 18 stays under 40, which GPRS carries."},
    Key{"transcode.ceiling_kbps", WholeNumber{PLACE(int, transcode.ceiling_kbps), 10, 100'000}, "And of its highest."},
    Key{"transcode.ceiling_height", WholeNumber{PLACE(int, transcode.ceiling_height), 90, 8192},
        "The picture's shorter side at most, in pixels."},
    Key{"transcode.quality_step", WholeNumber{PLACE(int, transcode.quality_step), 1, 50},
        "Between planned rungs, on a scale of 0 to 100 like VMAF's: 6 is about what a viewer just notices."},
    Key{"transcode.quality_top", WholeNumber{PLACE(int, transcode.quality_top), 10, 100},
        "Where more bits change nothing that is seen."},
    Key{"transcode.pale_details", Switch{PLACE(bool, transcode.pale_details)},
        "true: what appears with little contrast (a thin pale pen stroke, a grey bullet) is coded finely in every\n"
        "rung that is meant to be read. false: the lowest of them may smear it, for 5 to 9 % fewer bits of a slide."},
    Key{"transcode.repackage", Switch{PLACE(bool, transcode.repackage)},
        "true: a recording whose own H.264 stream costs no more than the best rung would, and that every player\n"
        "takes, is that rung as it is: only its sound is encoded (docs/encoding.md). Not with fixed_ladder."},
    Key{"transcode.measure_ordinary", Switch{PLACE(bool, transcode.measure_ordinary)},
        "Whether the ladder that an ordinary site makes is measured too, on pieces of the lesson, for `inspect` to\n"
        "show beside the planned one: one or two seconds of work a lesson. Not with fixed_ladder."},
    Key{"transcode.ladder", Ladder{PLACE(std::vector<RungOptions>, transcode.ladder)},
        "The rungs, from the cheapest up. height: of the picture's shorter side, in pixels; a recording is never "
        "enlarged.\n"
        "crf: x264's constant rate factor, lower is better and larger. max_kbps: what the rung's rate never passes for "
        "long."},
    Key{"transcode.x264_preset", Choice{PLACE(std::string, transcode.x264_preset), kPresets},
        "Slower presets make smaller files and take longer. HEVC (saver_codec) is made at the same one of x265's."},
    Key{"transcode.av1", Choice{PLACE(std::string, transcode.av1), kSavers},
        "auto: after a lesson is published, a saver ladder in AV1 (or saver_codec) is added to it in a second stage,\n"
        "where probe encodes say that it saves bits (cameras, screens; few slides). Players that cannot take it keep\n"
        "the H.264. It costs many times the CPU of the first stage, at the lowest priority, and gives way to new\n"
        "recordings. off: no second stage, in no codec. There is none with fixed_ladder either."},
    Key{"transcode.saver_codec", Choice{PLACE(std::string, transcode.saver_codec), kSaverCodecs},
        "What the second stage makes, unless transcode.av1 is off. av1: the fewest bits. hevc: H.265 by x265, for\n"
        "devices that have that alone in hardware, as many of Apple's do; its patents may want a licence of you."},
    Key{"transcode.av1_preset", WholeNumber{PLACE(int, transcode.av1_preset), 0, 12},
        "SVT-AV1's preset up to 480 lines; larger pictures get one or two more. Lower ones make smaller files and take "
        "longer."},
    Key{"transcode.max_frame_rate", WholeNumber{PLACE(int, transcode.max_frame_rate), 1, 120},
        "Frames per second at most. Faster recordings lose whole frames."},
    Key{"transcode.segment_target", Milliseconds{PLACE(int, transcode.segment_target_ms), 1s, 60s},
        "Motion in a segment at most. Each segment costs an IDR frame and a request, so short ones are dear on a weak\n"
        "link; long ones make switching between rungs slow."},
    Key{"transcode.first_segment", Milliseconds{PLACE(int, transcode.first_segment_ms), 500ms, 60s},
        "The first segment is short, so that play starts fast."},
    Key{"transcode.segment_max", Milliseconds{PLACE(int, transcode.segment_max_ms), 1s, 120s},
        "A segment in which little moves may last this long."},
    Key{"transcode.segment_bytes", WholeNumber{PLACE(int, transcode.segment_bytes), 1'000, 100'000'000},
        "But it stays within this many bytes on the lowest rung with pictures, where that can be had: what a weak "
        "link\n"
        "feels is bytes, not seconds."},
    Key{"transcode.opus_mono_kbps", Rates{PLACE(std::vector<int>, transcode.opus_mono_kbps), 6, 256},
        "Opus, kbit/s: each is a rendition of every audio track. The first goes with the cheapest pictures and is "
        "clear\n"
        "speech; the last goes with the best ones. An 8 before them makes a last resort."},
    Key{"transcode.opus_stereo_kbps", Rates{PLACE(std::vector<int>, transcode.opus_stereo_kbps), 12, 510},
        "Of speech in stereo: only with keep_stereo."},
    Key{"transcode.opus_music_kbps", Rates{PLACE(std::vector<int>, transcode.opus_music_kbps), 6, 256},
        "Of music, in mono or stereo. The first is for a weak link, as speech's is."},
    Key{"transcode.opus_pause", Switch{PLACE(bool, transcode.opus_pause)},
        "true: where nobody speaks for longer than a quarter of a second, Opus has silence, which costs a tenth of\n"
        "what the noise of a room does. false: all is sent as it is."},
    Key{"transcode.aac_mono_kbps", WholeNumber{PLACE(int, transcode.aac_mono_kbps), 16, 256},
        "AAC-LC, for players that cannot take Opus; it needs twice the bits for the same speech."},
    Key{"transcode.aac_stereo_kbps", WholeNumber{PLACE(int, transcode.aac_stereo_kbps), 32, 512}, "Of what is stereo."},
    Key{"transcode.loudness_lufs", WholeNumber{PLACE(int, transcode.loudness_lufs), -30, -10},
        "How loud every track is made, in LUFS (EBU R 128), so that no lesson whispers and none shouts. Silence stays\n"
        "silence."},
    Key{"transcode.denoise", Switch{PLACE(bool, transcode.denoise)},
        "true: the noise of a room behind a voice is taken down by 4 to 8 dB where it is heard. Music is never\n"
        "touched. false: all is sent as it is."},
    Key{"transcode.recognise_music", Switch{PLACE(bool, transcode.recognise_music)},
        "true: a track that is music for half of the time or more keeps its bass, and its two channels where they\n"
        "differ. false: every track is taken for speech."},
    Key{"transcode.keep_stereo", Switch{PLACE(bool, transcode.keep_stereo)},
        "false: speech becomes mono, which is what it needs and costs half. true: what has two channels keeps them."},
    Key{"transcode.threads", WholeNumber{PLACE(int, transcode.threads), 0, 256},
        "Encoder threads in all. 0: one per core."},
    Key{"mirror.upstream", Text{PLACE(std::string, mirror.upstream), check_base_url},
        "The origin, or another mirror of it: https://video.example. Empty: this is no mirror."},
    Key{"mirror.keys", Texts{PLACE(std::vector<std::string>, mirror.keys), check_public_key},
        "Public keys of the origin, as `chalkline keys` shows them there. Nothing is believed that none of them "
        "signed."},
    Key{"mirror.courses", Texts{PLACE(std::vector<std::string>, mirror.courses), check_line},
        "Courses that are to lie here whole, by their names; \"*\" for all. Everything else is fetched when a learner "
        "asks "
        "for\nit."},
    Key{"mirror.hours", Text{PLACE(std::string, mirror.hours), check_hours},
        "When they are fetched, local time: 01:00-05:00. Empty: at any time."},
    Key{"mirror.rate", Size{PLACE(Bytes, mirror.rate), 0, 10'000'000'000},
        "Of what is fetched, all transfers together, a second. 0: as fast as it goes."},
    Key{"mirror.parallel", WholeNumber{PLACE(int, mirror.parallel), 1, 64},
        "Files that are fetched at a time. More where the line is long: a satellite's 600 ms go by once for all of "
        "them."},
    Key{"mirror.wait", Time{PLACE(Duration, mirror.wait), 1s, 10min},
        "For how long a learner waits for what is not here. Then he is answered 503, and it comes all the same."},
    Key{"mirror.waiting", WholeNumber{PLACE(int, mirror.waiting), 1, 2000},
        "Files for which learners may wait at a time, however many for each; one more is answered 503."},
    Key{"mirror.disk", Size{PLACE(Bytes, mirror.disk), 0, 1'000'000'000'000'000},
        "What all copies together may take. What was used longest ago goes first, planned courses last. 0: as much as "
        "there\nis."},
    Key{"mirror.interval", Time{PLACE(Duration, mirror.interval), 1s, 24h},
        "Between two questions for changes; one that finds none costs some hundred bytes."},
    Key{"mirror.longest_interval", Time{PLACE(Duration, mirror.longest_interval), 1s, 168h},
        "While nothing changes the interval doubles, up to this: a day without changes costs under 2 kB. A learner who "
        "asks\n"
        "for a lesson that is not known here makes it short again."},
    Key{"mirror.register_token_file", Text{PLACE(std::string, mirror.register_token_file), check_file_name},
        "A file whose first line is a token of the role mirror (chalkline token create --role mirror). With it the "
        "mirror registers\n"
        "where it came from: it says how it is, and sends on what learners' pages reported. Empty: it does neither."},
    Key{"mirror.register_at", Text{PLACE(std::string, mirror.register_at), check_base_url},
        "The server at which it registers, where that is not mirror.upstream: the origin of a mirror's mirror."},
    Key{"mirror.register_as", Text{PLACE(std::string, mirror.register_as), check_mirror_name},
        "By what name: small letters, digits, \"-\" and \".\". Empty: one that it makes for itself."},
    Key{"mirror.register_address", Text{PLACE(std::string, mirror.register_address), check_base_url},
        "Under which learners reach it: https://mirror.school.example. Empty: nobody is sent there."},
    Key{"mirror.register_networks", Texts{PLACE(std::vector<std::string>, mirror.register_networks), check_network},
        "Of the learners that it is near to: 10.1.0.0/16. What the origin makes of them is for steering.registered "
        "there to say."},
    Key{"mirror.register_interval", Time{PLACE(Duration, mirror.register_interval), 1s, 24h},
        "Between two reports. One costs some 1,400 bytes with its answer."},
    Key{"steering.mirrors", Texts{PLACE(std::vector<std::string>, steering.mirrors), check_near_mirror},
        "Mirrors and the networks of the learners that they are near to:\n"
        "\"https://mirror.school.example 10.1.0.0/16 2001:db8:1::/48\". The first that fits is taken."},
    Key{"steering.registered", Texts{PLACE(std::vector<std::string>, steering.registered), check_network},
        "Networks of which a mirror that registers (mirror.register_token_file) may say that it is near them: "
        "10.0.0.0/8. What it\n"
        "says of others is not heard, and those of steering.mirrors go before. Empty: registered mirrors are sent "
        "nobody."},
    Key{"steering.redirect", Switch{PLACE(bool, steering.redirect)},
        "Also players that know no content steering, such as the page's own: their segments are redirected."},
    Key{"steering.ttl", Time{PLACE(Duration, steering.ttl), 5s, 1h}, "After which a player asks again where to go."},
    Key{"access.secrets", Texts{PLACE(std::vector<std::string>, access.secrets), check_secret},
        "Secrets of 32 characters and more that the platform signs tokens with. Empty: lessons are open to everybody. "
        "The "
        "first\n"
        "signs what this server makes, the others are believed too: put a new one in front, take the old one out "
        "later.",
        Counts::kOnHangup},
    Key{"hooks.urls", Texts{PLACE(std::vector<std::string>, hooks.urls), check_hook_url},
        "Each gets a signed POST for every event. The API makes further ones (POST /api/v1/hooks)."},
    Key{"hooks.secrets", Texts{PLACE(std::vector<std::string>, hooks.secrets), check_hook_secret},
        "What is sent to them is signed with each of these: whsec_ and 24 to 64 bytes in base64, as\n"
        "echo whsec_$(openssl rand -base64 32) makes them. To change one put the new one in front, and take the old "
        "one out\n"
        "when all receivers know the new one."},
    Key{"hooks.timeout", Time{PLACE(Duration, hooks.timeout), 100ms, 2min},
        "For one try, from looking up the name to the end of the answer."},
    Key{"hooks.first_retry", Time{PLACE(Duration, hooks.first_retry), 10ms, 1h},
        "After a try that failed; each later one after four times as long, 12 hours at most, or what Retry-After "
        "says."},
    Key{"hooks.give_up", Time{PLACE(Duration, hooks.give_up), 1s, 720h},
        "An event that a receiver has not taken for so long is given up for it."},
    Key{"hooks.private_addresses", Switch{PLACE(bool, hooks.private_addresses)},
        "Hooks that the API made go to addresses of the public Internet alone, and through no proxy, unless this is "
        "true.\n"
        "hooks.urls may name any address: who writes this file has the machine."},
    Key{"learners.reports", Switch{PLACE(bool, learners.reports)},
        "Whether the page sends a line of 170 to 250 bytes at the end of a visit: how long the start took, waits, "
        "minutes at each "
        "picture.\n"
        "/metrics counts them, reports/ in the library's folder keeps them for 90 days."},
    Key{"learners.request_data", Switch{PLACE(bool, learners.request_data)},
        "Whether its player says with each request how it is doing (CMCD, CTA-5004): 150 to 210 bytes a request."},
    Key{"learners.lrs", Text{PLACE(std::string, learners.lrs), check_endpoint},
        "An xAPI endpoint (https://lrs.example/xapi) that takes statements without a password from learners' browsers: "
        "what was\n"
        "played and completed. Empty: a platform that launches a lesson, or a page around it, can ask for them."},
    Key{"log.level", Level{PLACE(LogLevel, log.level)}, "debug, info, warn or error.", Counts::kOnHangup},
    Key{"log.access", Switch{PLACE(bool, log.access)}, "One line for each request."},
};

#undef PLACE

std::span<const Key> keys() { return kKeys; }
std::span<const Section> sections() { return kSections; }

const Key* find_key(std::string_view path) {
  for (const Key& key : kKeys)
    if (key.path == path) return &key;
  return nullptr;
}

std::string environment_name(std::string_view path) {
  std::string name = "CHALKLINE_";
  for (const char c : path) name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

static void append_comment(std::string& yaml, std::string_view indent, std::string_view text) {
  for (;;) {
    const std::size_t end = text.find('\n');
    yaml.append(indent).append("# ").append(text.substr(0, end)).append("\n");
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string default_yaml() {
  std::string yaml =
      "# Chalkline's configuration: every key with its default. Keep only what you change; what is absent has the "
      "default.\n"
      "# Times are written 500ms, 30s, 5m, 1h30m; sizes 512kB, 256MB, 6GB (powers of 1000) or 64KiB, 1GiB (of 1024).\n"
      "# An environment variable goes before this file: CHALKLINE_SERVER_PORT=80 sets server.port.\n"
      "# Check a file with: chalkline check-config FILE\n";
  const Config defaults;
  for (const Section& section : kSections) {
    yaml += '\n';
    append_comment(yaml, "", section.why);
    yaml.append(section.name).append(":\n");
    const std::string prefix = std::string(section.name) + '.';
    for (const Key& key : kKeys) {
      if (!key.path.starts_with(prefix)) continue;
      append_comment(yaml, "  ", key.why);
      if (key.counts == Counts::kOnHangup) append_comment(yaml, "  ", "SIGHUP reads it again.");
      const std::string value = write_value(key.kind, defaults);
      yaml.append("  ").append(key.path.substr(prefix.size())).append(value.starts_with('\n') ? ":" : ": ");
      yaml.append(value).append("\n");
    }
  }
  return yaml;
}

}  // namespace chalkline::config
