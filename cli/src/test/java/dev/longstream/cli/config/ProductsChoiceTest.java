package dev.longstream.cli.config;

import dev.longstream.cli.exit.CommandException;
import dev.longstream.policy.model.Products;
import org.junit.jupiter.api.Test;

import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProductsChoiceTest {
    private static final BooleanSupplier UNASKED = () -> {
        throw new AssertionError("nothing is to be measured");
    };

    @Test
    void shouldRoundWhereItPaysAndThePolicyIsLargeEnough() {
        assertThat(ProductsChoice.AUTO.of(576, UNASKED, () -> true)).isEqualTo(Products.BFLOAT16);
        assertThat(ProductsChoice.AUTO.of(576, UNASKED, () -> false)).isEqualTo(Products.FLOAT32);
        assertThat(ProductsChoice.AUTO.of(128, UNASKED, UNASKED)).isEqualTo(Products.FLOAT32);
    }

    @Test
    void shouldDoAsInsistedOn() {
        assertThat(ProductsChoice.FLOAT32.of(576, UNASKED, UNASKED)).isEqualTo(Products.FLOAT32);
        assertThat(ProductsChoice.BFLOAT16.of(128, () -> true, UNASKED)).isEqualTo(Products.BFLOAT16);
    }

    @Test
    void shouldRefuseBfloat16WhereItWouldEndTheProcess() {
        assertThatThrownBy(() -> ProductsChoice.BFLOAT16.of(576, () -> false, UNASKED))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("model.products")
                .hasMessageContaining("set auto or float32");
    }
}
