#include <kinesis_agg.hpp>

#include <iostream>
#include <iterator>

int main() {
  const std::string blob{std::istreambuf_iterator<char>(std::cin), {}};
  kagg::deaggregator deaggregator;
  const kagg::reading reading = deaggregator.read({blob});
  for (const kagg::user_record& it : reading) {
    std::cout << it.partition_key << ": " << it.data.size() << " bytes\n";
  }
}
