package io.github.redispatterns.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * A ticket shop. Any number of instances may run: the truth is in one database, what they
 * tell each other goes through one Redis.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableCaching
@EnableScheduling
public class TicketShopApplication {

	static {
		// H2 shares its file with other instances through a server: on loopback only.
		System.setProperty("h2.bindAddress", "127.0.0.1");
	}

	public static void main(String[] args) {
		SpringApplication.run(TicketShopApplication.class, args);
	}

}
