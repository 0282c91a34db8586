create table if not exists venue (
  id bigint primary key,
  name varchar(80) not null,
  city varchar(80) not null
);

create table if not exists event (
  id bigint primary key,
  venue_id bigint not null references venue,
  title varchar(120) not null,
  starts_at timestamp not null,
  price_cents int not null,
  seats int not null
);

create table if not exists seat (
  id bigint primary key,
  event_id bigint not null references event,
  label varchar(8) not null,
  unique (event_id, label)
);

create table if not exists orders (
  id bigint generated always as identity primary key,
  buyer varchar(128) not null,
  node varchar(128) not null,
  ordered_at timestamp with time zone default current_timestamp not null
);

-- The key is the last line of defence: no seat is sold twice, whatever happens to a lock.
create table if not exists ticket (
  seat_id bigint primary key references seat,
  order_id bigint not null references orders
);

create table if not exists preferences (
  buyer varchar(128) primary key,
  city varchar(80) not null,
  newsletter boolean not null
);
