package io.github.redispatterns.codec;

import tools.jackson.core.Version;
import tools.jackson.databind.JacksonModule;

/** What Jackson lacks to read back everything that it writes. */
final class RoundTripModule extends JacksonModule {

	@Override
	public String getModuleName() {
		return "redis-patterns";
	}

	@Override
	public Version version() {
		return Version.unknownVersion();
	}

	@Override
	public void setupModule(SetupContext context) {
		context.appendAnnotationIntrospector(new SealedTypes());
		SpringDataPages.register(context);
	}

}
