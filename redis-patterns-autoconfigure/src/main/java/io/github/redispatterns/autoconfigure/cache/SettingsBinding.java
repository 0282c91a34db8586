package io.github.redispatterns.autoconfigure.cache;

import java.time.Duration;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.cache.NearSettings;
import io.github.redispatterns.cache.WriteBehindSettings;

/**
 * Makes settings of properties one by one, so that one that cannot work is named with its
 * value.
 */
final class SettingsBinding {

	private final CacheSettings.Builder builder = CacheSettings.builder();

	private String prefix;

	private boolean near;

	private NearSettings nearSettings = NearSettings.ofDefaults();

	private WriteBehindSettings writeBehindSettings = WriteBehindSettings.ofDefaults();

	SettingsBinding(String prefix) {
		this.prefix = prefix;
	}

	/**
	 * Go on with other properties.
	 * @param prefix what they begin with
	 * @return this
	 */
	SettingsBinding in(String prefix) {
		this.prefix = prefix;
		return this;
	}

	<T> SettingsBinding set(String name, @Nullable T value,
			BiFunction<CacheSettings.Builder, T, CacheSettings.Builder> setter) {
		if (value != null) {
			PropertyCheck.create(this.prefix + "." + name, value, () -> setter.apply(this.builder, value).build());
		}
		return this;
	}

	SettingsBinding setSize(String name, @Nullable DataSize value,
			BiFunction<CacheSettings.Builder, Integer, CacheSettings.Builder> setter) {
		return set(name, value, (settings, size) -> setter.apply(settings,
				(int) Math.max(0, Math.min(size.toBytes(), Integer.MAX_VALUE))));
	}

	SettingsBinding near(CacheProperties.@Nullable OwnNear own) {
		if (own != null) {
			this.near = (own.enabled() != null) ? own.enabled() : this.near;
			Duration life = (own.timeToLive() != null) ? own.timeToLive() : this.nearSettings.timeToLive();
			long weight = (own.maxSize() != null) ? own.maxSize().toBytes() : this.nearSettings.maxWeight();
			this.nearSettings = PropertyCheck.create(this.prefix + ".near",
					"time-to-live %s, max-size %dB".formatted(life, weight), () -> new NearSettings(life, weight));
			this.builder.near(this.near ? available() : null);
		}
		return this;
	}

	SettingsBinding writeBehind(CacheProperties.@Nullable OwnWriteBehind own) {
		if (own != null) {
			this.writeBehindSettings = PropertyCheck.create(this.prefix + ".write-behind", own,
					() -> own.over(this.writeBehindSettings));
			this.builder.writeBehind(own.enabled() ? this.writeBehindSettings : null);
		}
		return this;
	}

	private NearSettings available() {
		if (!ClassUtils.isPresent("com.github.benmanes.caffeine.cache.Caffeine", null)) {
			throw new InvalidConfigurationPropertyValueException(this.prefix + ".near.enabled", true,
					"A near cache needs the dependency com.github.ben-manes.caffeine:caffeine");
		}
		return this.nearSettings;
	}

	CacheSettings build() {
		return this.builder.build();
	}

}
