/*
 * What the static library adds to a program: built with WITH_LIBRARY and without,
 * stripped, and compared by `cargo xtask test c`.
 */

#include <stdio.h>

#ifdef WITH_LIBRARY
#include <kinesis_agg.h>

static size_t packed_and_read(void) {
  struct kagg_aggregator *aggregator = NULL;
  struct kagg_deaggregator *deaggregator = NULL;
  struct kagg_records *records = NULL;
  struct kagg_record record;
  struct kagg_user_record rows[4];
  struct kagg_error error;
  size_t count = 0;
  if (kagg_aggregator_new(&aggregator) < 0 || kagg_deaggregator_new(&deaggregator) < 0) return 0;
  for (int index = 0; index < 2; index++) {
    kagg_aggregator_push(aggregator, "k", 1, NULL, 0, (const uint8_t *)"data", 4, &error);
  }
  kagg_aggregator_finish(aggregator);
  kagg_aggregator_seal(aggregator, &records);
  if (kagg_records_get(records, 0, &record) == KAGG_OK) {
    const struct kagg_blob blob = {record.data, record.data_len};
    kagg_deaggregator_read(deaggregator, &blob, 1, &error);
    kagg_deaggregator_user_records(deaggregator, rows, 4, &count);
  }
  kagg_records_free(records);
  kagg_deaggregator_free(deaggregator);
  kagg_aggregator_free(aggregator);
  return count;
}
#endif

int main(void) {
  puts("hello, world");
#ifdef WITH_LIBRARY
  puts(kagg_version());
  return packed_and_read() == 2 ? 0 : 1;
#else
  return 0;
#endif
}
