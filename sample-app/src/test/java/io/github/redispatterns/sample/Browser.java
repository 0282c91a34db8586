package io.github.redispatterns.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

import static org.awaitility.Awaitility.await;

/** A headless Chromium with the page of a shop. */
final class Browser implements AutoCloseable {

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final Path SCREENSHOTS = Path.of("target/screenshots");

	// Selenium warns that it does not know the latest Chromium; a field keeps the level.
	private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

	static {
		SELENIUM.setLevel(Level.SEVERE);
	}

	private final ChromeDriver driver;

	Browser() {
		ChromeOptions options = new ChromeOptions();
		options.setBinary(CHROMIUM.toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-sync");
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().build(),
				options);
	}

	void desktop() {
		size(1280, 900, false);
	}

	void phone() {
		size(375, 812, true);
	}

	void colours(String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/** Open the page as a visitor who was never here. */
	void open(Shop shop) {
		this.driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
		reload(shop);
	}

	void reload(Shop shop) {
		this.driver.get(shop.uri("/").toString());
		await().until(() -> text("live").equals("live") && !this.driver.findElements(By.className("seat")).isEmpty());
	}

	/** Go away, so that nothing asks the shop any more. */
	void leave() {
		this.driver.get("about:blank");
	}

	void logIn(String name) {
		find("name").sendKeys(name);
		click("#login button");
		await().until(() -> text("visitor-name").equals(name.strip()));
	}

	void click(String selector) {
		this.driver.findElement(By.cssSelector(selector)).click();
	}

	void clickSeat(long seatId) {
		click("[data-seat='%d']".formatted(seatId));
	}

	String seat(long seatId) {
		return String.valueOf(this.driver.findElement(By.cssSelector("[data-seat='%d']".formatted(seatId)))
			.getDomAttribute("aria-label"));
	}

	String focusedSeat() {
		return String.valueOf(this.driver.executeScript("return document.activeElement.dataset.seat"));
	}

	String text(String id) {
		return find(id).getText();
	}

	long overflow() {
		return (Long) this.driver
			.executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
	}

	/** What went wrong in the page; refused requests are no errors of the page. */
	List<String> errors() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.map(Object::toString)
			.filter((entry) -> !entry.contains("Failed to load resource"))
			.toList();
	}

	void screenshot(String name) {
		Object image = this.driver
			.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "format", "png"))
			.get("data");
		try {
			Files.createDirectories(SCREENSHOTS);
			Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(image)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.driver.quit();
	}

	private WebElement find(String id) {
		return this.driver.findElement(By.id(id));
	}

	private void size(int width, int height, boolean mobile) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
	}

	/** Skips tests where there is no Chromium, and says so. */
	static final class Installed implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)) {
				return ConditionEvaluationResult.enabled("Chromium is installed");
			}
			String message = "Browser tests skipped: no Chromium at %s with %s, install the packages chromium and "
					+ "chromium-driver";
			System.out.println(message.formatted(CHROMIUM, DRIVER));
			return ConditionEvaluationResult.disabled(message.formatted(CHROMIUM, DRIVER));
		}

	}

}
