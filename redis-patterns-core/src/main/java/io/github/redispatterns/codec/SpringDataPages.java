package io.github.redispatterns.codec;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.ser.std.StdDelegatingSerializer;
import tools.jackson.databind.type.TypeFactory;
import tools.jackson.databind.util.StdConverter;

/**
 * Spring Data's {@link Page} as JSON that can be read back:
 * {@code {"content":[..],"pageable":{"page":0,"size":20,"sort":[..]},"totalElements":42}}.
 * Spring Data's own Jackson module writes pages for web clients and reads none.
 */
final class SpringDataPages {

	private SpringDataPages() {
	}

	static void register(JacksonModule.SetupContext context) {
		context.addSerializers(new PageSerializers());
		context.setMixIn(Page.class, PageMixIn.class);
		context.setMixIn(PageImpl.class, PageImplMixIn.class);
		context.setMixIn(Pageable.class, PageableMixIn.class);
		context.setMixIn(Sort.class, SortMixIn.class);
	}

	@JsonDeserialize(as = PageImpl.class)
	private interface PageMixIn {

	}

	private abstract static class PageImplMixIn<T> {

		@JsonCreator
		PageImplMixIn(@JsonProperty("content") List<T> content, @JsonProperty("pageable") Pageable pageable,
				@JsonProperty("totalElements") long totalElements) {
		}

	}

	@JsonSerialize(converter = PageableToParts.class)
	@JsonDeserialize(converter = PartsToPageable.class)
	private interface PageableMixIn {

	}

	@JsonSerialize(converter = SortToParts.class)
	@JsonDeserialize(converter = PartsToSort.class)
	private interface SortMixIn {

	}

	record PageParts<T>(List<T> content, Pageable pageable, long totalElements) {
	}

	record PageableParts(@Nullable Integer page, @Nullable Integer size, Sort sort) {
	}

	record OrderParts(Sort.Direction direction, String property, boolean ignoreCase, Sort.NullHandling nulls) {
	}

	/** Finds the type of the content, which a converter by annotation would lose. */
	private static final class PageSerializers implements Serializers {

		@Override
		public @Nullable ValueSerializer<?> findSerializer(SerializationConfig config, JavaType type,
				BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
			if (!type.isTypeOrSubTypeOf(Page.class)) {
				return null;
			}
			TypeFactory types = config.getTypeFactory();
			JavaType content = types.findFirstTypeParameter(type, Page.class);
			return new StdDelegatingSerializer(new PageToParts(),
					types.constructParametricType(PageParts.class, content), null, null);
		}

	}

	private static final class PageToParts extends StdConverter<Object, PageParts<?>> {

		@Override
		public PageParts<?> convert(Object value) {
			Page<?> page = (Page<?>) value;
			return new PageParts<>(page.getContent(), page.getPageable(), page.getTotalElements());
		}

	}

	static final class PageableToParts extends StdConverter<Pageable, PageableParts> {

		@Override
		public PageableParts convert(Pageable pageable) {
			return pageable.isPaged()
					? new PageableParts(pageable.getPageNumber(), pageable.getPageSize(), pageable.getSort())
					: new PageableParts(null, null, pageable.getSort());
		}

	}

	static final class PartsToPageable extends StdConverter<PageableParts, Pageable> {

		@Override
		public Pageable convert(PageableParts parts) {
			return (parts.page() != null && parts.size() != null)
					? PageRequest.of(parts.page(), parts.size(), parts.sort()) : Pageable.unpaged(parts.sort());
		}

	}

	static final class SortToParts extends StdConverter<Sort, List<OrderParts>> {

		@Override
		public List<OrderParts> convert(Sort sort) {
			return sort.stream()
				.map((order) -> new OrderParts(order.getDirection(), order.getProperty(), order.isIgnoreCase(),
						order.getNullHandling()))
				.toList();
		}

	}

	static final class PartsToSort extends StdConverter<List<OrderParts>, Sort> {

		@Override
		public Sort convert(List<OrderParts> orders) {
			return Sort.by(orders.stream()
				.map((order) -> new Sort.Order(order.direction(), order.property(), order.ignoreCase(), order.nulls()))
				.toList());
		}

	}

}
