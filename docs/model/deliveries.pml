/*
 * Deliveries of one lane: claims, fences, heads, the doorbell and its end, with two processes that
 * route, one webhook workflow, a sweep, and processes that die or freeze (guarantees G2, G5, G8,
 * G10; design 5.2 and 5.3). With -DREPLAY a replay sends two older ones of the lane once more: its
 * claims are a second kind, in rows of their own. Checked in full by Spin: .ci/models.
 *
 * Judged:
 *
 *   - no delivery has two attempts on the wire, unless the lease of one of them lapsed;
 *   - a delivery is sent under a live lease only when all before it in its lane are finished;
 *   - when nobody can do anything any more, every delivery is finished: none is stuck. Without
 *     deaths and freezes this holds without the sweep (-DNO_SWEEP): ringing and ending are complete;
 *   - with a replay: of the lane one attempt is on the wire, whoever makes it; the replay keeps its
 *     own order; and neither leaves the other behind.
 *
 * A step of a process here is a transaction, at its commit. What makes that true in the code: each
 * transaction takes the lane's lock (the row of key_counter), or the bell's (the row of
 * webhook_state), in a statement of its own before the one that looks, so what it looks at is newest
 * and stays so. Two that take neither are single statements: RELEASE and FREE_HEADS.
 *
 * Time passes when it likes: what is due later becomes due; a lease lapses when its holder is dead,
 * or frozen. A frozen process does whatever it did next after its lease has lapsed.
 *
 * Broken on purpose, each with -D, and each must fail:
 *
 *   NO_FENCE            a result changes the delivery, whoever has it now
 *   CLAIM_NO_HEAD       who ends an attempt claims the first that waits, though one before it is open
 *   NO_NEXT_HEAD        who ends an attempt leaves the rest of the lane alone
 *   LOOK_BEFORE_LOCK    routing looks for what stands before its delivery, then takes the lane's lock
 *   END_WITHOUT_LOCK    the end of a drain looks what waits, then takes the bell's lock
 *   END_ALTHOUGH_RUNG   the workflow ends although the bell rang since its drain began
 *   NO_RING             a retry is written down, and nobody rings for it
 *   TAKE_LIVE           a drain claims what is due, though another's lease on it lives
 *   REPLAY_ALONE        a replay claims without a look at the live claims of the lane
 *   LIVE_ALONE          a drain claims without a look at the replay's claims in the lane
 *   REPLAY_HURRIES      a replay claims what is due, though an item before it is not finished
 *   REPLAY_NO_NEXT      who ends a replay's attempt does not make its next item due
 *   REPLAY_NO_HEAD      who ends a replay's attempt leaves what came meanwhile alone
 *   REPLAY_NO_GO_ON     who gives a replay's claim back leaves what came meanwhile alone
 *
 * The probes must fail too: they show that the model gets where it matters. PROBE_DONE: everything
 * is finished in the end. PROBE_OVERTAKEN: an attempt is made by a frozen process, too late.
 * PROBE_BETWEEN: a live delivery goes between the two of the replay.
 * And so must NO_SWEEP with a death: it is the sweep that covers deaths.
 */

#define N 3                     /* the lane's length */
#ifndef EVENTS
#define EVENTS N                /* so many of it are used; a delivery's number is its position */
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef FREEZES
#define FREEZES 0
#endif
#ifndef FAILS
#define FAILS 2
#endif
#ifndef GIVE_BACKS
#define GIVE_BACKS 1            /* no place on the wire came free in time */
#endif

mtype = { absent, pending, retrying, waiting, finished };
mtype = { unset, now, later };  /* null, by now, after now */

mtype state[N] = absent;        /* delivery_open.state; finished: the row is in delivery_done */
mtype due[N] = unset;           /* next_attempt_at */
byte owner[N];                  /* claim_owner; 0: null */
byte number[N];                 /* claim_number, the fencing number */
bool live[N];                   /* now() < claim_until */

mtype nextLook = unset;         /* webhook_state.next_look */
byte drains;                    /* webhook_state.drain */
bool running;                   /* Temporal: webhook:<uid> has an open run */
bool rung;                      /* WebhookWorkflowImpl.rung */

byte routed;                    /* so many events have left the outbox */
byte crashes = CRASHES;
byte freezes = FREEZES;
byte fails = FAILS;
byte giveBacks = GIVE_BACKS;

bool orphan[N];                 /* for the model: the holder of the claim is dead */
byte wire[N];                   /* for the judge: number of the attempt on the wire under a live lease */
bool drainWaits;                /* Drain.onTheWire is not empty */
bool drainDied;

chan claimed = [N] of { byte, byte, byte, bool, bool }; /* delivery, number, owner, checked, by a drain */

#define DRAINER 3
#define REPLAYER 4

#ifdef REPLAY
#define R 2                     /* replay_item: two, of one lane; finished before the model begins */
mtype rdue[R] = unset;          /* next_attempt_at */
bool rdone[R];                  /* delivered or given up */
bool rheld[R];                  /* claim_owner is not null; a replay has one drain at a time */
byte rnumber[R];                /* claim_number */
bool rlive[R];                  /* now() < claim_until */
bool rorphan[R];                /* for the model: the holder of the claim is dead */
byte rwire[R];                  /* for the judge */
bool rpaused;                   /* replay.state: by an operator, for good */
bool between;                   /* for the probe */

chan rclaimed = [R] of { byte, byte }; /* item, number */

#define rmine(i, n) (!rdone[i] && rheld[i] && rnumber[i] == n)
#define replaying (rlive[0] || rlive[1])
#define replayOnTheWire (rwire[0] != 0 || rwire[1] != 0)
#else
#define replaying false
#define replayOnTheWire false
#endif

#define open(d) (state[d] != absent && state[d] != finished)
#define mine(d, who, n) (open(d) && owner[d] == who && number[d] == n)
#define free(d) (owner[d] == 0 || !live[d])
#define head0 open(0)
#define head1 (open(1) && !open(0))
#define head2 (open(2) && !open(0) && !open(1))
#define anyLive (live[0] || live[1] || live[2])
#define dueHead(d, isHead) (isHead && due[d] == now && free(d) && !replaying)
#define anyDue (dueHead(0, head0) || dueHead(1, head1) || dueHead(2, head2))

inline claim(d, who) {
  owner[d] = who; number[d]++; live[d] = true; orphan[d] = false
}

inline unclaim(d) {
  owner[d] = 0; live[d] = false; orphan[d] = false
}

/* Doorbell.signal: signal-with-start */
inline ring() {
  d_step {
    if
    :: running -> rung = true
    :: else -> running = true; rung = false
    fi
  }
}

/* BellStore.DUE_NOW, then the ring if the record says that nobody looks that early */
inline dueNow() {
  d_step {
    lowered = (nextLook != now);
    nextLook = now
  };
  if
  :: lowered -> ring(); lowered = false
  :: atomic { lowered && crashes > 0 -> crashes--; lowered = false }
  :: else
  fi
}

/*
 * A process: the dispatcher's loop. RoutingStore.route takes one event, or two of the key at once,
 * and gives them the next positions.
 */
proctype Group(byte who) {
  byte d;
  bool behind;
  bool toRing;
  bool lowered;

  do
  :: routed == EVENTS -> break
  :: routed < EVENTS ->
#ifdef LOOK_BEFORE_LOCK
     behind = open(0) || open(1) || open(2) || replaying;
#endif
     atomic {
       if
       :: routed == EVENTS -> break
       :: else
       fi;
       d = routed;
       /* INSERT: behind an open one of its lane? */
#ifndef LOOK_BEFORE_LOCK
       behind = open(0) || open(1) || open(2) || replaying;
#endif
       if
       :: behind -> state[d] = waiting
       :: !behind -> state[d] = pending; due[d] = now; claim(d, who);
          if
          :: claimed ! d, 1, who, true, false /* head start: the INSERT was the strict check */
          :: claimed ! d, 1, who, false, false
          :: crashes > 0 -> crashes--; orphan[d] = true
          fi
       :: !behind -> state[d] = pending; due[d] = now; /* in trouble: only added, for the workflow */
          if
          :: toRing = true
          :: crashes > 0 -> crashes--
          fi
       fi;
       routed++;
       if
       :: routed < EVENTS -> state[routed] = waiting; routed++ /* the second of its lane in this group */
       :: true
       fi;
       d = 0; behind = false
     };
     if
     :: toRing -> dueNow(); toRing = false
     :: else
     fi
  od
}

/*
 * ResultStore.recordLaned: the lane's lock; RECORD, in which the bell's lock is taken; NEXT_HEADS.
 * One transaction.
 */
inline record(worked) {
  d_step {
    wire[d] = (wire[d] == n -> 0 : wire[d]);
    if
#ifdef NO_FENCE
    :: open(d) ->
#else
    :: mine(d, who, n) ->
#endif
       unclaim(d);
       if
       :: worked -> state[d] = finished; due[d] = unset
       :: else ->
          state[d] = retrying; due[d] = later;
#ifndef NO_RING
          lowered = (nextLook == unset);
          nextLook = (nextLook == unset -> later : nextLook)
#endif
       fi
    :: else /* only logged */
    fi;
    next = N;
#ifndef NO_NEXT_HEAD
    if
    :: anyLive || replaying
#ifdef CLAIM_NO_HEAD
    :: !anyLive && !replaying && state[0] == waiting -> next = 0
    :: !anyLive && !replaying && state[0] != waiting && state[1] == waiting -> next = 1
    :: !anyLive && !replaying && state[0] != waiting && state[1] != waiting && state[2] == waiting -> next = 2
#else
    :: !anyLive && !replaying && head0 && state[0] == waiting -> next = 0
    :: !anyLive && !replaying && head1 && state[1] == waiting -> next = 1
    :: !anyLive && !replaying && head2 && state[2] == waiting -> next = 2
#endif
    :: else
    fi;
    if
    :: next < N -> state[next] = pending; due[next] = now; claim(next, who);
       claimed ! next, number[next], who, false, false /* Attempts.goOn */
    :: else
    fi
#endif
  }
}

/* ClaimStore.RELEASE: one statement, without the lane's lock. Its number is free again. */
inline release() {
  d_step {
    if
    :: mine(d, who, n) -> unclaim(d); number[d]--
    :: else
    fi
  }
}

/* The process is gone; what it had claimed lapses. */
inline die() {
  crashes > 0 -> crashes--;
  if
  :: mine(d, who, n) -> orphan[d] = true
  :: else
  fi;
  wire[d] = (wire[d] == n -> 0 : wire[d]);
  drainDied = drainDied || drained
}

/* Attempts: one at a time here, on one of the threads of any process. */
proctype Attempt() {
  byte d;
  byte n;
  byte who;
  byte next;
  bool checked;
  bool drained;
  bool lowered;

end:
  do
  :: claimed ? d, n, who, checked, drained ->
     if
     :: checked -> goto send
     :: !checked ->
        if
        :: atomic { giveBacks > 0 -> giveBacks--; release() }; dueNow(); goto over
        :: atomic { die(); goto over }
        :: atomic { /* ClaimStore.CHECK */
             if
             :: mine(d, who, n) && live[d] -> goto send /* GO */
             :: mine(d, who, n) && !live[d] -> goto lapsing
             :: !mine(d, who, n) -> goto over /* LOST */
             fi
           }
        fi
     fi;

lapsing:
     release();
     dueNow();
     goto over;

send:
     if
     :: atomic { die(); goto over }
     :: d_step { /* the bytes leave: now, or, when the process was frozen after its check, late */
          if
          :: mine(d, who, n) && live[d] ->
             assert(wire[d] == 0);
             assert((d == 0 || wire[0] == 0) && (d == 1 || wire[1] == 0) && (d == 2 || wire[2] == 0));
             assert(!replayOnTheWire);
             assert(d < 1 || state[0] == finished);
             assert(d < 2 || state[1] == finished);
             wire[d] = n
#ifdef REPLAY
             ; between = between || (rdone[0] && !rdone[1])
#endif
          :: else
#ifdef PROBE_OVERTAKEN
             ; assert(false)
#endif
          fi
        }
     fi;
     if
     :: record(true)
     :: atomic { fails > 0 -> fails--; record(false) }
     :: atomic { die(); goto over }
     fi;
     if
     :: lowered -> ring() /* Attempts.goOn */
     :: atomic { lowered && crashes > 0 -> crashes-- }
     :: else
     fi;

over:
     skip;
     d_step {
       drainWaits = (drained -> false : drainWaits);
       d = 0; n = 0; who = 0; next = 0; checked = false; drained = false; lowered = false
     }
  od
}

/* BellStore.NEXT_LOOK: heads with a time; of one under a live claim, the end of its lease. */
#define looksNow (dueHead(0, head0) || dueHead(1, head1) || dueHead(2, head2))
#define looksLater ((head0 && due[0] != unset) || (head1 && due[1] != unset) || (head2 && due[2] != unset))
#define look (looksNow -> now : (looksLater -> later : unset))

/* BellStore.settle, with the bell's lock from before it looks */
inline settle(drain) {
#ifdef END_WITHOUT_LOCK
  found = look;
  d_step {
#else
  d_step {
    found = look;
#endif
    if
    :: drains == drain -> nextLook = found
    :: else
    fi
  }
}

#ifdef TAKE_LIVE
#define claimable(d, isHead) (isHead && due[d] == now)
#elif defined(LIVE_ALONE)
#define claimable(d, isHead) (isHead && due[d] == now && free(d) && !(live[0] || live[1] || live[2]))
#else
#define claimable(d, isHead) (dueHead(d, isHead) && !(live[0] || live[1] || live[2]))
#endif

inline take(it) {
  claim(it, DRAINER); drainWaits = true; claimed ! it, number[it], DRAINER, false, true
}

/* webhook:<uid>: WebhookWorkflowImpl.run, and its activity DrainActivity with Drain and BellStore. */
proctype Workflow() {
  byte drain;
  mtype found = unset;

end:
  do
  :: running ->
     d_step {
       rung = false;
       drain = (FREEZES > 0 -> (drain + 1) % 3 : 0) /* DrainNumber: rising; three are enough to tell */
     };

begin:
     drainDied = false;
     d_step { /* BellStore.BEGIN */
       drains = drain;
       nextLook = now
     };
     do /* Drain.run: a place on the wire at a time */
     :: drainDied -> goto begin /* no heartbeat: the activity is tried again, with the same number */
     :: !drainDied && !drainWaits ->
        if
        :: atomic { claimable(0, head0) -> take(0) }
        :: atomic { claimable(1, head1) -> take(1) }
        :: atomic { claimable(2, head2) -> take(2) }
        :: else -> break
        fi
     od;
     if
     :: settle(drain)
     :: atomic { crashes > 0 -> crashes--; goto begin }
     :: atomic { freezes > 0 -> freezes--; run Late(drain); goto begin }
     fi;

     if
     :: found == now
#ifdef END_ALTHOUGH_RUNG
     :: found == unset -> running = false
#else
     :: found == unset && rung
     :: atomic { found == unset && !rung -> running = false } /* refused by Temporal if a ring came */
#endif
     :: found == later ->
endAsleep: /* until a timer that will find nothing */
        if
        :: rung
        :: anyDue /* the timer, at the latest: whatever it was set for is due */
        fi
     fi;
     found = unset
  od
}

/* A drain that was frozen before its end, and wakes up: another one with its number has begun. */
proctype Late(byte drain) {
  mtype found;

  settle(drain)
}

#ifdef REPLAY
#ifdef REPLAY_ALONE
#define rfree (!replaying)
#else
#define rfree (!replaying && !anyLive)
#endif
#ifdef REPLAY_HURRIES
#define rclaimable(i, isHead) (!rpaused && !rdone[i] && rdue[i] == now && rfree)
#else
#define rclaimable(i, isHead) (isHead && !rpaused && !rdone[i] && rdue[i] == now && rfree)
#endif

/* ReplayClaims.claim: the lane's lock, then CLAIM */
inline rtake(i) {
  rheld[i] = true; rnumber[i]++; rlive[i] = true; rorphan[i] = false; rclaimed ! i, rnumber[i]
}

/*
 * ReplayWorkflowImpl.run and ReplayDrain. A replay that is not over always has a time to look at
 * (ReplayBells.NEXT: a due time, or the end of a lease), so rings only make it quicker.
 */
proctype Replay() {
end:
  do
  :: atomic { rclaimable(0, true) -> rtake(0) }
  :: atomic { rclaimable(1, rdone[0]) -> rtake(1) }
  od
}

/* The lane goes on with its live head; LANES_GO_ON and ReplayResults with NEXT_HEADS. */
inline freeHead() {
  if
  :: head0 && state[0] == waiting -> state[0] = pending; due[0] = now
  :: head1 && state[1] == waiting -> state[1] = pending; due[1] = now
  :: head2 && state[2] == waiting -> state[2] = pending; due[2] = now
  :: else
  fi
}

inline rrelease() {
  d_step {
    if
    :: rmine(i, n) -> rheld[i] = false; rlive[i] = false; rorphan[i] = false; rnumber[i]--
    :: else
    fi;
#ifndef REPLAY_NO_GO_ON
    freeHead()
#endif
  }
}

inline rrecord(worked) {
  d_step {
    rwire[i] = (rwire[i] == n -> 0 : rwire[i]);
    if
    :: rmine(i, n) ->
       rheld[i] = false; rlive[i] = false; rorphan[i] = false;
       if
       :: worked -> rdone[i] = true; rdue[i] = unset;
#ifndef REPLAY_NO_NEXT
          if
          :: i == 0 -> rdue[1] = now
          :: else
          fi
#endif
       :: !worked -> rdue[i] = later
       fi
    :: else
    fi;
    next = N;
#ifndef REPLAY_NO_HEAD
    freeHead();
    if
    :: anyLive || replaying
    :: !anyLive && !replaying && head0 && due[0] == now -> next = 0
    :: !anyLive && !replaying && head1 && due[1] == now -> next = 1
    :: !anyLive && !replaying && head2 && due[2] == now -> next = 2
    :: else
    fi;
    if
    :: next < N -> claim(next, REPLAYER); claimed ! next, number[next], REPLAYER, false, false
    :: else
    fi
#endif
  }
}

inline rdie() {
  crashes > 0 -> crashes--;
  if
  :: rmine(i, n) -> rorphan[i] = true
  :: else
  fi;
  rwire[i] = (rwire[i] == n -> 0 : rwire[i])
}

/* Attempts, of a claim of the replay */
proctype ReplayAttempt() {
  byte i;
  byte n;
  byte next;
  bool lowered;

end:
  do
  :: rclaimed ? i, n ->
     if
     :: atomic {
          giveBacks > 0 -> giveBacks--; rrelease();
          if
          :: true
          :: rpaused = true /* HELD */
          fi
        };
        dueNow();
        goto over
     :: atomic { rdie(); goto over }
     :: atomic { /* ReplayClaims.CHECK */
          if
          :: rmine(i, n) && rlive[i] -> goto send
          :: rmine(i, n) && !rlive[i] -> goto lapsing
          :: !rmine(i, n) -> goto over
          fi
        }
     fi;

lapsing:
     rrelease();
     dueNow();
     goto over;

send:
     if
     :: atomic { rdie(); goto over }
     :: d_step {
          if
          :: rmine(i, n) && rlive[i] ->
             assert(wire[0] == 0 && wire[1] == 0 && wire[2] == 0);
             assert(!replayOnTheWire);
             assert(i == 0 || rdone[0]);
             rwire[i] = n
          :: else
          fi
        }
     fi;
     if
     :: rrecord(true)
     :: atomic { fails > 0 -> fails--; rrecord(false) }
     :: atomic { rdie(); goto over }
     fi;

over:
     skip;
     d_step { i = 0; n = 0; next = 0; lowered = false }
  od
}
#endif

proctype Time() {
end:
  do
#ifdef REPLAY
  :: atomic { rdue[0] == later -> rdue[0] = now }
  :: atomic { rdue[1] == later -> rdue[1] = now }
  :: atomic { rlive[0] && rorphan[0] -> rlive[0] = false }
  :: atomic { rlive[1] && rorphan[1] -> rlive[1] = false }
  :: atomic { rlive[0] && freezes > 0 -> freezes--; rlive[0] = false; rwire[0] = 0 }
  :: atomic { rlive[1] && freezes > 0 -> freezes--; rlive[1] = false; rwire[1] = 0 }
#endif
  :: atomic { due[0] == later -> due[0] = now }
  :: atomic { due[1] == later -> due[1] = now }
  :: atomic { due[2] == later -> due[2] = now }
  :: atomic { live[0] && orphan[0] -> live[0] = false }
  :: atomic { live[1] && orphan[1] -> live[1] = false }
  :: atomic { live[2] && orphan[2] -> live[2] = false }
  :: atomic { live[0] && freezes > 0 -> freezes--; live[0] = false; wire[0] = 0 }
  :: atomic { live[1] && freezes > 0 -> freezes--; live[1] = false; wire[1] = 0 }
  :: atomic { live[2] && freezes > 0 -> freezes--; live[2] = false; wire[2] = 0 }
  od
}

#ifndef NO_SWEEP
/* Sweep: OVERDUE rings, whatever the record says; FREE_HEADS, without the lane's lock. */
proctype Sweep() {
end:
  do
  :: atomic { anyDue && !(running && rung) -> ring() }
  :: atomic { head0 && state[0] == waiting -> state[0] = pending; due[0] = now }
  :: atomic { head1 && state[1] == waiting -> state[1] = pending; due[1] = now }
  :: atomic { head2 && state[2] == waiting -> state[2] = pending; due[2] = now }
  od
}
#endif

init {
  atomic {
    run Group(1);
    run Attempt();
#ifdef REPLAY
    rdue[0] = now;
#ifdef REPLAY_HURRIES
    rdue[1] = now; /* `ordered` was off when they were found */
#elif !defined(REPLAY_NO_NEXT)
    if
    :: rdue[1] = now
    :: true
    fi;
#endif
    run Replay();
    run ReplayAttempt();
#else
    run Group(2); /* with a replay one is enough: those of two are judged without */
    run Attempt();
#endif
    run Workflow();
    run Time();
#ifndef NO_SWEEP
    run Sweep()
#endif
  };
  timeout ->
#ifdef PROBE_DONE
  assert(false);
#endif
#ifdef PROBE_BETWEEN
  assert(!between);
#endif
#ifdef REPLAY
  assert(rpaused || (rdone[0] && rdone[1]));
#endif
  assert(routed == EVENTS && !open(0) && !open(1) && !open(2))
}
