// Packs lines into Kinesis records, as the entries of a PutRecords request.
//
//   aggregate < LINES
//
// The first word of a line is its partition key, all behind it the data. User
// records with the same hash key share an aggregate: so no reader drops one.

#include <kinesis_agg.hpp>

#include <iostream>
#include <string>

// JSON text in quotes; partition keys are UTF-8, which the library has checked.
static std::string json(std::string_view text) {
  static const char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char it : text) {
    const auto byte = static_cast<unsigned char>(it);
    if (byte < 0x20 || it == '"' || it == '\\') {
      out += std::string("\\u00") + digits[byte >> 4] + digits[byte & 15];
    } else {
      out += it;
    }
  }
  return out + "\"";
}

static std::string base64(kagg::bytes bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    group = group << 8 | byte;
    for (bits += 8; bits >= 6; bits -= 6) out += digits[group >> (bits - 6) & 63];
  }
  if (bits > 0) out += digits[group << (6 - bits) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

// Prints what is full.
static void send(kagg::sharded_aggregator& aggregator, const char*& between) {
  for (const kagg::record& record : aggregator.seal()) {
    std::cout << between << "\n  {\"Data\":\"" << base64(record.data)
              << "\",\"PartitionKey\":" << json(record.partition_key);
    if (record.explicit_hash_key) {
      std::cout << ",\"ExplicitHashKey\":" << json(*record.explicit_hash_key);
    }
    std::cout << "}";
    between = ",";
  }
}

int main() {
  kagg::sharded_aggregator aggregator(kagg::grouping::hash_key);
  const char* between = "";
  bool refused = false;
  std::cout << "{\"Records\":[";
  for (std::string line; std::getline(std::cin, line);) {
    const std::string_view whole = line;
    const std::size_t space = whole.find(' ');
    const std::string_view data = space == whole.npos ? "" : whole.substr(space + 1);
    try {
      // Full aggregates may wait: sealed together, they are cheaper.
      if (aggregator.push(whole.substr(0, space), data)) send(aggregator, between);
    } catch (const kagg::error& error) {
      // A user record that is refused is named, and the others go on.
      std::cerr << "not sent: " << line << ": " << error.what() << " (byte "
                << error.byte_offset() << ", value " << error.value() << ", limit "
                << error.limit() << ")\n";
      refused = true;
    }
  }
  aggregator.finish();
  send(aggregator, between);
  std::cout << "\n]}\n";
  return refused ? 1 : 0;
}
