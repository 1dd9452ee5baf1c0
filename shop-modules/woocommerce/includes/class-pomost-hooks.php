<?php
/** What happens in the shop, noted. Nothing here calls anybody. */
final class Pomost_Hooks {
	// Change with every visit and say nothing about the person.
	private const NOISE = array( 'session_tokens', 'wc_last_active', 'community-events-location' );

	public static function register(): void {
		self::note_on( array( 'user_register', 'profile_update', 'set_user_role', 'add_user_role', 'remove_user_role', 'woocommerce_new_customer', 'woocommerce_update_customer' ), 'contacts' );
		self::note_on( array( 'deleted_user', 'wpmu_delete_user' ), 'contacts', 'deleted' );
		foreach ( array( 'added_user_meta', 'updated_user_meta', 'deleted_user_meta' ) as $hook ) {
			add_action( $hook, array( self::class, 'user_meta' ), 10, 3 );
		}
		self::note_on( array( 'woocommerce_new_order', 'woocommerce_update_order', 'woocommerce_order_status_changed', 'woocommerce_order_refunded', 'woocommerce_untrash_order' ), 'orders' );
		self::note_on( array( 'woocommerce_trash_order', 'woocommerce_delete_order', 'woocommerce_before_delete_order' ), 'orders', 'deleted' );
		add_action(
			'woocommerce_refund_deleted',
			static function ( $refund, $order ) {
				Pomost_Log::note( 'orders', (int) $order );
			},
			10,
			2
		);
		self::note_on( array( 'woocommerce_new_product', 'woocommerce_update_product' ), 'products' );
		foreach ( array( 'woocommerce_product_set_stock', 'woocommerce_variation_set_stock' ) as $hook ) {
			add_action(
				$hook,
				static function ( $product ) {
					Pomost_Log::note( 'products', $product->get_parent_id() ? $product->get_parent_id() : $product->get_id() );
				}
			);
		}
		foreach ( array( 'wp_trash_post' => 'deleted', 'before_delete_post' => 'deleted', 'untrashed_post' => 'changed' ) as $hook => $kind ) {
			add_action(
				$hook,
				static function ( $id ) use ( $kind ) {
					self::post( (int) $id, $kind );
				}
			);
		}
		// When the page is done; before the carts' own number nothing is owed, so the order of the two does not matter.
		add_action( 'shutdown', array( Pomost_Log::class, 'flush' ), 10 );
	}

	public static function user_meta( $meta, $user, $key ): void {
		if ( ! str_starts_with( (string) $key, '_' ) && ! in_array( $key, self::NOISE, true ) ) {
			Pomost_Log::note( 'contacts', (int) $user );
		}
	}

	private static function post( int $id, string $kind ): void {
		$stream = array( 'product' => 'products', 'shop_order' => 'orders' )[ get_post_type( $id ) ] ?? null;
		if ( null !== $stream ) {
			Pomost_Log::note( $stream, $id, $kind );
		}
	}

	private static function note_on( array $hooks, string $stream, string $kind = 'changed' ): void {
		foreach ( $hooks as $hook ) {
			add_action(
				$hook,
				static function ( $id ) use ( $stream, $kind ) {
					Pomost_Log::note( $stream, (int) $id, $kind );
				}
			);
		}
	}
}
