/*
 * Loses handles: several, for the last may still lie on the stack. valgrind and LeakSanitizer must fail this program: otherwise
 * they look at nothing, and what passes under them says nothing.
 */

#include "check.h"

int main(void) {
  for (int count = 0; count < 8; count++) {
    struct kagg_aggregator *lost = new_aggregator();
    push(lost, "k", NULL, "data");
  }
  return 0;
}
