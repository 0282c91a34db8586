package io.github.redispatterns.coordination;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

class CronFiresTests {

	@ParameterizedTest
	@CsvSource({
			// on time, late, very late, a little early, too early
			"0 0 * * * *, 2026-05-01T12:00:00Z, 2026-05-01T12:00:00Z",
			"0 0 * * * *, 2026-05-01T12:00:00.003Z, 2026-05-01T12:00:00Z",
			"0 0 * * * *, 2026-05-01T12:59:58.999Z, 2026-05-01T12:00:00Z",
			"0 0 * * * *, 2026-05-01T12:59:59.001Z, 2026-05-01T13:00:00Z",
			"* * * * * *, 2026-05-01T12:00:00.850Z, 2026-05-01T12:00:00Z",
			"* * * * * *, 2026-05-01T12:00:00.950Z, 2026-05-01T12:00:01Z",
			"0 0 3 * * *, 2026-05-01T02:00:00Z, 2026-04-30T03:00:00Z",
			"0 0 0 1 1 *, 2026-05-01T00:00:00Z, 2026-01-01T00:00:00Z",
			"0 0 0 29 2 *, 2027-05-01T00:00:00Z, 2024-02-29T00:00:00Z",
			"@daily, 2026-05-01T00:00:01Z, 2026-05-01T00:00:00Z" })
	void namesTheFireOfACall(String cron, Instant now, Instant fire) {
		Fire.At found = new CronFires(CronExpression.parse(cron), ZoneOffset.UTC).fire(now);
		assertThat(found).isNotNull().extracting(Fire.At::instant).isEqualTo(fire);
	}

	@Test
	void goesByItsZone() {
		CronFires fires = new CronFires(CronExpression.parse("0 30 2 * * *"), ZoneId.of("Europe/Berlin"));
		Fire.At fire = fires.fire(Instant.parse("2026-05-01T12:00:00Z"));
		assertThat(fire).isEqualTo(new Fire.At(Instant.parse("2026-05-01T00:30:00Z"), Duration.ofDays(1)));
	}

	@Test
	void hasNoFireThatNeverComes() {
		CronFires fires = new CronFires(CronExpression.parse("0 0 0 31 2 *"), ZoneOffset.UTC);
		assertThat(fires.fire(Instant.parse("2026-05-01T12:00:00Z"))).isNull();
	}

}
