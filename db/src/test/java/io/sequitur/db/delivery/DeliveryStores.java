package io.sequitur.db.delivery;

import java.time.Clock;
import org.jdbi.v3.core.Jdbi;

/** The stores of this package, for tests of others. */
public record DeliveryStores(
    ClaimStore claims,
    ResultStore results,
    BellStore bells,
    SweepStore sweep,
    OperatorStore operator,
    WakeStore wake,
    ReplayStore replays,
    ReplayClaims replayClaims,
    ReplayScan replayScan,
    ReplayBells replayBells,
    ReplayReader replayReader) {
  public static DeliveryStores of(Jdbi jdbi) {
    return new DeliveryStores(
        new ClaimStore(jdbi),
        new ResultStore(jdbi),
        new BellStore(jdbi),
        new SweepStore(jdbi),
        new OperatorStore(jdbi),
        new WakeStore(jdbi),
        new ReplayStore(jdbi, Clock.systemUTC()),
        new ReplayClaims(jdbi),
        new ReplayScan(jdbi),
        new ReplayBells(jdbi),
        new ReplayReader(jdbi));
  }
}
