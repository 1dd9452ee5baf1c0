<?php
/** Carts of people whose address is known: of accounts, and of guests once they sent an order. What was merely typed is not kept: it may be anybody's. */
final class Pomost_Carts {
	private const SESSION_ID    = 'pomost_cart';
	private const SESSION_EMAIL = 'pomost_ordered_email';

	private static bool $touched = false;

	public static function register(): void {
		$touch = static function () {
			self::$touched = true;
		};
		foreach ( array( 'woocommerce_add_to_cart', 'woocommerce_cart_item_removed', 'woocommerce_cart_item_restored', 'woocommerce_after_cart_item_quantity_update', 'woocommerce_cart_emptied' ) as $hook ) {
			add_action( $hook, $touch );
		}
		foreach ( array( 'woocommerce_checkout_order_processed', 'woocommerce_store_api_checkout_order_processed' ) as $hook ) {
			add_action( $hook, array( self::class, 'bought' ) );
		}
		// Before WooCommerce saves the session (20), so that ours goes with it.
		add_action( 'shutdown', array( self::class, 'keep' ), 5 );
	}

	public static function bought( $order ): void {
		$order = wc_get_order( $order );
		if ( $order ) {
			self::address( (string) $order->get_billing_email() );
		}
		$id = $order && WC()->session ? (string) WC()->session->get( self::SESSION_ID ) : '';
		if ( '' === $id ) {
			return;
		}
		global $wpdb;
		$wpdb->query(
			$wpdb->prepare(
				'UPDATE ' . Pomost_Tables::name( 'cart' ) . ' SET order_id = %d, changed_at = %d, seq = %d WHERE id = %s AND order_id = 0',
				$order->get_id(),
				time(),
				Pomost_Log::write( 'carts', $id ),
				$id
			)
		);
		WC()->session->set( self::SESSION_ID, null );
	}

	/** Writes the cart as it is when the page is done. */
	public static function keep(): void {
		if ( ! self::$touched || ! function_exists( 'WC' ) || ! WC()->session || ! WC()->cart ) {
			return;
		}
		self::$touched = false;
		$email         = self::email();
		$id            = (string) WC()->session->get( self::SESSION_ID );
		$known         = '' === $id ? null : self::find( $id );
		$lines         = array_values( array_filter( array_map( array( self::class, 'line' ), WC()->cart->get_cart() ) ) );
		if ( '' === $email || ( ! $known && ! $lines ) ) {
			return;
		}
		self::write( $known, $id, $email, $lines );
	}

	public static function row( array $row ): array {
		return array(
			'id'          => $row['id'],
			'email'       => $row['email'],
			'account'     => (int) $row['account'] > 0 ? (string) $row['account'] : null,
			'modified_at' => Pomost_Lists::time( $row['changed_at'] ),
			'currency'    => $row['currency'],
			'total'       => $row['total'],
			'link'        => wc_get_cart_url(),
			'order'       => (int) $row['order_id'] > 0 ? (string) $row['order_id'] : null,
			'lines'       => json_decode( $row['cart_lines'], true ) ?? array(),
		);
	}

	public static function prune( int $now ): void {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . Pomost_Tables::name( 'cart' ) . ' WHERE changed_at < %d', $now - Pomost_Log::KEEP_DAYS * DAY_IN_SECONDS ) );
	}

	private static function address( string $email ): void {
		if ( is_email( $email ) && WC()->session ) {
			WC()->session->set( self::SESSION_EMAIL, $email );
		}
	}

	private static function email(): string {
		$user = wp_get_current_user();
		if ( $user->exists() ) {
			return $user->user_email;
		}
		return (string) WC()->session->get( self::SESSION_EMAIL );
	}

	private static function line( array $item ): ?array {
		$product = $item['data'] ?? null;
		if ( ! $product instanceof WC_Product ) {
			return null;
		}
		return array(
			'product'  => (string) $item['product_id'],
			'variant'  => $item['variation_id'] ? (string) $item['variation_id'] : null,
			'sku'      => $product->get_sku(),
			'name'     => wp_strip_all_tags( $product->get_name() ),
			'quantity' => (string) $item['quantity'],
			'total'    => wc_format_decimal( wc_get_price_including_tax( $product, array( 'qty' => $item['quantity'] ) ), 2 ),
		);
	}

	private static function write( ?array $known, string $id, string $email, array $lines ): void {
		global $wpdb;
		$text = wp_json_encode( $lines );
		if ( $known && $known['cart_lines'] === $text && $known['email'] === $email ) {
			return;
		}
		$total = wc_format_decimal( array_sum( array_column( $lines, 'total' ) ), 2 );
		$isNew = ! $known;
		if ( $isNew ) {
			$id = wp_generate_uuid4();
			WC()->session->set( self::SESSION_ID, $id );
		}
		$seq   = Pomost_Log::write( 'carts', $id );
		$table = Pomost_Tables::name( 'cart' );
		$facts = array( get_current_user_id(), $email, get_woocommerce_currency(), $total, $text, time(), $seq, $id );
		$wpdb->query(
			$isNew
				? $wpdb->prepare( "INSERT INTO $table (account, email, currency, total, cart_lines, changed_at, seq, id) VALUES (%d, %s, %s, %s, %s, %d, %d, %s)", ...$facts )
				: $wpdb->prepare( "UPDATE $table SET account = %d, email = %s, currency = %s, total = %s, cart_lines = %s, changed_at = %d, seq = %d WHERE id = %s", ...$facts )
		);
		// What is put into an emptied cart is another cart.
		if ( ! $lines ) {
			WC()->session->set( self::SESSION_ID, null );
		}
	}

	private static function find( string $id ): ?array {
		global $wpdb;
		return $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM ' . Pomost_Tables::name( 'cart' ) . ' WHERE id = %s AND order_id = 0', $id ), ARRAY_A );
	}
}
