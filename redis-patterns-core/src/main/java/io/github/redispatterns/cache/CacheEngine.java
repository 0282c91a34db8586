package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.EntryMetadata;
import io.github.redispatterns.codec.Envelope;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * One cache, asynchronously: what is under its keys, what that is good for, and how to
 * come by what is missing.
 * <p>
 * <b>Why an old value cannot come back.</b> A load begins when its lease lies under the
 * key and the epoch of the cache is known. Its value is written only where the lease
 * still lies, which evicting or putting the key removes, and carries that epoch, which is
 * lower than the one of any later invalidation of a tag or of the cache. The near cache
 * takes in only what was read after the last invalidation it heard of.
 */
final class CacheEngine implements Invalidations.LocalState, InvalidationLog.Follower {

	/** A method that takes longer than this is not cached if it asks and puts apart. */
	private static final long FENCE_MILLIS = 60_000;

	/** How many loads of one cache run in the background at the same time. */
	private static final int MAX_REFRESHES = 32;

	/** How many loads of one cache run under a timeout at the same time. */
	private static final int MAX_TIMED_LOADS = 64;

	private static final Log logger = LogFactory.getLog(CacheEngine.class);

	private final String name;

	private final KeySpace space;

	private final CacheSettings settings;

	private final RedisGateway gateway;

	private final EntryCodec codec;

	private final CacheVersions versions;

	private final EntryStore store;

	private final EntryStore waitingStore;

	private final EntryWriter writer;

	private final Invalidations invalidations;

	private final ServerClock clock;

	private final Freshness freshness;

	private final Mailbox mailbox;

	private final Executor background;

	private final CacheStatistics statistics = new CacheStatistics();

	private final Presence presence = new Presence();

	private final @Nullable NearCache near;

	private final @Nullable WriteBehind writes;

	private final Map<String, Flight> flights = new ConcurrentHashMap<>();

	private final Semaphore refreshes = new Semaphore(MAX_REFRESHES);

	private final @Nullable Executor timedLoads;

	private final Patience patience;

	private final LoadGate loadsWithoutRedis;

	private volatile CacheState lastState = new CacheState(0, 0, 0);

	/**
	 * Create the engine of a cache.
	 * @param name the name of the cache
	 * @param settings its settings
	 * @param ttlPolicy decides how long values live, if there is one
	 * @param writes what waits to be written to the source, if that is done later
	 * @param versions has the epochs of the cache
	 * @param resources what all caches share
	 */
	CacheEngine(String name, CacheSettings settings, @Nullable TtlPolicy ttlPolicy, @Nullable WriteBehind writes,
			CacheVersions versions, CacheResources resources) {
		this.name = name;
		this.space = resources.root().child("cache").child(name);
		this.settings = settings;
		this.gateway = resources.gateway();
		this.codec = resources.codec();
		this.clock = resources.clock();
		this.freshness = new Freshness(settings, this.clock);
		this.mailbox = resources.mailbox();
		this.background = resources.background();
		this.versions = versions;
		this.writes = writes;
		this.near = nearCache(settings);
		this.store = new EntryStore(this.gateway, versions, this.clock, this.mailbox.channels(), this::ticket);
		this.waitingStore = this.store.waiting();
		this.writer = new EntryWriter(name, new Lifetimes(settings, ttlPolicy), this.codec, settings.maxEntrySize(),
				this.statistics);
		this.loadsWithoutRedis = new LoadGate(settings.maxLoadsWithoutRedis());
		this.timedLoads = settings.hasTimeouts() ? new LoadGate(MAX_TIMED_LOADS).around(this.background) : null;
		this.patience = new Patience(this, this.gateway.timers());
		this.invalidations = new Invalidations(name, settings, resources, this.store, versions, this);
	}

	private @Nullable NearCache nearCache(CacheSettings settings) {
		NearSettings wanted = settings.near();
		return (wanted != null)
				? new NearCache(this.space, wanted, settings.jitter(), this.codec, this.versions, this.statistics)
				: null;
	}

	String name() {
		return this.name;
	}

	KeySpace space() {
		return this.space;
	}

	CacheSettings settings() {
		return this.settings;
	}

	@Override
	public CacheStatistics statistics() {
		return this.statistics;
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	ServerClock clock() {
		return this.clock;
	}

	Freshness freshness() {
		return this.freshness;
	}

	EntryStore store() {
		return this.store;
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

	Invalidations invalidations() {
		return this.invalidations;
	}

	LoadGate loadsWithoutRedis() {
		return this.loadsWithoutRedis;
	}

	/**
	 * Where loads run whose callers do not wait for their end.
	 * @return {@code null} if all callers do
	 */
	@Nullable Executor timedLoads() {
		return this.timedLoads;
	}

	private long ticket(String key) {
		return (this.near != null) ? this.near.ticket(key) : 0;
	}

	/**
	 * Look into the near cache.
	 * @param tag the hash tag of the key of an entry
	 * @param type its declared type
	 * @return the entry, if it is there and valid
	 */
	@Nullable NearEntry near(String tag, ResolvableType type) {
		return (this.near != null) ? this.near.get(tag, type, this.lastState.cleared()) : null;
	}

	private CompletionStage<Assessment> read(LoadRequest request) {
		return read(request, store(request));
	}

	private CompletionStage<Assessment> read(LoadRequest request, EntryStore store) {
		if (!this.invalidations.trusts(request.key())) {
			return CompletableFuture.completedFuture(Assessment.NOTHING);
		}
		if (!this.clock.isKnown()) {
			return this.store.clock().thenCompose((clock) -> read(request, this.store));
		}
		CompletionStage<EntryStore.Read> read = store.read(request.key());
		boolean here = store == this.waitingStore && read.toCompletableFuture().isDone();
		return here ? read.thenCompose((found) -> assess(request, found))
				: read.thenComposeAsync((found) -> assess(request, found), request.executor());
	}

	// A caller who waits does so where it asks, which costs least, and goes on by itself;
	// not one of many values, which are asked for side by side.
	private EntryStore store(LoadRequest request) {
		boolean waits = request.part() == null && CallerThread.isCurrent(request.executor());
		return waits ? this.waitingStore : this.store;
	}

	private CompletionStage<Assessment> assess(LoadRequest request, EntryStore.Read read) {
		return assess(request.key(), read.stored(), read.state(), request.type());
	}

	/**
	 * Serve a value, or load it.
	 * @param request what is wanted
	 * @return the value; the failure of the loader as it is
	 */
	CompletableFuture<@Nullable Object> getOrLoad(LoadRequest request) {
		if (!isLikelyThere(request.key())) {
			return fly(request, Assessment.NOTHING, null);
		}
		return read(request).handle(
				(found, failure) -> (found != null) ? serve(request, found) : fly(request, Assessment.NOTHING, failure))
			.thenCompose(Function.identity())
			.toCompletableFuture();
	}

	/**
	 * Serve values, and load those that are missing in one call.
	 * @param requests what is wanted, each a part of the same loads
	 * @param changed which keys are to be loaded without looking, and without storing
	 * @param executor where they are decoded
	 * @return the values in the order of the requests
	 */
	CompletableFuture<List<@Nullable Object>> getOrLoadAll(List<LoadRequest> requests, Predicate<String> changed,
			Executor executor) {
		long now = likelyMicros();
		List<String> likely = new ArrayList<>();
		// In place of one that is going to be read stands null.
		List<@Nullable CompletableFuture<@Nullable Object>> flying = new ArrayList<>(requests.size());
		for (LoadRequest request : requests) {
			String key = request.key();
			if (changed.test(key)) {
				flying.add(request.load().toCompletableFuture());
			}
			else if (this.invalidations.trusts(key) && this.presence.isLikely(key, now)) {
				flying.add(null);
				likely.add(key);
			}
			else {
				flying.add(fly(request, Assessment.NOTHING, null));
			}
		}
		return readAll(likely).handleAsync((reads, failure) -> {
			Iterator<EntryStore.Read> read = (reads != null) ? reads.iterator() : Collections.emptyIterator();
			List<CompletableFuture<@Nullable Object>> values = new ArrayList<>(requests.size());
			for (int i = 0; i < requests.size(); i++) {
				LoadRequest request = requests.get(i);
				CompletableFuture<@Nullable Object> value = flying.get(i);
				if (value == null) {
					value = (failure != null) ? fly(request, Assessment.NOTHING, failure) : serve(request, read.next());
				}
				values.add(value);
			}
			return all(values);
		}, executor).thenCompose(Function.identity()).whenComplete((values, failure) -> {
			if (failure != null) {
				requests.forEach(LoadRequest::decided);
			}
		}).toCompletableFuture();
	}

	private CompletionStage<List<EntryStore.Read>> readAll(List<String> keys) {
		return keys.isEmpty() ? CompletableFuture.completedFuture(List.of()) : this.store.readAll(keys);
	}

	static CompletableFuture<List<@Nullable Object>> all(List<CompletableFuture<@Nullable Object>> values) {
		return CompletableFuture.allOf(values.toArray(CompletableFuture[]::new))
			.thenApply((done) -> values.stream().<@Nullable Object>map(CompletableFuture::join).toList());
	}

	private CompletableFuture<@Nullable Object> serve(LoadRequest request, EntryStore.Read read) {
		return assess(request, read).thenCompose((found) -> serve(request, found)).toCompletableFuture();
	}

	private boolean isLikelyThere(String key) {
		return this.presence.isLikely(key, likelyMicros());
	}

	// Nothing is likely before the time is known.
	private long likelyMicros() {
		return this.clock.isKnown() ? this.clock.nowMicros() : Long.MAX_VALUE;
	}

	private CompletableFuture<@Nullable Object> serve(LoadRequest request, Assessment found) {
		if (!found.isServable()) {
			this.presence.gone(request.key());
			return fly(request, found, null);
		}
		if (!found.isFresh() || this.freshness.isDueEarly(found)) {
			refresh(request, found);
		}
		// Not earlier: an entry that was prolonged is not the one to replace any more.
		served(request, found);
		request.decided();
		return CompletableFuture.completedFuture(found.value());
	}

	private void served(LoadRequest request, Assessment found) {
		this.statistics.add(found.isFresh() ? Event.HIT : Event.STALE_HIT);
		if (found.isFresh()) {
			prolong(request, found);
		}
	}

	/**
	 * Look for a value that is not loaded if it is missing.
	 * @param request what is wanted; its loader is not asked
	 * @return what is there
	 */
	CompletionStage<Assessment> find(LoadRequest request) {
		return read(request).thenApply((found) -> {
			if (found.isServable()) {
				served(request, found);
			}
			else {
				this.statistics.add(Event.MISS);
			}
			return found;
		});
	}

	/**
	 * Serve a value if it is fresh, and load it early where that is due.
	 * @param request what is wanted
	 * @return what is there
	 */
	CompletionStage<Assessment> serveFresh(LoadRequest request) {
		return read(request).thenApply((found) -> {
			if (found.isFresh()) {
				serve(request, found);
			}
			return found;
		});
	}

	/**
	 * Look for a value that is loaded elsewhere if it is missing or stale.
	 * @param request what is wanted; its loader is not asked
	 * @return what is there
	 */
	CompletionStage<Assessment> findFresh(LoadRequest request) {
		return read(request).thenApply((found) -> {
			if (found.isFresh()) {
				served(request, found);
			}
			return found;
		});
	}

	/**
	 * Read an entry; if there is none, put up a fence under which a value may be written
	 * later, unless an invalidation takes it away.
	 * @param request what is wanted; its loader is not asked
	 * @return the entry or the fence
	 */
	CompletionStage<Fenced> getOrFence(LoadRequest request) {
		if (!this.invalidations.trusts(request.key())) {
			return CompletableFuture.completedFuture(Fenced.NOTHING);
		}
		if (!isLikelyThere(request.key())) {
			return fence(request, Assessment.NOTHING);
		}
		return findFresh(request).thenCompose((found) -> found.isFresh()
				? CompletableFuture.completedFuture(new Fenced(found, null)) : fence(request, found));
	}

	private CompletionStage<Fenced> fence(LoadRequest request, Assessment unwanted) {
		EntryStore.LeaseRequest asked = new EntryStore.LeaseRequest(Flight.token('~'), FENCE_MILLIS,
				unwanted.identity(), unwanted.isFallback(), leastGeneration(), "");
		return this.store.lease(request.key(), asked)
			.thenComposeAsync((reply) -> assess(request.key(), reply.stored(), reply.state(), request.type())
				.thenCompose((found) -> fenced(request, reply, found)), request.executor());
	}

	private CompletionStage<Fenced> fenced(LoadRequest request, LeaseReply reply, Assessment found) {
		if (found.isFresh()) {
			this.statistics.add(Event.HIT);
			return CompletableFuture.completedFuture(new Fenced(found, null));
		}
		if (reply.status() == LeaseReply.Status.ENTRY) {
			return fence(request, found);
		}
		this.statistics.add(Event.MISS);
		return CompletableFuture.completedFuture(new Fenced(Assessment.NOTHING, reply));
	}

	private CompletableFuture<@Nullable Object> fly(LoadRequest request, Assessment seen, @Nullable Throwable outage) {
		long joined = System.nanoTime();
		Flight mine = new Flight(this, request, seen, false);
		Flight first = this.flights.putIfAbsent(request.key(), mine);
		if (first == null || !first.request().type().equals(request.type())) {
			mine.start(outage);
			return this.patience
				.await(mine, request, this.settings.hardTimeout(), () -> CompletableFuture.completedFuture(mine.seen()))
				.thenApply(Flight.Landing::value);
		}
		mine.discard();
		if (first.isLoadingHere()) {
			return load(request, request::load).toCompletableFuture();
		}
		Duration hard = this.settings.hardTimeout();
		// What the flight saw may have been invalidated before this caller came.
		return this.patience
			.await(first, request, (hard != null) ? hard : this.settings.maxWait(), () -> read(request, this.store))
			.thenComposeAsync((landing) -> landing.isFor(joined) ? CompletableFuture.completedFuture(landing.value())
					: getOrLoad(request), request.executor());
	}

	/**
	 * Load again in the background, unless somebody does already or has failed just now.
	 * @param request what is wanted
	 * @param seen the entry that is to be replaced
	 */
	void refresh(LoadRequest request, Assessment seen) {
		if (seen.isPaused() || this.flights.containsKey(request.key()) || !this.refreshes.tryAcquire()) {
			return;
		}
		Flight flight = new Flight(this, request.on(this.background), seen, true);
		flight.result().whenComplete((value, failure) -> this.refreshes.release());
		if (this.flights.putIfAbsent(request.key(), flight) != null) {
			flight.discard();
			return;
		}
		if (seen.isFresh()) {
			this.statistics.add(Event.EARLY_REFRESH);
		}
		flight.start(null);
	}

	/**
	 * Load a value, or take the one that its source will have.
	 * @param request what is wanted
	 * @param load calls the loader
	 * @return the value
	 */
	CompletionStage<@Nullable Object> load(LoadRequest request, Supplier<CompletionStage<@Nullable Object>> load) {
		WriteBehind writes = this.writes;
		if (writes == null) {
			return observed(load);
		}
		return writes.pending(request.key())
			.exceptionally((failure) -> null)
			.thenComposeAsync((pending) -> (pending != null) ? CompletableFuture.completedFuture(pending.value())
					: observed(load), request.executor());
	}

	private CompletionStage<@Nullable Object> observed(Supplier<CompletionStage<@Nullable Object>> load) {
		return this.gateway.observations().observe(CacheObservation.LOAD, this.name, load, (value) -> "loaded");
	}

	void landed(Flight flight) {
		this.flights.remove(flight.request().key(), flight);
	}

	// A read sends no write for half of the idle time, nor where the life ends anyway.
	private void prolong(LoadRequest request, Assessment found) {
		Duration idle = this.settings.timeToIdle();
		EntryMetadata entry = found.metadata();
		if (idle == null || entry == null) {
			return;
		}
		long idleMicros = idle.toNanos() / 1000;
		long now = this.clock.nowMicros();
		if (entry.expiryMicros() - now >= idleMicros / 2) {
			return;
		}
		long longest = this.writer.longestMicros(request, found.value());
		long end = entry.createdMicros() + longest;
		if (longest > idleMicros && Math.min(now + idleMicros, end) > entry.expiryMicros()) {
			this.store.touch(request.key(), found.identity(), idleMicros, longest,
					this.settings.staleTime().toMillis());
		}
	}

	/**
	 * Store what was loaded, unless it is not to be stored.
	 * @param request what was wanted
	 * @param lease the lease it was loaded under
	 * @param value the value
	 * @param micros how long that took
	 * @return whether nothing invalidated it meanwhile; {@code false} if that is not
	 * known
	 */
	CompletionStage<Boolean> fill(LoadRequest request, LeaseReply lease, @Nullable Object value, long micros) {
		EntryWriter.Entry entry = request.rules().unless().test(value) ? null
				: this.writer.write(request, value, lease.nowMicros(), micros, lease.state().epoch());
		if (entry == null) {
			return endUnstored(request.key(), lease);
		}
		return this.store.fill(request.key(), lease.token(), entry.bytes(), entry.life()).handle((filled, failure) -> {
			if (failure != null) {
				this.writer.notStored(failure);
				return false;
			}
			return isThere(request, lease, value, entry, filled);
		});
	}

	// What was there before is as good as it was, but not served stale instead.
	// Whether a later tag was one of the value's own is not known: then it is not shared.
	private CompletionStage<Boolean> endUnstored(String key, LeaseReply lease) {
		return this.store.release(key, lease.token(), this.settings.errorPause().toNanos() / 1000, false)
			.thenApply((end) -> {
				saw(end.state());
				return end.held() && end.state().epoch() == lease.state().epoch();
			})
			.exceptionally((failure) -> false);
	}

	private boolean isThere(LoadRequest request, LeaseReply lease, @Nullable Object value, EntryWriter.Entry entry,
			EntryStore.LeaseEnd filled) {
		saw(filled.state());
		if (!filled.held()) {
			this.statistics.add(Event.LEASE_LOST);
			return false;
		}
		written(request, value, entry, lease.stored().ticket());
		return Boolean.TRUE.equals(this.versions.isValid(entry.metadata(), filled.state()));
	}

	private void written(LoadRequest request, @Nullable Object value, EntryWriter.Entry entry, long ticket) {
		this.presence.seen(request.key(), this.clock.nowMicros() + entry.life().storedMillis() * 1000);
		if (this.near != null) {
			long nanos = this.freshness.nearNanos(entry.metadata(), 0);
			Envelope.read(entry.bytes())
				.ifPresent((envelope) -> this.near.put(request.key(), ticket, envelope, value, request.type(), nanos));
		}
	}

	/**
	 * Give up a lease.
	 * @param key the key
	 * @param token its token
	 * @param pause for how long the former entry is not tried to be replaced
	 */
	void release(String key, String token, Duration pause) {
		this.store.release(key, token, pause.toNanos() / 1000, true);
	}

	void renewWhile(String key, String token, BooleanSupplier needed) {
		Duration every = this.settings.lease().dividedBy(3);
		this.gateway.timers().repeat(every, () -> {
			if (!needed.getAsBoolean()) {
				return false;
			}
			this.store.renew(key, token, leaseMillis());
			return true;
		});
	}

	/**
	 * Write a value.
	 * @param request what it is; its loader is not asked
	 * @param value the value
	 * @return whether it was written
	 */
	CompletionStage<Boolean> put(LoadRequest request, @Nullable Object value) {
		return put(request, value, 0);
	}

	/**
	 * Write a value that waits to be written to its source.
	 * @param request what it is; its loader is not asked
	 * @param value the value
	 * @param number the number of the write; 0 if it does not wait
	 * @return whether it was written
	 */
	CompletionStage<Boolean> put(LoadRequest request, @Nullable Object value, long number) {
		return this.gateway.observations()
			.observe(CacheObservation.PUT, this.name, () -> tryPut(request, value, number),
					(written) -> written ? "written" : "remembered");
	}

	private CompletionStage<Boolean> tryPut(LoadRequest request, @Nullable Object value, long number) {
		return this.store.clock()
			.thenCompose((clock) -> put(request, value, number, this.lastState))
			.exceptionallyCompose((failure) -> this.invalidations.notWritten(List.of(request.key()),
					RedisPatternsException.causeOf(failure)));
	}

	private CompletionStage<Boolean> put(LoadRequest request, @Nullable Object value, long number, CacheState state) {
		long created = (number > 0) ? number : this.clock.nowMicros();
		EntryWriter.Entry entry = this.writer.write(request, value, created, 0, state.epoch());
		if (entry == null) {
			return this.invalidations.evict(request.key()).thenApply((found) -> false);
		}
		long before = changed(request.key());
		CompletionStage<CacheState> written = this.invalidations.announced(List.of(request.key()),
				() -> (number > 0) ? this.store.putNewer(request.key(), entry.bytes(), entry.life())
						: store(request).put(request.key(), entry.bytes(), entry.life()));
		return written.whenComplete((now, failure) -> this.flights.remove(request.key())).thenCompose((now) -> {
			saw(now);
			if (state.epoch() != now.epoch()) {
				return put(request, value, number, now);
			}
			put(request, value, entry, before, number);
			return CompletableFuture.completedFuture(true);
		});
	}

	// What was read meanwhile may be the old value: its tickets are void.
	// Whether a numbered one is the last is known in Redis only.
	private void put(LoadRequest request, @Nullable Object value, EntryWriter.Entry entry, long before, long number) {
		this.statistics.add(Event.PUT);
		long after = changed(request.key());
		written(request, value, entry, (after == before + 1 && number == 0) ? after : before);
	}

	private long changed(String key) {
		return (this.near != null) ? this.near.changed(key) : 0;
	}

	/**
	 * Look for what {@link #putIfAbsent} would leave there.
	 * @param request what is wanted; its loader is not asked
	 * @return what is there, fresh or to be replaced
	 */
	CompletionStage<Assessment> present(LoadRequest request) {
		return read(request).thenCompose((found) -> orWaiting(request.key(), found));
	}

	// A write that waits is there, even if the cache has forgotten it.
	private CompletionStage<Assessment> orWaiting(String key, Assessment found) {
		if (found.isFresh() || this.writes == null) {
			return CompletableFuture.completedFuture(found);
		}
		return this.writes.pending(key)
			.thenApply((pending) -> (pending != null && pending.value() != null)
					? new Assessment(Assessment.Kind.FRESH, pending.value(), null, found.identity(), false) : found);
	}

	/**
	 * Write a value where there is none. What Redis may not have heard of counts as
	 * written and is remembered, as with {@link #put}.
	 * @param request what it is; its loader is not asked
	 * @param value the value
	 * @return what is there and why the value was not written; nothing if it was
	 */
	CompletionStage<@Nullable Assessment> putIfAbsent(LoadRequest request, @Nullable Object value) {
		CompletionStage<@Nullable Assessment> present = this.invalidations.trusts(request.key())
				? tryPutIfAbsent(request, value) : putUnlessWaiting(request, value);
		return present.exceptionallyCompose((failure) -> this.invalidations
			.notWritten(List.of(request.key()), RedisPatternsException.causeOf(failure))
			.thenApply((written) -> null));
	}

	private CompletionStage<@Nullable Assessment> putUnlessWaiting(LoadRequest request, @Nullable Object value) {
		return orWaiting(request.key(), Assessment.NOTHING).thenCompose((found) -> found.isFresh()
				? CompletableFuture.completedFuture(found) : put(request, value).thenApply((written) -> null));
	}

	private CompletionStage<@Nullable Assessment> tryPutIfAbsent(LoadRequest request, @Nullable Object value) {
		return this.store.clock()
			.thenCompose((clock) -> this.store.read(request.key()))
			.thenCompose((read) -> assess(request, read).thenCompose((found) -> orWaiting(request.key(), found))
				.thenCompose((found) -> found.isFresh() ? CompletableFuture.completedFuture(found)
						: putInstead(request, value, read.state(), found)));
	}

	private CompletionStage<@Nullable Assessment> putInstead(LoadRequest request, @Nullable Object value,
			CacheState state, Assessment unwanted) {
		// Where it is written later, its number, by the clock of Redis, must be higher.
		long created = this.clock.nowMicros() - ((this.writes != null) ? 1_000_000 : 0);
		EntryWriter.Entry entry = this.writer.write(request, value, created, 0, state.epoch());
		if (entry == null) {
			return CompletableFuture.completedFuture(null);
		}
		return this.store.putIfAbsent(request.key(), unwanted.identity(), entry.bytes(), entry.life())
			.thenCompose((written) -> {
				if (!written) {
					return tryPutIfAbsent(request, value);
				}
				this.statistics.add(Event.PUT);
				evicted(List.of(request.key()));
				return this.invalidations.changed(List.of(request.key())).thenApply((told) -> null);
			});
	}

	@Override
	public void evicted(Collection<String> keys) {
		keys.forEach((key) -> {
			changed(key);
			this.presence.gone(key);
			this.flights.remove(key);
		});
	}

	@Override
	public void cleared(@Nullable CacheState state) {
		this.presence.allGone();
		this.flights.clear();
		forgetAll(state);
	}

	@Override
	public void invalidated(Collection<String> tags, @Nullable CacheState state) {
		this.flights.clear();
		heard(tags, state);
	}

	private void heard(Collection<String> tags, @Nullable CacheState state) {
		if (state == null) {
			forgetAll(null);
		}
		else {
			this.versions.heard(tags, state);
			saw(state);
		}
	}

	private void forgetAll(@Nullable CacheState state) {
		if (state != null) {
			saw(state);
		}
		if (this.near != null) {
			this.near.clear();
		}
	}

	@Override
	public void live() {
		if (this.near != null) {
			this.near.open();
		}
	}

	@Override
	public void invalidated(InvalidationLog.What what, @Nullable CacheState state, List<String> names) {
		switch (what) {
			case KEY -> names.forEach(this::changing);
			case TAG -> heard(names, state);
			case ALL -> forgetAll(state);
		}
	}

	private void changing(String key) {
		this.presence.gone(key);
		if (this.near != null) {
			this.near.changing(key);
		}
	}

	@Override
	public void missed() {
		forgetAll(null);
	}

	@Override
	public void dead() {
		if (this.near != null) {
			this.near.close();
		}
	}

	/**
	 * Judge an entry.
	 * @param key its key
	 * @param stored what lies there
	 * @param state the state of the cache that was read with it
	 * @param type its declared type
	 * @return what it is good for
	 */
	CompletionStage<Assessment> assess(String key, StoredEntry stored, CacheState state, ResolvableType type) {
		saw(state);
		Envelope envelope = stored.envelope();
		if (envelope == null) {
			return CompletableFuture.completedFuture(Assessment.none(stored.head()));
		}
		return isValid(envelope, state).thenApply((valid) -> judge(key, stored, envelope, type, valid));
	}

	/**
	 * Whether nothing has invalidated an entry.
	 * @param envelope the entry
	 * @param state the state of the cache that was read with it
	 * @return whether it is
	 */
	CompletionStage<Boolean> isValid(Envelope envelope, CacheState state) {
		Boolean valid = this.versions.isValid(envelope.metadata(), state);
		return (valid != null) ? CompletableFuture.completedFuture(valid) : this.versions.catchUp(state)
			.thenApply((known) -> known && Boolean.TRUE.equals(this.versions.isValid(envelope.metadata(), state)));
	}

	private Assessment judge(String key, StoredEntry stored, Envelope envelope, ResolvableType type, boolean valid) {
		Assessment.Kind kind = valid ? this.freshness.kind(envelope.metadata()) : Assessment.Kind.NONE;
		if (kind == Assessment.Kind.NONE) {
			return Assessment.none(stored.identity());
		}
		Decoded decoded = this.codec.decode(key, envelope, type);
		if (decoded instanceof Decoded.Value value) {
			found(key, stored, envelope, type, kind, value.value());
			return new Assessment(kind, value.value(), envelope.metadata(), stored.identity(),
					this.freshness.isPaused(stored));
		}
		this.statistics.add(Event.UNDECODABLE);
		logger.debug("Entry of cache '%s' counts as missing: %s".formatted(this.name, decoded));
		return Assessment.none(stored.identity());
	}

	private void found(String key, StoredEntry stored, Envelope envelope, ResolvableType type, Assessment.Kind kind,
			@Nullable Object value) {
		long expiry = envelope.metadata().expiryMicros();
		this.presence.seen(key, expiry + this.settings.staleTime().toNanos() / 1000);
		if (this.near != null && kind == Assessment.Kind.FRESH) {
			this.near.put(key, stored.ticket(), envelope, value, type,
					this.freshness.nearNanos(envelope.metadata(), stored.pausedUntilMicros()));
		}
	}

	boolean isNear(String key) {
		return this.near != null && this.near.has(key);
	}

	/**
	 * Number of entries in the near cache.
	 * @return an estimate, 0 without one
	 */
	long nearSize() {
		return (this.near != null) ? this.near.size() : 0;
	}

	void saw(CacheState state) {
		if (state.epoch() > this.lastState.epoch()) {
			this.lastState = state;
		}
	}

	long leastGeneration() {
		return this.lastState.cleared();
	}

	long leaseMillis() {
		return this.settings.lease().toMillis();
	}

	/**
	 * Note that Redis refused a command, which is a fault of somebody.
	 * @param failure why
	 */
	void refused(Throwable failure) {
		logger.error("Cache '%s' cannot use Redis and loads without it".formatted(this.name),
				RedisPatternsException.causeOf(failure));
	}

	/**
	 * An entry or a fence.
	 *
	 * @param found the entry, fresh or nothing
	 * @param fence the fence, if there is no entry
	 */
	record Fenced(Assessment found, @Nullable LeaseReply fence) {

		static final Fenced NOTHING = new Fenced(Assessment.NOTHING, null);

	}

}
