package io.sequitur.activities.delivery;

/** How many places on the wire this process may use of what a webhook has in all. */
interface PlaceLeases {
  /** There is no other process. */
  PlaceLeases ALONE =
      new PlaceLeases() {
        @Override
        public boolean valid() {
          return true;
        }

        @Override
        public void more(long webhook, int wanted, Gates.Lease lease) {
          lease.holds(Integer.MAX_VALUE);
        }
      };

  /** Whether what was leased may still be used. */
  boolean valid();

  /**
   * Asks for places; may take as long as a statement.
   *
   * @param wanted how many could be used now
   * @param lease is told how many there are
   */
  void more(long webhook, int wanted, Gates.Lease lease);
}
