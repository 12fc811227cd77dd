// The shapes of documents, as JSON Schema: what api/json.cpp and api/documents.cpp write, and what their readers take.
#include "streamer/api/openapi.hpp"

namespace chalkline::streamer {

std::string_view openapi_schemas() {
  return R"json({
"Problem": {"type": "object", "required": ["type", "title", "status"], "properties": {
  "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
  "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "detail"], "properties": {
    "pointer": {"type": "string", "description": "A JSON Pointer into the body, as a fragment: #/title"},
    "detail": {"type": "string"}}}}}},
"Id": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
"Title": {"type": "string", "minLength": 1, "maxLength": 500},
"Description": {"type": "string", "maxLength": 20000},
"Language": {"type": "string", "description": "BCP 47; und where it is not known", "examples": ["sw", "pt-BR"]},
"Position": {"type": "integer", "minimum": 0, "maximum": 1000000000},
"State": {"type": "string", "enum": ["draft", "published", "withdrawn"]},
"Sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
"Cursor": {"type": ["string", "null"], "description": "For the next page; null at the end"},
"Translation": {"type": "object", "additionalProperties": false, "required": ["language", "title"], "properties": {
  "language": {"$ref": "#/components/schemas/Language"}, "title": {"$ref": "#/components/schemas/Title"},
  "description": {"$ref": "#/components/schemas/Description"}}},
"Attachment": {"type": "object", "additionalProperties": false, "required": ["name", "media_type"], "properties": {
  "name": {"type": "string"}, "media_type": {"type": "string"},
  "sha256": {"type": ["string", "null"], "description": "null until the file is there"},
  "bytes": {"type": ["integer", "null"], "description": "null until the file is there"}}},
"NewLesson": {"type": "object", "additionalProperties": false, "required": ["title"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"},
  "title": {"$ref": "#/components/schemas/Title"}, "description": {"$ref": "#/components/schemas/Description"},
  "language": {"$ref": "#/components/schemas/Language"}, "course": {"type": "string"},
  "course_id": {"type": ["string", "null"]}, "position": {"$ref": "#/components/schemas/Position"},
  "state": {"$ref": "#/components/schemas/State"}, "licence": {"type": "string"},
  "tags": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
  "texts": {"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/Translation"}},
  "attachments": {"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/Attachment"}}}},
"LessonPatch": {"type": "object", "additionalProperties": false, "description": "null sets a member to what it is in a new lesson", "properties": {
  "title": {"$ref": "#/components/schemas/Title"}, "description": {"type": ["string", "null"]},
  "language": {"type": ["string", "null"]}, "course": {"type": ["string", "null"]},
  "course_id": {"type": ["string", "null"]}, "position": {"type": ["integer", "null"]},
  "state": {"$ref": "#/components/schemas/State"}, "licence": {"type": ["string", "null"]},
  "tags": {"type": ["array", "null"], "items": {"type": "string"}},
  "texts": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Translation"}},
  "attachments": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Attachment"}}}},
"Lesson": {"type": "object",
  "required": ["id", "title", "course", "language", "version", "created_ms", "updated_ms", "watch"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "title": {"type": "string"}, "course": {"type": "string"},
  "language": {"$ref": "#/components/schemas/Language"},
  "version": {"type": ["string", "null"], "description": "The published one, by its sha256"},
  "created_ms": {"type": "integer"}, "updated_ms": {"type": "integer"}, "watch": {"type": "string"},
  "description": {"type": "string"}, "course_id": {"type": ["string", "null"]}, "position": {"type": "integer"},
  "state": {"$ref": "#/components/schemas/State"}, "licence": {"type": "string"},
  "tags": {"type": "array", "items": {"type": "string"}},
  "texts": {"type": "array", "items": {"$ref": "#/components/schemas/Translation"}},
  "attachments": {"type": "array", "items": {"$ref": "#/components/schemas/Attachment"}},
  "revision": {"type": "integer", "description": "As in the ETag"},
  "base": {"type": "string"}, "multivariant": {"type": "string"}, "duration_ms": {"type": "integer"},
  "poster": {"type": ["string", "null"]}, "renditions": {"type": "array", "items": {"type": "object"}},
  "text": {"type": "array", "items": {"type": "object"}}, "chapters": {"type": "array", "items": {"type": "object"}},
  "warnings": {"type": "array", "items": {"type": "string"}},
  "waiting_captions": {"type": "array", "description": "Languages of captions that wait for the recording's version",
    "items": {"$ref": "#/components/schemas/Language"}}}},
"LessonPage": {"type": "object", "required": ["lessons"], "properties": {
  "lessons": {"type": "array", "items": {"$ref": "#/components/schemas/Lesson"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}},
"LessonList": {"type": "object", "required": ["lessons"], "properties": {
  "lessons": {"type": "array", "items": {"$ref": "#/components/schemas/Lesson"}}}},
"VersionList": {"type": "object", "required": ["versions"], "properties": {
  "versions": {"type": "array", "items": {"type": "object",
    "required": ["number", "version", "published_ms", "current"], "properties": {
    "number": {"type": "integer"}, "version": {"$ref": "#/components/schemas/Sha256"},
    "published_ms": {"type": "integer"}, "current": {"type": "boolean"}}}}}},
"Preview": {"type": "object", "required": ["watch", "embed", "files", "attachments", "closed", "expires_ms"], "properties": {
  "watch": {"type": "string", "description": "Path of the page; who has it may look"},
  "embed": {"type": "string", "description": "Path of the page for a frame"},
  "files": {"type": "string", "description": "In front of the paths of the version's files"},
  "attachments": {"type": "string", "description": "In front of the attachments' names"},
  "closed": {"type": "boolean", "description": "Learners need a token: the lesson's own address is not enough"}, "expires_ms": {"type": "integer"}}},
"Rollback": {"type": "object", "additionalProperties": false, "required": ["version"], "properties": {
  "version": {"$ref": "#/components/schemas/Sha256"}}},
"NodeKind": {"type": "string", "enum": ["country", "grade", "subject", "course"]},
"NewNode": {"type": "object", "additionalProperties": false, "required": ["kind", "title"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "kind": {"$ref": "#/components/schemas/NodeKind"},
  "parent": {"type": ["string", "null"], "description": "A node of a kind before its own; null at the top"},
  "title": {"$ref": "#/components/schemas/Title"}, "description": {"$ref": "#/components/schemas/Description"},
  "language": {"$ref": "#/components/schemas/Language"}, "position": {"$ref": "#/components/schemas/Position"},
  "texts": {"type": "array", "items": {"$ref": "#/components/schemas/Translation"}}}},
"NodePatch": {"type": "object", "additionalProperties": false, "properties": {
  "kind": {"$ref": "#/components/schemas/NodeKind"}, "parent": {"type": ["string", "null"]},
  "title": {"$ref": "#/components/schemas/Title"}, "description": {"type": ["string", "null"]},
  "language": {"type": ["string", "null"]}, "position": {"type": ["integer", "null"]},
  "texts": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Translation"}}}},
"Node": {"type": "object", "required": ["id", "kind", "parent", "title", "revision"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "kind": {"$ref": "#/components/schemas/NodeKind"},
  "parent": {"type": ["string", "null"]}, "title": {"type": "string"}, "description": {"type": "string"},
  "language": {"$ref": "#/components/schemas/Language"}, "position": {"type": "integer"},
  "texts": {"type": "array", "items": {"$ref": "#/components/schemas/Translation"}},
  "revision": {"type": "integer"}, "created_ms": {"type": "integer"}, "updated_ms": {"type": "integer"}}},
"NodeList": {"type": "object", "required": ["nodes"], "properties": {
  "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}},
"Order": {"type": "object", "additionalProperties": false, "required": ["lessons"], "properties": {
  "lessons": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}}}},
"Job": {"type": "object", "required": ["id", "kind", "lesson", "state"], "properties": {
  "id": {"type": "integer"}, "kind": {"type": "string", "enum": ["transcode", "improve"]},
  "lesson": {"$ref": "#/components/schemas/Id"}, "source_name": {"type": "string"},
  "state": {"type": "string", "enum": ["queued", "running", "published", "failed", "cancelled"]},
  "fraction": {"type": "number"}, "seconds_left": {"type": ["number", "null"]},
  "stage": {"type": "string", "description": "Of a running job: probing, analysing, encoding, publishing"},
  "rungs": {"type": "array", "description": "Of a running job, while it encodes: each picture's own progress", "items": {
    "type": "object", "properties": {"name": {"type": "string"}, "fraction": {"type": "number"}}}},
  "tries": {"type": "integer"},
  "failure": {"type": ["string", "null"]}, "created_ms": {"type": "integer"}, "updated_ms": {"type": "integer"},
  "priority": {"type": "integer"}}},
"JobPage": {"type": "object", "required": ["jobs"], "properties": {
  "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}},
"JobPatch": {"type": "object", "additionalProperties": false, "properties": {
  "priority": {"type": "integer", "minimum": -100, "maximum": 100, "description": "Higher goes first"}}},
"Role": {"type": "string", "enum": ["mirror", "reader", "editor", "operator", "admin"]},
"NewToken": {"type": "object", "additionalProperties": false, "required": ["label", "role"], "properties": {
  "label": {"type": "string", "minLength": 1, "maxLength": 200}, "role": {"$ref": "#/components/schemas/Role"},
  "expires_ms": {"type": ["integer", "null"], "description": "null: never"}}},
"Token": {"type": "object", "required": ["id", "label", "role", "created_ms"], "properties": {
  "id": {"type": "string"}, "label": {"type": "string"}, "role": {"$ref": "#/components/schemas/Role"},
  "created_ms": {"type": "integer"}, "expires_ms": {"type": ["integer", "null"]},
  "last_used_ms": {"type": ["integer", "null"]}}},
"TokenWithSecret": {"allOf": [{"$ref": "#/components/schemas/Token"}, {"type": "object", "required": ["secret"],
  "properties": {"secret": {"type": "string"}}}]},
"TokenList": {"type": "object", "required": ["tokens"], "properties": {
  "tokens": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}}}},
"HookEvent": {"type": "string", "enum": ["lesson.ready", "lesson.published", "lesson.withdrawn", "job.failed"]},
"NewHook": {"type": "object", "additionalProperties": false, "required": ["url"], "properties": {
  "url": {"type": "string", "format": "uri"},
  "events": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/HookEvent"}, "description": "None: all"}}},
"HookPatch": {"type": "object", "additionalProperties": false, "required": ["enabled"], "properties": {
  "enabled": {"type": "boolean"}}},
"Hook": {"type": "object", "required": ["id", "url", "events", "configured", "enabled", "created_ms"], "properties": {
  "id": {"type": "string"}, "url": {"type": "string"},
  "events": {"type": "array", "items": {"$ref": "#/components/schemas/HookEvent"}, "description": "None: all"},
  "configured": {"type": "boolean", "description": "It stands in the server's configuration"},
  "enabled": {"type": "boolean"}, "created_ms": {"type": "integer"},
  "rests_until_ms": {"type": ["integer", "null"], "description": "Its receiver failed: nothing is sent before"}}},
"HookWithSecret": {"allOf": [{"$ref": "#/components/schemas/Hook"}, {"type": "object", "required": ["secret"],
  "properties": {"secret": {"type": "string", "pattern": "^whsec_"}}}]},
"HookList": {"type": "object", "required": ["hooks"], "properties": {
  "hooks": {"type": "array", "items": {"$ref": "#/components/schemas/Hook"}}}},
"Delivery": {"type": "object", "required": ["id", "event_id", "event", "at_ms", "lesson", "state", "tries"], "properties": {
  "id": {"type": "integer"}, "event_id": {"type": "string", "description": "As in webhook-id"},
  "event": {"$ref": "#/components/schemas/HookEvent"}, "at_ms": {"type": "integer"}, "lesson": {"type": "string"},
  "version": {"type": ["string", "null"]}, "job": {"type": ["integer", "null"]},
  "state": {"type": "string", "enum": ["waiting", "sending", "delivered", "given_up"]}, "tries": {"type": "integer"},
  "next_ms": {"type": ["integer", "null"], "description": "When it is tried again"},
  "status": {"type": ["integer", "null"], "description": "Of the receiver's last answer"},
  "problem": {"type": ["string", "null"], "description": "Of the last try"}, "updated_ms": {"type": "integer"}}},
"DeliveryPage": {"type": "object", "required": ["deliveries", "next"], "properties": {
  "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}},
"AuditPage": {"type": "object", "required": ["entries", "next"], "properties": {
  "entries": {"type": "array", "items": {"type": "object", "properties": {
    "id": {"type": "integer"}, "at_ms": {"type": "integer"}, "who": {"type": "string"},
    "remote": {"type": ["string", "null"]}, "action": {"type": "string"}, "subject": {"type": "string"},
    "before": {"type": ["string", "null"], "description": "sha256 of what it was"},
    "after": {"type": ["string", "null"], "description": "sha256 of what it is"}}}},
  "next": {"$ref": "#/components/schemas/Cursor"}}},
"Exchange": {"type": "object", "additionalProperties": false, "required": ["lessons"], "properties": {
  "lessons": {"type": "array", "items": {"type": "object", "required": ["title"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"}, "title": {"$ref": "#/components/schemas/Title"},
    "country": {"type": "string"}, "grade": {"type": "string"}, "subject": {"type": "string"},
    "course": {"type": "string"}}}}}},
"ImportReport": {"type": "object", "required": ["created", "updated", "nodes_created"], "properties": {
  "created": {"type": "integer"}, "updated": {"type": "integer"}, "nodes_created": {"type": "integer"}}},
"SignIn": {"type": "object", "additionalProperties": false, "required": ["name", "password"], "properties": {
  "name": {"type": "string"}, "password": {"type": "string"}}},
"Session": {"type": "object", "required": ["name", "role", "csrf", "expires_ms"], "properties": {
  "name": {"type": "string", "description": "The user's, or the token's label"},
  "role": {"$ref": "#/components/schemas/Role"},
  "csrf": {"type": ["string", "null"], "description": "For X-CSRF-Token; null for a token, which needs none"},
  "expires_ms": {"type": ["integer", "null"], "description": "Later with every use; null: never"}}},
"MirrorReport": {"type": "object", "additionalProperties": false, "required": ["version"], "properties": {
  "address": {"type": ["string", "null"], "description": "Under which learners reach it: https://mirror.school.example"},
  "networks": {"type": ["array", "null"], "maxItems": 64, "items": {"type": "string"}, "description": "Of the learners that it is near to, CIDR"},
  "version": {"type": "string", "maxLength": 100, "description": "Of the program"},
  "serial": {"type": ["integer", "null"], "description": "Of the list that it has"},
  "stale_since_ms": {"type": ["integer", "null"], "description": "Since when that is not known to be the newest; null: it is"},
  "lessons": {"type": ["integer", "null"], "description": "That lie there whole"},
  "stored_bytes": {"type": ["integer", "null"]},
  "disk_bytes": {"type": ["integer", "null"], "description": "That its copies may take; null: as much as there is"},
  "served_bytes": {"type": ["integer", "null"], "description": "To learners, since it was set up"},
  "fetched_bytes": {"type": ["integer", "null"], "description": "From its upstream, since it was set up"},
  "interval_s": {"type": ["integer", "null"], "description": "Until it reports again"}}},
"Mirror": {"type": "object", "required": ["name", "address", "networks", "steered", "healthy", "late", "version", "reported_ms"], "properties": {
  "name": {"type": "string"}, "address": {"type": ["string", "null"]},
  "networks": {"type": "array", "items": {"type": "string"}},
  "steered": {"type": "boolean", "description": "Learners near it are sent there (steering.registered)"},
  "healthy": {"type": ["boolean", "null"], "description": "Whether it answers; null where nobody asks, since nobody is sent there"},
  "late": {"type": "boolean", "description": "It has not reported in three intervals"},
  "version": {"type": "string"}, "serial": {"type": "integer"}, "stale_since_ms": {"type": ["integer", "null"]},
  "lessons": {"type": "integer"}, "stored_bytes": {"type": "integer"}, "disk_bytes": {"type": ["integer", "null"]},
  "served_bytes": {"type": "integer"}, "fetched_bytes": {"type": "integer"},
  "saved_bytes": {"type": "integer", "description": "Served and not fetched; less than nothing where it fetched what nobody asked for yet"},
  "created_ms": {"type": "integer"}, "reported_ms": {"type": "integer"}}},
"MirrorList": {"type": "object", "required": ["mirrors"], "properties": {
  "mirrors": {"type": "array", "items": {"$ref": "#/components/schemas/Mirror"}}}},
"VisitLines": {"type": "string", "description": "Whole lines of JSON (docs/reports.md); none: it asks how much is here"},
"VisitsTaken": {"type": "object", "required": ["bytes"], "properties": {
  "bytes": {"type": "integer", "description": "Of that day that are here now: lines that begin there are taken next, others are not"}}},
"Captions": {"type": "string", "description": "A WebVTT file (W3C), UTF-8"},
"Events": {"type": "string", "description": "event: jobs comes first, its data is a JobPage without next: the open jobs and those of the last day. event: job follows whenever one is new or has changed, its data is a Job. A comment every 15 s says that the line stands. After a cut the whole state comes again, whatever Last-Event-ID says."},
"OpenApi": {"type": "object"}
})json";
}

}  // namespace chalkline::streamer
