// The OpenAPI 3.1 document of /api/v1, made from the table of route_table.hpp and the schemas of openapi_schemas.cpp.
#pragma once

#include <string>
#include <string_view>

namespace chalkline::streamer {

// The whole document as JSON, made once.
const std::string& openapi_document();

// components.schemas as JSON text (JSON Schema 2020-12, as OpenAPI 3.1 takes it).
std::string_view openapi_schemas();

}  // namespace chalkline::streamer
