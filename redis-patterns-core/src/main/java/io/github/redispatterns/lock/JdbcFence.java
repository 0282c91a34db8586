package io.github.redispatterns.lock;

import java.util.regex.Pattern;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Keeps stale holders of a lock out of a database. Call it first in the transaction that
 * works under the lock: it remembers the token of the resource in a row of its own, which
 * stays locked until the transaction ends, and refuses smaller ones. Needs spring-jdbc
 * and this table:
 *
 * <pre>
 * create table fence (resource varchar(255) primary key, token bigint not null)
 * </pre>
 *
 * Where a table has a row for what the lock protects, a column there does as well and
 * needs no help: <code>update seat set ..., fence = :token where id = :id and fence &lt;=
 * :token</code>, and no row updated means that the lock is lost.
 * <p>
 * <b>Not promised:</b> without a transaction around the check and the work, the check
 * alone keeps nobody out.
 */
public final class JdbcFence {

	private static final Pattern IDENTIFIER = Pattern.compile("\\w+(\\.\\w+)*");

	private final JdbcOperations jdbc;

	private final String update;

	private final String insert;

	/**
	 * Create a guard.
	 * @param jdbc the database, in the transactions of the caller
	 * @param table the name of the table, letters, digits, underscores and dots
	 */
	public JdbcFence(JdbcOperations jdbc, String table) {
		if (!IDENTIFIER.matcher(table).matches()) {
			throw new IllegalArgumentException(
					"The name of a table has letters, digits, _ and . only, but is " + table);
		}
		this.jdbc = jdbc;
		this.update = "update %s set token = ? where resource = ? and token <= ?".formatted(table);
		this.insert = "insert into %s (resource, token) values (?, ?)".formatted(table);
	}

	/**
	 * Let in whoever has the newest token that was ever seen for the lock.
	 * @param handle the lock
	 * @throws StaleTokenException if it is not the newest
	 */
	public void check(LockHandle handle) {
		check(handle.name(), handle.fencingToken());
	}

	/**
	 * Let in whoever has the newest token that was ever seen for a resource.
	 * @param resource what the lock protects, at most 255 characters
	 * @param token the token
	 * @throws StaleTokenException if it is not the newest, or if it comes at once with
	 * another for the very first time
	 */
	public void check(String resource, long token) {
		if (this.jdbc.update(this.update, token, resource, token) == 0) {
			insert(resource, token);
		}
	}

	private void insert(String resource, long token) {
		try {
			this.jdbc.update(this.insert, resource, token);
		}
		catch (DuplicateKeyException ex) {
			throw new StaleTokenException(resource, token);
		}
	}

}
