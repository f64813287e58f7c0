// The second file: see cpp_twice.hpp. It includes the header twice, and alone.

#include "kinesis_agg.hpp"
#include "kinesis_agg.hpp"

#include "cpp_twice.hpp"

bool another_file_uses_the_header() {
  kinesis_agg::deaggregator deaggregator;
  return deaggregator.read({"plain"}).blob_count() == 1 && kinesis_agg::abi_fits();
}
