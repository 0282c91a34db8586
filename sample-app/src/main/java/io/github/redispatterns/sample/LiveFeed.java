package io.github.redispatterns.sample;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.redispatterns.pubsub.Subscription;

/**
 * Passes the news of all nodes on to the browsers of this one, as server-sent events. It
 * ends before the web server does, which would otherwise wait for the open streams.
 */
@RestController
final class LiveFeed implements SmartLifecycle {

	static final int MAX_BROWSERS = 500;

	private static final long NO_TIMEOUT = 0;

	private final Newsroom newsroom;

	private final Set<SseEmitter> browsers = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Subscription subscription;

	LiveFeed(Newsroom newsroom) {
		this.newsroom = newsroom;
	}

	@GetMapping(path = "/api/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter open() {
		if (!isRunning() || this.browsers.size() >= MAX_BROWSERS) {
			throw Refusal.tooManyBrowsers();
		}
		SseEmitter browser = new SseEmitter(NO_TIMEOUT);
		browser.onCompletion(() -> this.browsers.remove(browser));
		this.browsers.add(browser);
		send(browser, SseEmitter.event().comment("welcome").build());
		return browser;
	}

	/**
	 * Without a sign of life a proxy cuts the stream, and a dead browser stays unnoticed.
	 */
	@Scheduled(fixedRate = 15, timeUnit = TimeUnit.SECONDS)
	void heartbeat() {
		sendToAll(SseEmitter.event().comment("alive").build());
	}

	@Override
	public void start() {
		this.subscription = this.newsroom.subscribe((news) -> sendToAll(SseEmitter.event().data(news).build()));
	}

	@Override
	public void stop() {
		Subscription toClose = this.subscription;
		this.subscription = null;
		if (toClose != null) {
			toClose.close();
		}
		this.browsers.forEach(SseEmitter::complete);
	}

	@Override
	public boolean isRunning() {
		return this.subscription != null;
	}

	private void sendToAll(Set<DataWithMediaType> event) {
		this.browsers.forEach((browser) -> send(browser, event));
	}

	private void send(SseEmitter browser, Set<DataWithMediaType> event) {
		try {
			browser.send(event);
		}
		catch (IOException | IllegalStateException ex) {
			this.browsers.remove(browser);
		}
	}

}
