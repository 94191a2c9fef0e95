/*
 * Freshness: no attempt uses a value older than the last one that was acknowledged before it
 * started, nor a mix of two, however writers, loaders, readers and step 2 interleave, and whoever
 * dies (guarantees G3, G4, G6). Checked in full by Spin: .ci/models.
 *
 * Two ways to know that an entry is out of date, and one judge for both:
 *
 *   default     epochs and invalidation rows (ADR 9), for whoever reads past his cache while
 *               something is pending, and loads the epoch with the data
 *   -DASK_FIRST the same where the loader does not see the epoch: an entry is kept under the epoch
 *               that the check before the load answered (docs/caches.md)
 *   -DINSIDE    the same where a reader that sees something pending runs a step 2 in his own
 *               transaction and loads in it: how routing keeps its rules (RoutingStore, Matching)
 *   -DVERSIONS  the versions of the rows themselves, compared one by one: how compiled webhooks are
 *               kept (ADR 4): CompiledWebhooks, WebhookReader.VERSION
 *
 * With -DFOLLOW it is about G6 instead: step 2s against each other, and what leaves after them.
 *
 * A step of a process here is a statement (what it sees is one snapshot) or the commit of a
 * transaction (what it wrote is there at once, or never). What stands uncommitted is in nobody's
 * snapshot, so it is no state here, but for the locks.
 *
 * Two rows make one entry, like a webhook and a key-value that its header uses. Revisions count the
 * commits of a row; no process looks at them, only the judge.
 *
 * Broken on purpose, each with -D, and each must fail:
 *
 *   EPOCH_AFTER_DATA       the loader asks for the epoch (or the versions) after the data
 *   TWO_STATEMENTS         the loader reads the rows one after the other
 *   LOAD_BEFORE_CHECK      what a load that began before the check found is used after it
 *   USE_WHAT_IS_THERE      what is sent is not the entry that was compared, but what the cache has then
 *   CHECK_WITHOUT_PENDING  the check asks only whether the epoch is still the same
 *   BUMP_WITHOUT_DELETING  step 2 bumps the epoch and leaves the rows: nothing is ever served again
 *   DELETE_WITHOUT_BUMP    step 2 deletes the rows only
 *   BUMP_BEFORE_DELETING   step 2 bumps in one transaction and deletes in the next
 *   JOIN_EARLIER_STEP_2    what follows from a change leaves after a step 2 that began before its routing
 *   SKIP_LOCKED            step 2 passes over rows that another one is deleting
 *   COUNTED_EPOCHS         an epoch is the last one plus one, and not of a sequence: one that was rolled
 *                          back comes again (with INSIDE)
 *   NEWEST_VERSION         only the highest version is compared (with VERSIONS)
 *   DELETE_AFTER_COMMIT    no check: the writer deletes the entry after its commit, as caches usually do
 *
 * -DPROBE_HIT and -DPROBE_PAST must fail too: they show that the model gets where it matters.
 */

#define WRITERS 3
#ifndef ROUNDS
#define ROUNDS 2                /* attempts, one after the other, in each of two threads */
#endif
#ifndef CRASHES
#define CRASHES 1               /* of a step 2: between its statement and its commit */
#endif

byte revision[2];               /* committed */
byte stamp[2];                  /* column version, committed */
byte sequence;                  /* sequence config_version: drawn at the write, before the commit */
bool locked[2];                 /* row locks of writers */
byte told[2];                   /* revisions whose writers have their answer */
bool was[16];                   /* was[4 * r0 + r1]: the two rows were at these revisions at once */

#define ENOUGH 6                /* more bumps than changes: reached only by who bumps without deleting */

byte pending;                   /* committed rows of table invalidation, a bit for each writer */
byte taken;                     /* those that the transaction of a step 2 has locked */
byte epoch;
byte committed;                 /* writers whose outbox row is there, a bit each */
byte crashes = CRASHES;
#ifdef INSIDE
byte epochs;                    /* sequence epoch_number: what a transaction drew is gone with it */
bool draining;                  /* the advisory lock of drain_invalidation() */
#ifdef COUNTED_EPOCHS
#define raise() raised = epoch + 1
#else
#define raise() epochs++; raised = epochs
#endif
#endif
#ifdef JOIN_EARLIER_STEP_2
byte running;                   /* step 2s under way */
byte ended;                     /* step 2s that came to their end */
#define begin() running++
#define end() running--; ended++
#else
#define begin() skip
#define end() skip
#endif

typedef Entry {
  bool there;
  byte revision[2];
  byte stamp[2];
  byte epoch
}
Entry cached;                   /* the entry in the memory of the process (Caffeine) */
Entry nothing;

#define max(a, b) (a > b -> a : b)

#define copy(to, from) \
  to.there = from.there; \
  to.revision[0] = from.revision[0]; to.revision[1] = from.revision[1]; \
  to.stamp[0] = from.stamp[0]; to.stamp[1] = from.stamp[1]; \
  to.epoch = from.epoch

/* The strictest judge: the answer comes with the commit. One that comes later asks for less. */
inline acknowledge() {
  told[0] = revision[0];
  told[1] = revision[1]
}

#ifdef VERSIONS
#define release(row) stamp[row] = drawn[row]; drawn[row] = 0; locked[row] = false
#else
#define release(row) skip
#endif

/*
 * A change, by the API or by hand. W0 writes the one row, W1 the other, W2 both in one transaction.
 * Row triggers stamp the version, statement triggers insert the invalidation row and the outbox
 * row, in the writer's transaction: all of it is there with the commit, or nothing. (With
 * epochs nobody looks at versions, and a commit is all that others see of a writer.)
 */
proctype Writer(byte me; byte rows) {
#ifdef VERSIONS
  byte drawn[2];

  /* update …: the row's lock, then stamp_version(), which may be long before the commit */
  if
  :: rows & 1 -> atomic { !locked[0]; locked[0] = true; sequence++; drawn[0] = sequence }
  :: else
  fi;
  if
  :: rows & 2 -> atomic { !locked[1]; locked[1] = true; sequence++; drawn[1] = sequence }
  :: else
  fi;
#endif

  if
  :: d_step { /* commit */
       if
       :: rows & 1 -> revision[0]++; release(0)
       :: else
       fi;
       if
       :: rows & 2 -> revision[1]++; release(1)
       :: else
       fi;
       was[4 * revision[0] + revision[1]] = true;
       pending = pending | (1 << me);
       committed = committed | (1 << me);
#ifndef DELETE_AFTER_COMMIT
       acknowledge();
#endif
     };
#ifdef DELETE_AFTER_COMMIT
     cached.there = false;
     d_step { acknowledge() }
#endif
  :: rows == 3 -> /* rollback, of all or to a savepoint: rows and invalidation vanish together */
     d_step { locked[0] = false; locked[1] = false }
  fi
}

/*
 * Step 2: delete from invalidation … returning, and bump the epochs of what that returned, in one
 * transaction. The statement sees what was committed when it began, waits for rows that another
 * step 2 has locked, and passes over those that are gone by then. (In the code one lock for all of
 * them, drain_invalidation()'s, is taken before the statement: that allows less than this.)
 */
inline step2(rows) {
  d_step { rows = pending; begin() };
#ifdef FOLLOW /* elsewhere there is only one step 2 at a time, and nobody to wait for */
#ifdef SKIP_LOCKED
  atomic { rows = rows & ~taken; taken = taken | rows };
#else
  atomic { (taken & rows) == 0; rows = rows & pending; taken = taken | rows };
#endif
#endif
#ifdef BUMP_BEFORE_DELETING
  epoch++;
  d_step { pending = 0; taken = taken & ~rows; end() }
#else
  d_step { /* commit; the row of the epoch is locked till then, so no bump is lost */
#ifndef BUMP_WITHOUT_DELETING
    pending = pending & ~rows;
#endif
    taken = taken & ~rows;
#ifndef DELETE_WITHOUT_BUMP
    epoch = epoch + (rows != 0 -> 1 : 0);
#endif
    rows = 0;
    end()
  }
#endif
}

/* The dispatcher's poll: whenever something is pending, whether events come or not. */
proctype Poll() {
  byte rows;
#ifdef INSIDE
  byte raised;
#endif

end:
  do
#ifdef INSIDE
  :: atomic { pending != 0 && !draining -> raise(); pending = 0; epoch = raised } /* of another process */
#else
  :: pending != 0 && epoch < ENOUGH -> step2(rows)
#endif
#ifdef FOLLOW
  :: atomic { crashes > 0 && pending != 0 -> crashes-- };
     /* it dies between its statement and its commit: locks are gone, the rows are still there */
     atomic { (taken & pending) == 0; rows = pending; taken = taken | rows };
     d_step { taken = taken & ~rows; rows = 0 }
#endif
  od
}

/*
 * What follows from the change of a writer: its event is routed, and only after a step 2 that began
 * after that does anything leave. By then the change must have been drained (G6).
 */
proctype Follow(byte change) {
  byte rows;
#ifdef JOIN_EARLIER_STEP_2
  byte before;
#endif

end:
  committed & (1 << change);    /* routing: takes the outbox row, commits; it never comes if that was rolled back */
#ifdef JOIN_EARLIER_STEP_2
  if
  :: atomic { running > 0 -> before = ended }; ended > before
  :: step2(rows)
  fi;
#else
  step2(rows);
#endif
  assert(!(pending & (1 << change)))
}

/* One plain statement: data and epoch (or versions) from the same snapshot. */
inline load(into) {
#ifdef TWO_STATEMENTS
  d_step { into.there = true; into.epoch = epoch; into.revision[0] = revision[0]; into.stamp[0] = stamp[0] };
  d_step { into.revision[1] = revision[1]; into.stamp[1] = stamp[1] }
#else
#ifdef EPOCH_AFTER_DATA
  d_step { into.there = true; into.revision[0] = revision[0]; into.revision[1] = revision[1] };
  d_step { into.epoch = epoch; into.stamp[0] = stamp[0]; into.stamp[1] = stamp[1] }
#else
  d_step {
    into.there = true; into.epoch = epoch;
    into.revision[0] = revision[0]; into.revision[1] = revision[1];
    into.stamp[0] = stamp[0]; into.stamp[1] = stamp[1]
  }
#endif
#endif
}

#if defined(VERSIONS) || defined(DELETE_AFTER_COMMIT) || defined(CHECK_WITHOUT_PENDING)
#define past false
#else
#define past dirty
#endif
#ifdef VERSIONS
#ifdef NEWEST_VERSION
#define current(entry) (max(entry.stamp[0], entry.stamp[1]) == max(seen.stamp[0], seen.stamp[1]))
#else
#define current(entry) (entry.stamp[0] == seen.stamp[0] && entry.stamp[1] == seen.stamp[1])
#endif
#else
#define current(entry) (entry.epoch == seen.epoch)
#endif

/*
 * The judge. A process that is frozen here, between its check and its write, sends what was right
 * when it checked: an attempt's start is its check.
 */
inline judge(used) {
  assert(used.there);
  assert(used.revision[0] >= must[0] && used.revision[1] >= must[1]);
  assert(was[4 * used.revision[0] + used.revision[1]]);
  must[0] = 0; must[1] = 0
}

/*
 * Attempts of one process, in two threads that share its cache: Attempts.checkAndSend and
 * CompiledWebhooks.get. Each step may be long after the one before: every pause is in here.
 */
proctype Attempt() {
  Entry seen;                   /* what the check saw of epoch and versions */
  Entry mine;                   /* the entry that is compared, and the one that is sent */
  Entry fresh;
  byte must[2];                 /* acknowledged when the attempt started */
  bool dirty;
  bool hit;
#ifdef ASK_FIRST
  byte asked;
#endif
  byte rounds = ROUNDS;
#ifdef INSIDE
  byte rows;
  byte raised;
#endif

  do
  :: rounds == 0 -> break
  :: rounds > 0 ->
#ifdef LOAD_BEFORE_CHECK
     load(fresh);
#endif
     d_step { /* ClaimStore.check, one statement: the attempt starts */
       rounds--;
       must[0] = told[0]; must[1] = told[1];
       seen.epoch = epoch; seen.stamp[0] = stamp[0]; seen.stamp[1] = stamp[1];
       dirty = (pending != 0)
     };
     d_step { /* entries.getIfPresent; what follows looks at nothing that others change */
       copy(mine, cached);
#ifdef DELETE_AFTER_COMMIT
       hit = mine.there;
#else
       hit = !past && mine.there && current(mine);
#endif
#ifdef PROBE_HIT
       assert(!hit || told[0] + told[1] == 0);
#endif
#ifdef ASK_FIRST
       asked = seen.epoch;
#endif
       copy(seen, nothing);
#ifndef USE_WHAT_IS_THERE
       if
       :: hit -> judge(mine)
       :: else
       fi;
       copy(mine, nothing)
#endif
     };
     if
#ifdef USE_WHAT_IS_THERE
     :: hit -> d_step { copy(mine, cached); judge(mine) }
#else
     :: hit
#endif
#ifdef INSIDE
     :: !hit && past -> /* something is pending: drain_invalidation() in this transaction */
        atomic { !draining -> draining = true };
        d_step {
          rows = pending;
          raise()
        };
        d_step { load(fresh); fresh.epoch = raised }; /* as this transaction sees it */
        d_step { copy(cached, fresh); judge(fresh) }; /* kept before the commit */
        if
        :: d_step { pending = pending & ~rows; epoch = raised; draining = false; rows = 0; raised = 0 }
        :: atomic { crashes > 0 -> crashes--; draining = false; rows = 0; raised = 0 }
        fi
#else
     :: !hit && past -> /* something is pending: read past the cache, and store nothing */
#ifdef PROBE_PAST
        assert(false);
#endif
        atomic { load(fresh); judge(fresh) }
#endif
     :: !hit && !past ->
#ifndef LOAD_BEFORE_CHECK
        load(fresh);
#endif
#ifdef ASK_FIRST
        d_step { fresh.epoch = asked; copy(cached, fresh); judge(fresh) }
#else
        d_step { copy(cached, fresh); judge(fresh) } /* entries.put, however late */
#endif
     fi;
     d_step { copy(fresh, nothing); dirty = false; hit = false }
  od
}

init {
  atomic {
    was[0] = true;
    run Writer(0, 1);
    run Writer(1, 2);
    run Writer(2, 3);
#ifdef FOLLOW
    run Follow(0);
    run Follow(2);
    run Poll();
    run Poll()
#else
    run Attempt();
    run Attempt();
#ifndef VERSIONS
    run Poll()
#endif
#endif
  };
#ifndef VERSIONS
  /* Nobody can do anything any more. */
  timeout -> assert(pending == 0)
#endif
}
