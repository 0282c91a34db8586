// The page of the ticket shop. Whatever users typed goes in as text, never as HTML.

const $ = (id) => document.getElementById(id);

const LONGEST_FEED = 30;

const shop = {
  events: [],
  event: null,          // the event on show
  buyer: null,          // the name that is logged in
  seats: new Map(),     // seat id -> { seat, button } of the event on show
  locks: new Map(),     // seat id -> list item of a lock that is watched
  limit: null,          // { limit, period, reset, at } in milliseconds
  turn: 0,              // number of the last request for seats
  shown: 0,             // number of the one whose answer is on show
  feed: null,           // the live feed
  wasCutOff: false,     // whether the live feed was lost
  retryAt: 0,           // when a refused purchase may come again
};

// Small tools

function element(tag, className, ...children) {
  const created = document.createElement(tag);
  created.className = className;
  created.append(...children);
  return created;
}

async function call(method, path, body, headers = {}) {
  const response = await fetch(`/api${path}`, {
    method,
    headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
    body: body && JSON.stringify(body),
  }).catch(() => Response.error());
  if (response.status === 401 && shop.buyer) {
    showVisitor(null);
    notice('You were logged out from elsewhere.', 'bad');
  }
  return response;
}

const json = async (response) => (response.ok ? response.json() : null);

const problemOf = (response) => response.json().catch(() => ({ detail: 'The shop does not answer. Try again.' }));

function notice(text, kind = '') {
  $('notice').textContent = text;
  $('notice').className = `notice ${kind}`;
}

const seconds = (millis) => Math.max(0, Math.ceil(millis / 1000));
const clock = (date) => new Date(date).toLocaleTimeString('en-GB');
const euros = (cents) => new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(cents / 100);

/** How the library writes what a user typed into a key: no blank, no brace, never long. */
function keyPart(text) {
  const hex = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const plain = (char) => (/[\w.@+\-/:]/.test(char) ? char : [...new TextEncoder().encode(char)].map(hex).join(''));
  const encoded = [...text].map(plain).join('');
  return encoded.length <= 64 ? encoded : '~…';
}

// Cache: the catalogue and where it came from

async function loadEvents() {
  const answer = await json(await call('GET', '/events'));
  if (!answer) return;
  const hit = answer.source === 'cache';
  $('cache-badge').textContent = `${hit ? 'cache hit' : 'database'} · ${answer.micros.toLocaleString('en')} µs`;
  $('cache-badge').className = `badge ${hit ? 'good' : 'wait'}`;
  $('cache-badge').dataset.source = answer.source;
  shop.events = answer.events;
  showEvents();
}

function showEvents() {
  if ($('events').children.length !== shop.events.length) {
    $('events').replaceChildren(...shop.events.map(eventButton));
  }
  if (!shop.event && shop.events.length) choose(shop.events[0]);
}

function eventButton(event) {
  const starts = new Date(event.startsAt);
  const part = (options) => starts.toLocaleDateString('en-GB', options);
  const date = element('span', 'date', part({ month: 'short' }), element('b', '', part({ day: 'numeric' })),
      part({ weekday: 'short' }));
  const what = element('span', 'what', element('b', '', event.title), element('span', '', event.venue),
      element('span', '', `${euros(event.priceCents)} · ${event.seats} seats`));
  const button = element('button', 'event', date, what);
  button.type = 'button';
  button.dataset.event = event.id;
  button.addEventListener('click', () => choose(event));
  return button;
}

async function choose(event) {
  shop.event = event;
  for (const button of $('events').children) {
    button.setAttribute('aria-pressed', String(button.dataset.event === String(event.id)));
  }
  $('event-title').textContent = event.title;
  $('event-place').textContent = `${event.venue}, ${new Date(event.startsAt).toLocaleString('en-GB',
      { dateStyle: 'long', timeStyle: 'short' })}. ${euros(event.priceCents)} a seat.`;
  shop.seats.clear();
  $('seats').replaceChildren();
  notice(shop.buyer ? 'Choose a seat.' : 'Log in, then choose a seat.');
  await loadSeats();
}

// Seats

async function loadSeats() {
  const event = shop.event;
  if (!event) return;
  const turn = ++shop.turn;
  const seats = await json(await call('GET', `/events/${event.id}/seats`));
  if (!seats || event !== shop.event || turn < shop.shown) return;   // a later answer was faster
  shop.shown = turn;
  seats.forEach(showSeat);
  $('free').textContent = `${seats.filter((seat) => !seat.sold).length} of ${seats.length} free`;
}

function showSeat(seat) {
  if (!shop.seats.has(seat.id)) {
    const button = element('button', 'seat');
    button.type = 'button';
    button.dataset.seat = seat.id;
    button.addEventListener('click', () => buy(shop.seats.get(seat.id).seat));
    shop.seats.set(seat.id, { button });
    $('seats').append(button);
  }
  shop.seats.get(seat.id).seat = seat;
  paintSeat(seat.id);
}

function paintSeat(seatId) {
  const { seat, button } = shop.seats.get(seatId) ?? {};
  if (!seat) return;
  const state = seat.mine ? 'yours' : seat.sold ? 'sold' : isPaying(seatId) ? 'being paid for' : 'free';
  button.textContent = seat.mine ? `${seat.label} ✓` : seat.label;
  button.className = `seat ${{ yours: 'sold mine', sold: 'sold', 'being paid for': 'paying' }[state] ?? ''}`;
  button.setAttribute('aria-label', `Seat ${seat.label}, ${state}`);
  button.setAttribute('aria-disabled', String(state !== 'free'));
}

async function buy(seat) {
  if (!shop.buyer) {
    notice('Log in first: any name will do.', 'bad');
    $('name').focus();
    return;
  }
  if (seat.sold) {
    notice(seat.mine ? `Seat ${seat.label} is yours already.` : `Seat ${seat.label} is sold.`);
    return;
  }
  notice(`Paying for seat ${seat.label} …`);
  const { status, problem } = await purchase(seat);
  await loadSeats();
  if (status === 201) notice(`Seat ${seat.label} is yours. Enjoy!`, 'good');
  else if (status !== 401) notice(problem.detail, 'bad');
}

async function purchase(seat) {
  // Should the browser send it again by itself, it is the same purchase.
  const key = { 'Idempotency-Key': `"${Date.now()}-${Math.random()}"` };
  const response = await call('POST', `/events/${shop.event.id}/seats/${seat.id}/purchase`, undefined, key);
  readLimit(response);
  return { status: response.status, problem: response.ok ? null : await problemOf(response) };
}

// Rate limit: what is left, as the headers of a purchase say it

function readLimit(response) {
  const policy = /;q=(\d+);w=(\d+)/.exec(response.headers.get('RateLimit-Policy') ?? '');
  const left = /;r=(\d+);t=(\d+)/.exec(response.headers.get('RateLimit') ?? '');
  if (policy && left) {
    const [limit, periodMillis, missing] = [+policy[1], policy[2] * 1000, policy[1] - left[1]];
    const resetMillis = missing ? (missing - 1) * periodMillis / limit + left[2] * 1000 : 0;
    showLimit({ limit, periodMillis, resetMillis });
  }
  if (response.status === 429) {
    shop.retryAt = performance.now() + response.headers.get('Retry-After') * 1000;
    showRetry();
  }
}

async function loadLimit() {
  const me = await json(await call('GET', '/me'));
  if (me?.allowance) showLimit(me.allowance);
}

function showLimit(allowance) {
  shop.limit = allowance && { ...allowance, at: performance.now() };
  $('pips').replaceChildren(...Array.from({ length: allowance?.limit ?? 0 }, () => element('i', '')));
  showTokens();
}

/** One token comes back each period / limit, so the page can count on by itself. */
function showTokens() {
  if (!shop.limit) {
    $('limit-text').textContent = 'Log in to begin.';
    return;
  }
  const { limit, periodMillis, resetMillis, at } = shop.limit;
  const each = periodMillis / limit;
  const reset = Math.max(0, resetMillis - (performance.now() - at));
  const missing = Math.min(limit, Math.ceil(reset / each));
  const left = limit - missing;
  const next = reset - (missing - 1) * each;
  $('limit-text').textContent = `${left} of ${limit} left${missing ? `, next in ${seconds(next)} s` : ''}`;
  $('pips').classList.toggle('low', left < 3);
  $('pips').setAttribute('aria-valuemax', limit);
  $('pips').setAttribute('aria-valuenow', left);
  [...$('pips').children].forEach((pip, index) => {
    const full = index < left ? 1 : index === left ? Math.max(0, 1 - next / each) : 0;
    pip.style.setProperty('--full', full);
  });
}

function showRetry() {
  const left = shop.retryAt - performance.now();
  $('refused').hidden = left <= 0;
  $('refused').textContent = `429 Too Many Requests. Try again in ${seconds(left)} s.`;
}

/** Fifteen requests for one seat: one pays, the lock stops some, the limit the others. */
async function actLikeABot() {
  const free = [...shop.seats.values()].map(({ seat }) => seat).find((seat) => !seat.sold && !isPaying(seat.id));
  if (!shop.buyer || !free) {
    notice(shop.buyer ? 'No free seat here: choose another event.' : 'Log in first: any name will do.', 'bad');
    return;
  }
  $('bot').disabled = true;
  $('tally').textContent = `15 requests for seat ${free.label} are on their way …`;
  const answers = await Promise.all(Array.from({ length: 15 }, () => purchase(free)));
  await loadSeats();
  $('tally').textContent = tally(answers);
  $('bot').disabled = false;
}

function tally(answers) {
  const kinds = [
    ['sold', ({ status }) => status === 201],
    ['stopped by the lock (409)', ({ problem }) => problem?.title === 'Seat busy'],
    ['too late (409)', ({ problem }) => problem?.title === 'Seat sold'],
    ['stopped by the limit (429)', ({ status }) => status === 429],
  ];
  return kinds.map(([what, is]) => [answers.filter(is).length, what])
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join('\n');
}

// Lock: who holds it, for as long as somebody pays

const isPaying = (seatId) => shop.locks.has(seatId) && !shop.locks.get(seatId).released;

function watchLock(news) {
  shop.locks.get(news.seatId)?.item.remove();
  const bar = element('progress', '');
  bar.setAttribute('aria-label', 'Lease left');
  const text = element('span', 'small', '…');
  const item = element('li', '', element('span', '', `Seat ${news.seat}, ${news.buyer}`), text, bar);
  shop.locks.set(news.seatId, { item, text, bar, lease: 0, released: false });
  $('locks').prepend(item);
  $('no-locks').hidden = true;
  $('lock-key').textContent = news.seatId;
  paintSeat(news.seatId);
  pollLock(news.seatId, news.node);
}

async function pollLock(seatId, node) {
  const lock = await json(await call('GET', `/seats/${seatId}/lock`));
  const watched = shop.locks.get(seatId);
  if (!watched || watched.released) return;
  if (!lock) {
    setTimeout(pollLock, 1000, seatId, node);
  }
  else if (lock.node) {
    watched.text.textContent = `held by ${lock.node}, ${(lock.remainingMillis / 1000).toFixed(1)} s left`;
    watched.lease ||= lock.remainingMillis;
    watched.bar.value = lock.remainingMillis / watched.lease;
    setTimeout(pollLock, 300, seatId, lock.node);
  }
  else {
    watched.released = true;
    watched.text.textContent = `released by ${node}`;
    watched.bar.remove();
    setTimeout(forgetLock, 8000, seatId, watched);
    loadSeats();
  }
}

function forgetLock(seatId, watched) {
  watched.item.remove();
  if (shop.locks.get(seatId) === watched) shop.locks.delete(seatId);
  $('no-locks').hidden = shop.locks.size > 0;
}

// Session: who I am, and where else

function showVisitor(me) {
  shop.buyer = me?.buyer ?? null;
  $('login').hidden = Boolean(shop.buyer);
  $('visitor').hidden = !shop.buyer;
  $('visitor-name').textContent = shop.buyer ?? '';
  document.querySelectorAll('.buyer-key').forEach((key) => { key.textContent = shop.buyer ? keyPart(shop.buyer) : 'you'; });
  if (me) $('node').textContent = me.node;
  showLimit(me?.allowance ?? null);
  loadSessions();
}

async function whoAmI() {
  showVisitor(await json(await call('GET', '/me')));
}

async function logIn(event) {
  event.preventDefault();
  const response = await call('POST', '/login', { name: $('name').value });
  if (!response.ok) {
    notice((await problemOf(response)).detail, 'bad');
    return;
  }
  showVisitor(await response.json());
  notice('Choose a seat.');
  $('seats').firstElementChild?.focus({ preventScroll: true });
  loadSeats();
}

async function logOut() {
  await call('POST', '/logout');
  showVisitor(null);
  notice('Log in, then choose a seat.');
  loadSeats();
}

async function loadSessions() {
  const sessions = (shop.buyer && await json(await call('GET', '/sessions'))) || [];
  $('sessions').replaceChildren(...sessions.map(sessionItem));
  $('no-sessions').hidden = sessions.length > 0;
}

function sessionItem(session) {
  const what = element('span', '', element('b', '', session.current ? 'This browser' : 'Another browser'),
      element('span', 'small', ` since ${clock(session.createdAt)}, seen ${clock(session.lastAccessedAt)}`));
  const item = element('li', '', what);
  if (!session.current) {
    const button = element('button', '', 'Log out');
    button.type = 'button';
    button.addEventListener('click', async () => {
      await call('DELETE', `/sessions/${encodeURIComponent(session.handle)}`);
      loadSessions();
    });
    item.append(button);
  }
  return item;
}

// Pub/sub: what happens on any node

function listen() {
  const source = new EventSource('/api/live');
  shop.feed = source;
  source.onopen = () => {
    live('live', 'good');
    loadSeats();
    if (shop.wasCutOff) whoAmI();   // perhaps another node answers now
    shop.wasCutOff = false;
  };
  source.onmessage = (message) => hear(JSON.parse(message.data));
  source.onerror = () => {
    shop.wasCutOff = true;
    live('reconnecting', 'wait');
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

/** A page that is only kept for the back button must not keep a connection. */
addEventListener('pagehide', () => shop.feed?.close());
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  shop.wasCutOff = true;
  listen();
});

function live(text, kind) {
  $('live').textContent = text;
  $('live').className = `badge ${kind}`;
}

function hear(news) {
  addToFeed(news);
  if (news.what === 'PAYING') watchLock(news);
  else loadSeats();
  if (isMine(news)) loadLimit();   // bought in another browser, perhaps
}

const isMine = (news) => shop.buyer && news.buyer && shop.buyer.startsWith(news.buyer.replace(/…$/, ''));

function addToFeed(news) {
  const text = {
    PAYING: `${news.buyer} is paying for ${news.seat}`,
    SOLD: `${news.buyer} bought ${news.seat}, ${news.event}`,
    RESET: 'All tickets were returned',
  }[news.what];
  const item = element('li', news.what.toLowerCase(), element('span', '', text),
      element('span', 'small', `${news.node} · ${clock(Date.now())}`));
  $('feed').prepend(item);
  while ($('feed').children.length > LONGEST_FEED) $('feed').lastElementChild.remove();
  $('no-news').hidden = true;
}

// Wiring

$('login').addEventListener('submit', logIn);
$('logout').addEventListener('click', logOut);
$('ask-again').addEventListener('click', loadEvents);
$('forget').addEventListener('click', async () => {
  await call('DELETE', '/events/cache');
  await loadEvents();
});
$('bot').addEventListener('click', actLikeABot);
$('reset').addEventListener('click', () => call('POST', '/reset'));
document.addEventListener('visibilitychange', () => document.hidden || loadSessions());
setInterval(() => {
  showTokens();
  showRetry();
}, 250);

await whoAmI();
await loadEvents();
listen();
