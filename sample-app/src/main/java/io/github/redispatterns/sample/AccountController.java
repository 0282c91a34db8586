package io.github.redispatterns.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;

import io.github.redispatterns.autoconfigure.NodeId;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.session.UserSession;
import io.github.redispatterns.session.UserSessions;

/** Who is logged in, and where else. */
@RestController
@RequestMapping("/api")
final class AccountController {

	private final UserSessions sessions;

	private final RateLimiter purchases;

	private final String node;

	AccountController(UserSessions sessions, RateLimiters limiters, NodeId node) {
		this.sessions = sessions;
		this.purchases = limiters.get("purchase");
		this.node = node.value();
	}

	@GetMapping("/me")
	Me me(@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		return new Me(this.node, buyer, (buyer != null) ? Allowance.of(this.purchases.peek(buyer)) : null);
	}

	@PostMapping("/login")
	Me login(@RequestBody Login login, HttpServletRequest request) {
		Buyer buyer = new Buyer((login.name() != null) ? login.name() : "");
		HttpSession session = request.getSession();
		request.changeSessionId();
		session.setAttribute(Buyer.ATTRIBUTE, buyer.name());
		session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, buyer.name());
		return me(buyer.name());
	}

	@PostMapping("/logout")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void logout(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		if (session != null) {
			session.invalidate();
		}
	}

	@GetMapping("/sessions")
	List<SessionView> sessions(@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer,
			HttpServletRequest request) {
		String user = Buyer.of(buyer).name();
		String current = this.sessions.handle(request.getSession().getId());
		return this.sessions.list(user).stream().map((session) -> SessionView.of(session, current)).toList();
	}

	@DeleteMapping("/sessions/{handle}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void logout(@PathVariable String handle,
			@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		if (!this.sessions.revoke(Buyer.of(buyer).name(), handle)) {
			throw Refusal.noSuchSession();
		}
	}

	record Login(@Nullable String name) {
	}

	/**
	 * The visitor.
	 *
	 * @param node who answers
	 * @param buyer the name, or {@code null} if not logged in
	 * @param allowance purchases left, or {@code null} if not logged in
	 */
	record Me(String node, @Nullable String buyer, @Nullable Allowance allowance) {
	}

	/**
	 * Purchases that the rate limit leaves.
	 *
	 * @param limit purchases in one period
	 * @param remaining purchases left now
	 * @param periodMillis the period in milliseconds
	 * @param resetMillis time until all are left again, in milliseconds
	 */
	record Allowance(long limit, long remaining, long periodMillis, long resetMillis) {

		static Allowance of(Decision decision) {
			Duration period = decision.policy().period();
			return new Allowance(decision.policy().limit(), decision.remaining(), period.toMillis(),
					decision.resetAfter().toMillis());
		}

	}

	/**
	 * A session of the visitor.
	 *
	 * @param handle names it without giving it away
	 * @param createdAt when it began
	 * @param lastAccessedAt when it was last used
	 * @param current whether it is the one that asks
	 */
	record SessionView(String handle, Instant createdAt, Instant lastAccessedAt, boolean current) {

		static SessionView of(UserSession session, String current) {
			return new SessionView(session.handle(), session.createdAt(), session.lastAccessedAt(),
					session.handle().equals(current));
		}

	}

}
