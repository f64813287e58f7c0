// Takes Kinesis records apart: each file is the data of one.
//
//   deaggregate FILE...
//
// Prints a line for each user record: file, sub-sequence number, partition key,
// explicit hash key, length and text of the data. A file that is no aggregate is
// a user record of its own, and printed as it is.

#include <kinesis_agg.hpp>

#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

// The bytes as text; all but printable ASCII as \xNN.
static std::string text(kagg::bytes bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    if (byte < 0x80 && std::isprint(byte) != 0) {
      out += static_cast<char>(byte);
    } else {
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

static std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  return bytes;
}

static void deaggregate(int count, char** paths) {
  std::vector<std::string> files;
  for (int at = 0; at < count; ++at) files.push_back(read_file(paths[at]));

  // All blobs are read together: that is what makes it cheap.
  kagg::deaggregator deaggregator;
  const kagg::reading reading = deaggregator.read(files);
  for (std::size_t at = 0; at < reading.blob_count(); ++at) {
    const kagg::blob blob = reading.blob(at);
    if (blob.is_aggregate()) continue;
    // No error: the Kinesis record is the user's own.
    if (blob.status != KAGG_PLAIN) {
      std::cerr << paths[at] << " passes through: " << blob.message() << ", at byte "
                << blob.byte_offset << "\n";
    }
    std::cout << paths[at] << " - - - " << blob.data.size() << ": " << text(blob.data) << "\n";
  }
  for (const kagg::user_record& it : reading) {
    std::cout << paths[it.blob] << " " << it.sub_sequence_number << " " << text(it.partition_key)
              << " " << (it.explicit_hash_key ? text(*it.explicit_hash_key) : "-") << " "
              << it.data.size() << ": " << text(it.data) << "\n";
  }
}

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: deaggregate FILE...\n";
    return 2;
  }
  try {
    kagg::require_abi();
    deaggregate(argc - 1, argv + 1);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
