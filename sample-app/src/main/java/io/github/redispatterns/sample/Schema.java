package io.github.redispatterns.sample;

import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.ApplicationDataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.SqlInitializationProperties;
import org.springframework.stereotype.Component;

import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.Locks;

/**
 * Runs {@code schema.sql} and {@code data.sql}, one instance at a time: instances that
 * start together would trip over each other.
 */
@Component
@EnableConfigurationProperties(SqlInitializationProperties.class)
final class Schema extends ApplicationDataSourceScriptDatabaseInitializer {

	private static final Duration MAX_WAIT = Duration.ofSeconds(20);

	private final Locks locks;

	Schema(DataSource dataSource, SqlInitializationProperties properties, Locks locks) {
		super(dataSource, properties);
		this.locks = locks;
	}

	@Override
	@SuppressWarnings("try")
	public boolean initializeDatabase() {
		try (LockHandle lock = this.locks.get("schema").acquire(MAX_WAIT)) {
			return super.initializeDatabase();
		}
	}

}
