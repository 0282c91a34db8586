merge into venue (id, name, city) key (id) values
  (1, 'Harbour Stage', 'Rotterdam'),
  (2, 'St. Anna''s Hall', 'Vienna'),
  (3, 'The Boiler House', 'Leeds'),
  (4, 'Lantern Cinema', 'Lisbon');

merge into event (id, venue_id, title, starts_at, price_cents, seats) key (id) values
  (1, 1, 'The Tempest', timestamp '2027-06-04 20:30:00', 3800, 24),
  (2, 2, 'A Night of Strings', timestamp '2027-06-11 19:30:00', 5400, 32),
  (3, 3, 'Brass and Bass', timestamp '2027-06-19 21:00:00', 2900, 40),
  (4, 4, 'Silent Films, Live Piano', timestamp '2027-06-26 20:00:00', 1800, 32);

-- Seats A1 to A8, B1 to B8, ... of each event; seat 3 of event 2 has the number 203.
merge into seat (id, event_id, label) key (id)
  select e.id * 100 + n.x, e.id, char(65 + (n.x - 1) / 8) || (mod(n.x - 1, 8) + 1)
  from event e join system_range(1, 99) n on n.x <= e.seats;
