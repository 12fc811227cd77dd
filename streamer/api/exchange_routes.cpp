// /api/v1/import and /api/v1/export.
#include "streamer/api/exchange.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

ManagedReply import_lessons(ApiParts& parts, const Call& call) {
  const bool csv = call.request.field("content-type").starts_with("text/csv");
  const ReadRows read = read_rows(call.request.body, csv ? ExchangeFormat::kCsv : ExchangeFormat::kJson);
  if (!read.broken.empty()) return refused(400, "the request's body cannot be read: " + read.broken);
  if (!read.faults.empty()) return refused(read.faults);
  const auto report = parts.library.records->import(read.rows, call.author());
  if (!report) return refused(report.error());
  Json json;
  json["created"] = report->created;
  json["updated"] = report->updated;
  json["nodes_created"] = report->nodes_created;
  return answer_with(200, json);
}

ManagedReply export_lessons(ApiParts& parts, const Call& call) {
  const std::string format = call.query.text("format");
  if (!format.empty() && format != "json" && format != "csv")
    return refused(400, "the query's format must be csv or json");
  const auto rows = parts.library.records->export_all();
  if (!rows) return refused(rows.error());
  ManagedReply reply;
  reply.body = write_rows(*rows, format == "csv" ? ExchangeFormat::kCsv : ExchangeFormat::kJson);
  if (format == "csv") reply.content_type = "text/csv; charset=utf-8; header=present";
  return reply;
}

}  // namespace chalkline::streamer
