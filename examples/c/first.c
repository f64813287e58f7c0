#include <kinesis_agg.h>

#include <stdio.h>

int main(void) {
  static uint8_t bytes[1 << 20];
  const struct kagg_blob blob = {bytes, fread(bytes, 1, sizeof bytes, stdin)};
  struct kagg_user_record rows[64];
  size_t count;

  struct kagg_deaggregator *deaggregator = NULL;
  kagg_status status = kagg_deaggregator_new(&deaggregator);
  if (status == KAGG_OK) status = kagg_deaggregator_read(deaggregator, &blob, 1, NULL);
  if (status == KAGG_OK) {
    /* Rows are places in the blob. KAGG_OK while there are more. */
    while ((status = kagg_deaggregator_user_records(deaggregator, rows, 64, &count)) == KAGG_OK) {
      for (size_t at = 0; at < count; at++) {
        printf("%.*s: %u bytes\n", (int)rows[at].partition_key_len,
               (const char *)bytes + rows[at].partition_key_offset, rows[at].data_len);
      }
    }
  }
  if (status < 0) fprintf(stderr, "%s\n", kagg_status_message(status));
  kagg_deaggregator_free(deaggregator);
  return status < 0;
}
